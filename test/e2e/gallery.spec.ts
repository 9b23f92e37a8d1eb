/** Every part of the page in every state: nothing for axe to say, nothing overflows, and the pictures are as they were. */
import { type Browser, type BrowserContext, chromium, expect, type Page, test } from "@playwright/test";
import { type CaseName, caseNames } from "@/components/gallery/case-names";
import { type RunningConsole, startConsole } from "./console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "./look";
import { drawWithOwnFonts, pictureBrowser } from "./picture-browser";

/** Kept as pictures: each part once, and where it is most itself. */
const pictured: readonly CaseName[] = [
  "primitives",
  "gaps",
  "head",
  "still",
  "lines-found",
  "lines-hostile",
  "trace-found",
  "trace-hostile",
  "findings-found",
  "path-beside",
  "home-first",
  "alerts",
  "time-alert",
];
/** Much of the same with other words, or drawn elsewhere too: a desk by day and a hand by night are enough. */
const twice: ReadonlySet<CaseName> = new Set(["gaps", "still", "path-beside", "alerts", "time-alert"]);
const schemes = ["light", "dark"] as const;
const widths = [1440, 360] as const;
type Width = (typeof widths)[number];
/** In which themes a case is kept as a picture at a width. */
const keptAs = (name: CaseName, width: Width): readonly (typeof schemes)[number][] => {
  if (!pictured.includes(name)) return [];
  return twice.has(name) ? [width === 1440 ? "light" : "dark"] : schemes;
};

let demo: RunningConsole;
let browser: Browser;
/** One for all pages, so that scripts and fonts are read once. */
let context: BrowserContext;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  demo = await startConsole("", { THROUGHLINE_DEMO: "1", THROUGHLINE_NOW: "2026-11-21T14:18:05Z" });
  const options = await pictureBrowser();
  if (options === null) throw new Error("The pictures are drawn by a browser for Linux on x64; here is none.");
  browser = await chromium.launch(options);
  context = await browser.newContext({ reducedMotion: "reduce" });
});
test.afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

async function open(page: Page, name: CaseName): Promise<void> {
  await page.goto(`${demo.url}/demo/gallery/${name}`);
  await expect(page.locator("#main")).toBeVisible();
}

/** Both themes are looked at in one load: only colours differ. A picture is drawn anew at each width: what was measured at one is not measured again. */
for (const name of caseNames) {
  test(`${name}: axe has nothing to say, nothing overflows, and it looks as it did`, async () => {
    test.setTimeout(120_000);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    for (const width of widths) {
      const kept = keptAs(name, width);
      await page.setViewportSize({ width, height: 900 });
      if (width === widths[0] || kept.length > 0) await open(page, name);
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        await expectNothingOverflows(page);
        await expectAccessible(page);
      }
      if (kept.length > 0) await drawWithOwnFonts(page);
      for (const colorScheme of kept) {
        await page.emulateMedia({ colorScheme });
        await page.mouse.move(0, 0);
        await expect(page).toHaveScreenshot(`${name}-${colorScheme}-${width}.png`, {
          fullPage: true,
          animations: "disabled",
          maxDiffPixels: 20,
        });
      }
    }
    expect(complaints).toEqual([]);
    await page.close();
  });
}

test("what floats is as accessible as what stands, and Esc puts it away", async () => {
  const page = await context.newPage();
  await open(page, "overlays");
  await page.getByRole("button", { name: "Open the popover" }).click();
  await expect(page.getByRole("button", { name: "Put it away" })).toBeInViewport();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Put it away" })).toBeHidden();
  await page.getByRole("button", { name: "strong" }).hover();
  await expect(page.getByRole("tooltip")).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toBeHidden();
  const opener = page.getByRole("button", { name: "Open the dialog" });
  await opener.click();
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeHidden();
  await expect(opener).toBeFocused();
  await page.close();
});

test("without the demo there is no gallery", async () => {
  const bare = await startConsole("");
  const answer = await fetch(`${bare.url}/demo/gallery/gaps`);
  await bare.stop();
  expect(answer.status).toBe(404);
});
