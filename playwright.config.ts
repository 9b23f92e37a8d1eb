import { defineConfig } from "@playwright/test";
import { browserOptions } from "./test/browser-options";

// Node runs these files itself: "@/…" is resolved by Playwright from tsconfig.json.
export default defineConfig({
  testDir: "test/e2e",
  // Hangs are meant, not a slow machine.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: false,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  outputDir: "test-results",
  // One browser draws them all, so no platform stands in their names.
  snapshotPathTemplate: "test/pictures/gallery/{arg}{ext}",
  use: await browserOptions(),
});
