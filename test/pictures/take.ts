/** npm run pictures: the README's pictures, from the demo with its clock frozen. Builds the console where needed. */
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { browserArguments, findBrowser } from "@/test/browser";
import { startConsole } from "@/test/e2e/console";

const now = "2026-11-21T14:18:05Z";
const pictures = [
  { name: "page-light", colorScheme: "light", width: 1440, height: 1000 },
  { name: "page-dark", colorScheme: "dark", width: 1440, height: 1000 },
  { name: "page-phone", colorScheme: "light", width: 390, height: 844 },
] as const;

const executablePath = await findBrowser();
if (executablePath === undefined) throw new Error("No Chromium: set CHROMIUM_PATH, or install the packages.");
const demo = await startConsole("", { THROUGHLINE_DEMO: "1", THROUGHLINE_NOW: now });
const browser = await chromium.launch({ executablePath, args: [...browserArguments] });
try {
  for (const { name, colorScheme, width, height } of pictures) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height } });
    await page.goto(demo.url);
    await page.getByRole("link", { name: "A checkout that failed" }).click();
    await page.getByRole("button", { name: "Look again" }).waitFor({ timeout: 60_000 });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.waitForLoadState("networkidle");
    const path = fileURLToPath(new URL(`./${name}.png`, import.meta.url));
    await page.screenshot({ path });
    process.stdout.write(`${path}\n`);
    await page.close();
  }
} finally {
  await browser.close();
  await demo.stop();
}
