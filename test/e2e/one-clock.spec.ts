/** One clock: what a hand, a key or a link does to one time axis, all of them do. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import type { StreamLine } from "@/lib/stream/lines";
import type { SeriesAgain } from "@/lib/view";
import { drawnTraceId } from "../draw";
import { drawn, frameTest, lines, opened } from "./frame";

const { test, open, url } = frameTest();
/** Nothing finer is known, unless a test says so. */
test.beforeEach(({ page }) => noMore(page));
const noMore = (page: Page): Promise<unknown> =>
  page.route("**/api/series", (route) => route.fulfill({ json: { answers: [], unknown: [] } }));
const window = "from=2026-11-21T13:33:00.000Z&to=2026-11-21T14:18:00.000Z";
const plot = (page: Page): Locator => page.locator("#lane-alerts");
const axisWords = (page: Page): Locator => page.locator("#time [data-axis]");
const slider = (page: Page): Locator => page.getByRole("slider", { name: /^Crosshair/ });
const viewIn = (page: Page): string | null => new URL(page.url()).searchParams.get("view");

/** Fractions of the axis, whose left edge is the gutter's right one. */
async function at(page: Page, fraction: number): Promise<{ x: number; y: number }> {
  const lane = await plot(page).boundingBox();
  const axis = await axisWords(page).boundingBox();
  if (!lane || !axis) throw new Error("no axis");
  return { x: axis.x + fraction * axis.width, y: lane.y + lane.height - 4 };
}
async function drag(page: Page, from: number, to: number): Promise<void> {
  const [start, end] = [await at(page, from), await at(page, to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, end.y);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
}

test("a drag looks closer on every axis, the address keeps it without history, Escape goes back step by step", async ({
  page,
}) => {
  await drawn(page);
  await open(page);
  const before = await page.evaluate(() => history.length);
  await drag(page, 0.5, 0.9);
  await expect.poll(() => viewIn(page)).toMatch(/^2026-11-21T13:55:\d\d.*\/2026-11-21T14:13:\d\d/);
  await expect(page.locator("#lines")).toContainText("11 of 11 · 11 in view");
  await drag(page, 0.1, 0.2);
  await expect.poll(() => viewIn(page)).toMatch(/^2026-11-21T13:57/);
  await expect(page.locator("#lines")).toContainText("11 of 11 · 0 in view");
  expect(await page.evaluate(() => history.length)).toBe(before);
  await page.keyboard.press("Escape");
  await expect.poll(() => viewIn(page)).toMatch(/^2026-11-21T13:55/);
  await page.keyboard.press("Escape");
  await expect.poll(() => viewIn(page)).toBeNull();
  await expect(page.getByRole("button", { name: "Whole window" })).toHaveCount(0);
});

test("a link with a view opens there, five reloads leave it equal", async ({ page }) => {
  await drawn(page);
  const view = "view=2026-11-21T14:00:00.000Z/2026-11-21T14:05:00.000Z";
  const address = `${url()}/investigate?environment=shop&lead=${drawnTraceId}&${window}&${view}`;
  await page.goto(address);
  for (let time = 0; time < 5; time += 1) {
    await opened(page);
    await expect(page.locator("#time")).toContainText("5 min of 45 min · UTC");
    expect(page.url()).toBe(address);
    await page.reload();
  }
  await page.getByRole("button", { name: "Whole window" }).click();
  await expect(page.locator("#time")).toContainText("45 min · UTC");
  await expect.poll(() => viewIn(page)).toBeNull();
});

test("the wheel zooms over the axis and with a modifier, and is the page's otherwise", async ({ page }) => {
  await drawn(page);
  await page.setViewportSize({ width: 1440, height: 700 });
  await open(page);
  const axis = await axisWords(page).boundingBox();
  const { x, y } = await at(page, 0.5);
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, 120);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  expect(viewIn(page)).toBeNull();
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  // Still for a moment: what follows is meant for the axis.
  await page.waitForTimeout(400);
  await page.mouse.move(x, (axis?.y ?? 0) + 10);
  await page.mouse.wheel(0, -300);
  await expect.poll(() => viewIn(page)).not.toBeNull();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.keyboard.press("Escape");
  await expect.poll(() => viewIn(page)).toBeNull();
  await page.mouse.move(x, y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await expect.poll(() => viewIn(page)).not.toBeNull();
});

test("two fingers zoom, one moves the crosshair and leaves it there", async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await noMore(page);
  await drawn(page);
  await open(page);
  await plot(page).scrollIntoViewIfNeeded();
  const [left, right] = [await at(page, 0.4), await at(page, 0.6)];
  const session = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...places: readonly { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: places.map(({ x, y }, id) => ({ x: Math.round(x), y: Math.round(y), id })),
    });
  await touch("touchStart", left);
  await touch("touchEnd");
  await expect(page.locator("#lane-lines")).toContainText(/\d+ errors? of \d+|no line/);
  await touch("touchStart", left, right);
  for (const step of [10, 20, 40, 60])
    await touch("touchMove", { ...left, x: left.x - step }, { ...right, x: right.x + step });
  await touch("touchEnd");
  await expect.poll(() => viewIn(page)).not.toBeNull();
  await page.getByRole("button", { name: "Whole window" }).click();
  await expect.poll(() => viewIn(page)).toBeNull();
  await context.close();
});

