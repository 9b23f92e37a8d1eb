import { defineConfig } from "vitest/config";

const root = new URL("../../", import.meta.url);

/** The contract with real servers; run inside `npm run stack -- …`, which says where they are. */
export default defineConfig({
  root: root.pathname,
  resolve: {
    alias: [
      { find: "server-only", replacement: new URL("test/empty.ts", root).pathname },
      { find: /^@\//, replacement: root.pathname },
    ],
  },
  test: {
    include: ["test/stack/*.contract.ts"],
    pool: "forks",
    execArgv: ["--import", new URL("app/cli/ts-hooks.mjs", root).href],
    testTimeout: 120_000,
  },
});
