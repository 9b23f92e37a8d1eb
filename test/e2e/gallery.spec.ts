/** Every part of the page in every state: nothing for axe to say, nothing overflows, and the pictures are as they were. */
import { type Browser, chromium, expect, type Page, test } from "@playwright/test";
import { type CaseName, caseNames } from "@/components/gallery/case-names";
import { type RunningConsole, startConsole } from "./console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "./look";
import { drawWithOwnFonts, pictureBrowser } from "./picture-browser";

/** Kept as pictures: each part once, and where it is most itself. */
const pictured: readonly CaseName[] = [
  "primitives",
  "gaps",
  "head",
  "lines-found",
  "lines-hostile",
  "trace-found",
  "trace-hostile",
  "findings-found",
  "home-first",
  "alerts",
  "time-alert",
];
/** Much of the same with other words, or drawn elsewhere too: a desk by day and a hand by night are enough. */
const twice: ReadonlySet<CaseName> = new Set(["gaps", "alerts", "time-alert"]);
const looks = (["light", "dark"] as const).flatMap((colorScheme) =>
  [1440, 360].map((width) => ({ colorScheme, width })),
);

let demo: RunningConsole;
let browser: Browser;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  demo = await startConsole("", { THROUGHLINE_DEMO: "1", THROUGHLINE_NOW: "2026-11-21T14:18:05Z" });
  const options = await pictureBrowser();
  if (options === null) throw new Error("The pictures are drawn by a browser for Linux on x64; here is none.");
  browser = await chromium.launch(options);
});
test.afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

async function look(page: Page, { colorScheme, width }: (typeof looks)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
}

async function show(name: CaseName): Promise<Page> {
  // A context of its own: axe needs one that may open pages.
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${demo.url}/demo/gallery/${name}`);
  await expect(page.locator("#main")).toBeVisible();
  return page;
}

for (const name of caseNames) {
  test(`${name}: axe has nothing to say and nothing overflows, in both themes, on a desk and in a hand`, async () => {
    test.setTimeout(120_000);
    const page = await show(name);
    const complaints = complaintsOf(page);
    for (const each of looks) {
      await look(page, each);
      await expectNothingOverflows(page);
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });
}

for (const name of pictured) {
  test(`${name}: it looks as it did`, async () => {
    for (const each of twice.has(name) ? looks.filter((_, at) => at === 0 || at === 3) : looks) {
      // Drawn anew for each: what was measured at one width is not measured again by every list.
      const page = await show(name);
      await look(page, each);
      await drawWithOwnFonts(page);
      await page.mouse.move(0, 0);
      await expect(page).toHaveScreenshot(`${name}-${each.colorScheme}-${each.width}.png`, {
        fullPage: true,
        animations: "disabled",
        maxDiffPixels: 20,
      });
      await page.context().close();
    }
  });
}

test("what floats is as accessible as what stands, and Esc puts it away", async () => {
  const page = await show("overlays");
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
  await page.context().close();
});

test("without the demo there is no gallery", async () => {
  const bare = await startConsole("");
  const answer = await fetch(`${bare.url}/demo/gallery/gaps`);
  await bare.stop();
  expect(answer.status).toBe(404);
});