test("by keyboard the crosshair moves, what it reads is said, and + and − look closer and back", async ({ page }) => {
  await drawn(page);
  await open(page);
  await slider(page).focus();
  await page.keyboard.press("Home");
  await expect(page.locator("#time")).toContainText("13:33:00 UTC, 30 min before the onset");
  for (let time = 0; time < 8; time += 1) await page.keyboard.press("Shift+ArrowRight");
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /14:03:00 UTC, 10 s before the onset/);
  await expect(page.locator("#time [aria-live=polite]")).toHaveText(
    /14:03:00 UTC, 10 s before the onset: Log lines .* errors of .*; Error ratio of gateway .* %; .*Requests of gateway .*\/s/,
  );
  await page.keyboard.press("+");
  await expect.poll(() => viewIn(page)).toMatch(/^2026-11-21T13:48:/);
  await page.keyboard.press("-");
  await expect(page.getByRole("button", { name: "Whole window" })).toHaveCount(0);
});

test("the crosshair stands at one instant in lanes, log rows and waterfall", async ({ page }) => {
  await drawn(page);
  await open(page);
  const row = page.locator("#lines [data-line]").nth(5);
  await row.scrollIntoViewIfNeeded();
  await row.hover();
  await expect(page.locator("#time [data-axis]")).toContainText("14:03:32 UTC, 23 s after the onset");
  await expect(row).toHaveAttribute("data-pointed", "below");
  await page
    .locator("#trace [data-row]")
    .nth(2)
    .hover({ position: { x: 500, y: 10 } });
  await expect(row).not.toHaveAttribute("data-pointed", "below");
  await expect(page.locator("#lines [data-pointed]")).toHaveCount(1);
});

test("a drag over the waterfall looks closer there, chooses no span, and lanes and rows follow", async ({ page }) => {
  await drawn(page);
  await open(page);
  const bars = page.locator("#trace [data-row]").nth(1);
  await bars.scrollIntoViewIfNeeded();
  const box = await bars.boundingBox();
  if (!box) throw new Error("no row");
  const x = (fraction: number): number => box.x + box.width * (0.44 + 0.56 * fraction);
  await page.mouse.move(x(0.2), box.y + 12);
  await page.mouse.down();
  await page.mouse.move(x(0.4), box.y + 12);
  await page.mouse.move(x(0.5), box.y + 12);
  await page.mouse.up();
  await expect.poll(() => viewIn(page)).toMatch(/^2026-11-21T14:03:1/);
  await expect(page).not.toHaveURL(/span=/);
  await page.keyboard.press("Escape");
  await expect.poll(() => viewIn(page)).toBeNull();
});

/** The same drawn lines, asked every two minutes: a closer look finds more. */
const coarse = lines.map((line): StreamLine => {
  if (line.type !== "planned" && line.type !== "evidence") return line;
  const text = JSON.stringify(line).replaceAll('"step":15000}', '"step":120000}');
  const next: StreamLine = JSON.parse(text);
  return next;
});
const answered = (earlier: boolean): SeriesAgain => ({
  answers: lines.flatMap((line) => {
    if (line.type !== "evidence" || line.evidence.answer.kind !== "series") return [];
    const { answer } = line.evidence;
    const series = answer.series.map((each) => ({
      ...each,
      values: Array.from(each.values, () => 0.5),
      start: earlier ? each.start - 86_400_000 : each.start,
    }));
    const again: SeriesAgain = JSON.parse(
      JSON.stringify({
        answers: [{ question: line.question, evidence: { ...line.evidence, answer: { ...answer, series } } }],
      }),
    );
    return again.answers;
  }),
  unknown: [],
});

