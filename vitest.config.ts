import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: "server-only", replacement: new URL("./test/empty.ts", import.meta.url).pathname },
      { find: /^@\//, replacement: new URL("./", import.meta.url).pathname },
    ],
  },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    exclude: ["test/e2e/**", "test/stack/**", "node_modules/**"],
    pool: "forks",
    execArgv: ["--import", new URL("./test/ts-hooks.mjs", import.meta.url).href],
    setupFiles: ["./test/property-seed.ts"],
    // A hang is meant, not a slow machine.
    testTimeout: 90_000,
  },
});
