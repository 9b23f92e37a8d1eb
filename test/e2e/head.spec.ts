/** The head of the page and its states: there and back, into a chat, without a line, on paper. */
import { expect, type Page } from "@playwright/test";
import { ndjsonOf } from "./fixture";
import { answer, drawn, frameTest, lines } from "./frame";
import { expectAccessible } from "./look";

const { test, open, url } = frameTest();

test("what was jumped to leads back to the phrase, by hand and by key", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 600 });
  await drawn(page);
  await open(page);
  const phrase = page.getByRole("link", { name: "tls.handshake" }).first();
  const back = page.getByRole("button", { name: "Back to “tls.handshake”" });
  await phrase.click();
  await expect(page.locator("#trace")).toBeFocused();
  await back.click();
  await expect(phrase).toBeFocused();
  await expect(phrase).toBeInViewport();
  await expect(back).toBeHidden();
  const slot = page.getByRole("link", { name: /^Log lines/ });
  await slot.click();
  await expect(page.locator("#lines")).toBeFocused();
  await page.keyboard.press("b");
  await expect(slot).toBeFocused();
});

/** What the page puts on the clipboard; a browser without a screen has none to read from. */
const copied = (page: Page): Promise<unknown> => page.evaluate(() => Reflect.get(window, "copied"));

const listenToClipboard = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const writeText = async (text: string): Promise<void> => void Object.assign(window, { copied: text });
    Object.defineProperty(navigator, "clipboard", { value: { writeText } });
  });

test("what a service is called is copied as the configuration would say it, the runner-up too", async ({ page }) => {
  await listenToClipboard(page);
  await drawn(page);
  await open(page);
  await page.getByRole("heading", { name: "Services" }).click();
  await page.getByRole("button", { name: "Copy as mapping" }).click();
  await expect.poll(() => copied(page)).toBe(`- { service: payment, signal: metrics, match: '{job="shop/payment"}' }`);
  await page.getByRole("button", { name: "Copy this one" }).click();
  await expect.poll(() => copied(page)).toBe(`- { service: payment, signal: metrics, match: '{app="payment"}' }`);
  await page.getByRole("button", { name: "Copy all as configuration" }).click();
  await expect
    .poll(() => copied(page))
    .toBe(`mappings:\n  - { service: payment, signal: metrics, match: '{job="shop/payment"}' }`);
});

test("the story is copied for a chat in the dialect chosen last, and shared as an absolute link", async ({ page }) => {
  await listenToClipboard(page);
  await drawn(page);
  await open(page);
  await page.getByRole("button", { name: "Copy for chat", exact: true }).click();
  await expect.poll(() => copied(page)).toMatch(/^\*\*Checkout errors rose/);
  await page.getByRole("button", { name: "Which chat" }).click();
  await page.getByRole("button", { name: "Slack" }).click();
  await expect.poll(() => copied(page)).toMatch(/Onset: <!date\^1795269790\^/);
  await page.reload();
  await page.getByRole("button", { name: "Copy for chat", exact: true }).click();
  await expect.poll(() => copied(page)).toMatch(/^\*Checkout errors rose/);
  await page.getByRole("button", { name: "Share" }).click();
  await expect.poll(() => copied(page)).toMatch(/^http:\/\/.*\/investigate\?environment=shop&lead=.*&from=/);
});

test("a line is copied without its secrets", async ({ page }) => {
  await listenToClipboard(page);
  await answer(
    page,
    ndjsonOf(lines).replaceAll(
      "o-9f21 failed: payment unavailable",
      "o-9f21 failed password=hunter2 of ann@example.com",
    ),
  );
  await open(page);
  await page.locator("#lines").getByText("o-9f21 failed").first().click();
  await expect(page.locator("#lines pre")).toContainText("password=hunter2");
  await page.getByRole("button", { name: "Copy line" }).click();
  await expect.poll(() => copied(page)).toContain("o-9f21 failed password=••• of •••");
  const selected = await page.locator("#lines pre").evaluate((line) => {
    getSelection()?.selectAllChildren(line);
    const clipboard = new DataTransfer();
    line.dispatchEvent(new ClipboardEvent("copy", { bubbles: true, cancelable: true, clipboardData: clipboard }));
    return clipboard.getData("text/plain");
  });
  expect(selected).toContain("o-9f21 failed password=••• of •••");
});

test("an end that misses answers offers to ask again, and nothing goes blank meanwhile", async ({ page }) => {
  const cut = lines.map((line) =>
    line.type === "end" ? { ...line, reason: "deadline" as const, unanswered: ["a", "b"] } : line,
  );
  await answer(page, ndjsonOf(cut));
  await page.goto(`${url()}/investigate?lead=7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5`);
  const more = page.getByRole("button", { name: "Continue" });
  await expect(more).toBeVisible();
  await expect(page.getByText(/^2 answers missing · as of/)).toBeVisible();
  await page.unroute("**/api/investigate");
  const bodies: unknown[] = [];
  let go = (): void => {};
  const told = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route("**/api/investigate", async (route) => {
    bodies.push(route.request().postDataJSON());
    await told;
    await route.fulfill({ contentType: "application/x-ndjson", body: ndjsonOf(lines) });
  });
  await more.click();
  await expect.poll(() => bodies.length).toBe(1);
  expect(bodies).toMatchObject([{ fresh: true }]);
  await expect(page.locator("#lines").getByText("11 of 11")).toBeVisible();
  await expect(page.getByRole("link", { name: "tls.handshake" }).first()).toBeVisible();
  go();
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible();
});

test("a browser without a line says so, and what is here stays", async ({ page, context }) => {
  await drawn(page);
  await open(page);
  await context.setOffline(true);
  await expect(page.getByText("This browser is offline. What is here stays")).toBeVisible();
  await expect(page.getByText(/^Offline · as of/)).toBeVisible();
  await expect(page.locator("#lines").getByText("11 of 11")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("This browser is offline.")).toBeHidden();
});

test("with forced colours and more contrast it is as readable, and on paper it is day", async ({ page }) => {
  await drawn(page);
  await open(page);
  await page.emulateMedia({ forcedColors: "active", contrast: "more", colorScheme: "dark" });
  await expectAccessible(page);
  await page.emulateMedia({ media: "print", forcedColors: "none", contrast: null, colorScheme: "dark" });
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("button", { name: "Share" })).toBeHidden();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
});

test("at twice the size everything is still there, and nothing lies beyond the edge", async ({ page }) => {
  // 200 % of 1440 px leave 720 CSS px to the page.
  await page.setViewportSize({ width: 720, height: 450 });
  await drawn(page);
  await open(page);
  for (const id of ["time", "lines", "findings"]) await expect(page.locator(`#${id}`)).toBeVisible();
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
});
