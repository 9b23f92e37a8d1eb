/** Ways through the page: where a paste begins, where a link leads, what the keys do, how to reach the present. */
import { expect, type Page } from "@playwright/test";
import { leadBoxLabel } from "@/components/lead-words";
import { hour, shift } from "@/lib/signal/time";
import { at, drawnTraceId } from "../draw";
import { drawn, frameTest, lines, opened } from "./frame";

const { test, open, url } = frameTest();
const scrolled = (page: Page): Promise<number> => page.evaluate(() => scrollY);
const box = (page: Page) => page.getByRole("textbox", { name: leadBoxLabel });
/** The row lies between the sticky head of the waterfall and its lower edge. */
const inSight = (page: Page, name: string): Promise<boolean> =>
  page
    .getByRole("treegrid")
    .getByRole("row", { name: new RegExp(name) })
    .evaluate((row) => {
      const frame = row.closest("table")?.parentElement?.parentElement;
      const cover = frame?.firstElementChild;
      if (!frame || !cover) return false;
      const at = row.getBoundingClientRect();
      return (
        at.top >= cover.getBoundingClientRect().bottom - 1 && at.bottom <= frame.getBoundingClientRect().bottom + 1
      );
    });

test("an investigation begins at the top, however one came to it", async ({ page }) => {
  await drawn(page);
  await page.goto(url());
  await box(page).fill(drawnTraceId);
  await box(page).press("Enter");
  await opened(page);
  expect(await scrolled(page)).toBe(0);
  await page.keyboard.press("Control+k");
  await box(page).fill("order-0815-2026");
  await box(page).press("Enter");
  await expect(page).toHaveURL(/order-0815/);
  await opened(page);
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(drawnTraceId));
  await opened(page);
  await page.waitForTimeout(700);
  expect(await scrolled(page)).toBe(0);
  await page.evaluate(() => scrollTo({ top: 700, behavior: "instant" }));
  await page.keyboard.press("Control+k");
  await box(page).fill("order-4711-2026");
  await page.getByRole("button", { name: "Go" }).click();
  await expect(page).toHaveURL(/order-4711/);
  await opened(page);
  await page.waitForTimeout(700);
  expect(await scrolled(page)).toBe(0);
});

test("the span that the story names is in sight from the start, and in the middle once it is led to", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await drawn(page);
  await open(page);
  await expect(page.getByRole("row", { name: /tls.handshake/ })).toHaveAttribute("aria-selected", "false");
  expect(await inSight(page, "tls.handshake")).toBe(true);
  await page.getByRole("link", { name: "tls.handshake" }).first().click();
  await expect(page.getByRole("row", { name: /tls.handshake/ })).toHaveAttribute("aria-selected", "true");
  expect(await inSight(page, "tls.handshake")).toBe(true);
});

for (const width of [360, 1440]) {
  test(`the headline leads to the lane of its own series: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await drawn(page);
    await open(page);
    await page
      .getByRole("link", { name: /Checkout errors rose/ })
      .first()
      .click();
    // Of the service the story speaks of, not of the one that met the request first.
    const lane = page.locator("#lane-red-error-ratio-1");
    await expect(lane).toBeFocused();
    await expect(lane).toBeInViewport({ ratio: 0.9 });
    await expect(lane).toContainText("order");
  });
}

test("the page reaches the present, and goes back", async ({ page }) => {
  const asked: unknown[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/investigate")) asked.push(request.postDataJSON());
  });
  const now = shift(at("14:18:05"), hour);
  await drawn(
    page,
    lines.map((line) => (line.type === "hello" || line.type === "end" ? { ...line, now } : line)),
  );
  await open(page);
  await page.getByRole("button", { name: "Look until now" }).first().click();
  await expect(page).toHaveURL(/from=2026-11-21T13:33:00.000Z&to=2026-11-21T15:18:/);
  await opened(page);
  expect(asked).toMatchObject([{ lead: drawnTraceId }, { from: "2026-11-21T13:33:00.000Z", environment: "shop" }]);
  await page.goBack();
  await expect(page).toHaveURL(/to=2026-11-21T14:18:00.000Z/);
});

test("where the window reaches the present there is nothing later to look at", async ({ page }) => {
  await drawn(page);
  await open(page);
  await expect(page.getByText(/as of 14:18:05 UTC, just now/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Look until now" })).toHaveCount(0);
});

test("single keys move, and can be switched off", async ({ page }) => {
  await drawn(page);
  await open(page);
  await page.keyboard.press("n");
  await expect(page.getByRole("row", { name: /POST \/checkout/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("p");
  await expect(page.getByRole("row", { name: /tls.handshake/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("t");
  await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue("environment");
  await page.locator("#time").focus();
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /Single letters/ }).uncheck();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("t");
  await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue("environment");
  await page.reload();
  await opened(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Keys" }).click();
  await expect(page.getByRole("checkbox", { name: /Single letters/ })).not.toBeChecked();
});

test("the lines are one tab stop, with arrows from row to row", async ({ page }) => {
  await drawn(page);
  await open(page);
  const rows = page.locator("#lines [data-row]");
  await expect(rows.and(page.locator("[tabindex='0']"))).toHaveCount(1);
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  await expect(rows.nth(2)).toBeFocused();
  await page.keyboard.press("n");
  await expect(page.locator("#lines [data-row]:focus")).toContainText("handshake timeout");
  await page.getByRole("tab", { name: /Errors around/ }).click();
  await page.locator("#lines [data-row][tabindex='0']").focus();
  await page.keyboard.press("End");
  await expect(page.locator("#lines [data-row='399']")).toBeFocused();
});
