import { defineConfig } from "@playwright/test";
import { browserOptions } from "../browser-options";

/** The main journey on real servers; run inside `npm run stack -- …`, which says where they are. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.journey.ts",
  timeout: 180_000,
  expect: { timeout: 20_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  outputDir: "../../test-results/stack",
  use: await browserOptions(),
});