test("a view asks the drawn series again, finer and once it stands; the whole window asks nothing", async ({
  page,
}) => {
  const bodies: { readonly questions: readonly string[]; readonly from: string }[] = [];
  await page.route("**/api/series", (route) => {
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ json: answered(false) });
  });
  await drawn(page, coarse);
  await open(page);
  expect(bodies).toEqual([]);
  await drag(page, 0.6, 0.9);
  await expect.poll(() => bodies.length).toBe(1);
  expect(bodies[0]?.questions).toContain("red-error-ratio");
  expect(bodies[0]?.from).toMatch(/^2026-11-21T14:00/);
  await expect(page.locator("#lane-red-error-ratio-0")).toContainText("50 %");
  await page.keyboard.press("Escape");
  await expect(page.locator("#lane-red-error-ratio-0")).toContainText("38");
  await page.waitForTimeout(500);
  expect(bodies).toHaveLength(1);
});

test("what a closer look asked is told among the receipts for as long as one looks closer", async ({ page }) => {
  const own = JSON.stringify(answered(false)).replaceAll(/"text":"(?:[^"\\]|\\.)*"/g, '"text":"asked for the view"');
  await page.route("**/api/series", (route) => route.fulfill({ contentType: "application/json", body: own }));
  await drawn(page, coarse);
  await open(page);
  const receipts = page.locator("#time").getByText(/^\d+ queries · /);
  const whole = (await receipts.textContent()) ?? "";
  await drag(page, 0.6, 0.9);
  await expect(receipts).not.toHaveText(whole);
  await receipts.click();
  await expect(page.locator("#time").getByText("asked for the view").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(receipts).toHaveText(whole);
  await expect(page.locator("#time").getByText("asked for the view")).toHaveCount(0);
});

test("yesterday lies under today when it is asked for, and a server that has forgotten says so", async ({ page }) => {
  let forgotten = false;
  await page.route("**/api/series", (route) =>
    route.fulfill({ json: forgotten ? { answers: [], unknown: ["red-error-ratio"] } : answered(true) }),
  );
  await drawn(page);
  await open(page);
  await page.getByRole("button", { name: "yesterday" }).click();
  const point = await at(page, 0.2);
  await page.mouse.move(point.x, point.y);
  await expect(page.locator("#lane-red-error-ratio-0")).toContainText(/0\.\d+ % · 50 %/);
  forgotten = true;
  await page.getByRole("button", { name: "last week" }).click();
  await expect(page.locator("#time")).toContainText("The server has forgotten this investigation: look again.");
});

test("a chosen change tells each chart's level before and after it", async ({ page }) => {
  await drawn(page);
  await open(page);
  await page.locator("#lane-changes").getByText("payment 9.2.0", { exact: true }).click();
  await expect(page.locator("#lane-red-error-ratio-0")).toContainText(/0\.1 % → 3\d(\.\d)? %/);
  await page.locator("#changes summary").click();
  const button = page.getByRole("button", { name: /before \/ after payment 9.2.0/ });
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await button.click();
  await expect(page.locator("#lane-red-error-ratio-0")).not.toContainText(/0\.1 % → 3\d(\.\d)? %$/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the lanes' numbers are a table, and nothing of it is out of reach: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.route("**/api/series", (route) =>
      route.fulfill({ json: answered("earlier" in route.request().postDataJSON()) }),
    );
    await drawn(page);
    await open(page);
    await drag(page, 0.4, 0.9);
    await page.getByRole("button", { name: "numbers" }).click();
    await page.getByRole("button", { name: "yesterday" }).click();
    await page.locator("#lane-changes").getByText("payment 9.2.0", { exact: true }).click();
    const table = page.getByRole("table", { name: /instants, .* apart/ });
    await expect(table.getByRole("columnheader", { name: "Error ratio, gateway" })).toBeVisible();
    await expect(table.getByRole("row").nth(3)).toContainText(/^\d\d:\d\d:\d\d\s*50 %/);
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
    ).toEqual([]);
  });
}
