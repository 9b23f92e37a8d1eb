/** A day of the shop: each of its four incidents, from the link on the first page to what must be named. */
import { expect, type Page, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "./look";

let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([
    { environment: "shop-day", lead: "CheckoutServerErrors{}" },
    { environment: "shop-day", lead: "PostgresConnectionsOfOneService{}" },
    { environment: "shop-day", lead: "saga-order-stalled{}" },
  ]);
});
test.afterAll(async () => {
  await demo?.stop();
});

async function opened(page: Page, title: RegExp): Promise<void> {
  await page.goto(`${demo.url}/?environment=shop-day`);
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
}
const findings = (page: Page) => page.locator("#findings");

test("the agent: which step failed and why, step by step", async ({ page }) => {
  const complaints = complaintsOf(page);
  await opened(page, /^A question the assistant did not answer/);
  await expect(findings(page)).toContainText(
    "Step 6 of 6 that models and tools took in assistant failed: tool track_parcel",
  );
  const steps = findings(page)
    .getByRole("listitem")
    .filter({ hasText: /^\d\. / });
  await expect(steps).toHaveCount(6);
  await expect(steps.nth(0)).toContainText(/^1\. openai\.chat gpt-5-mini, .* 812 tokens in, 46 out$/);
  await expect(steps.nth(4)).toContainText("anthropic.chat claude-haiku");
  await expect(steps.nth(5)).toContainText(/^6\. tool track_parcel, .* failed$/);
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 780 });
  await expectNothingOverflows(page);
  expect(complaints).toEqual([]);
});

test("the vanished 500: nobody on the path logged one error line", async ({ page }) => {
  await opened(page, /^A checkout that failed without a word/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("No service on the path logged one error line.");
  await expect(findings(page)).toContainText("look for a swallowed exception");
});

test("the saga that stalled: an alert that names no service leads to whose webhook swallows its error", async ({
  page,
}) => {
  await opened(page, /^The alert saga-order-stalled/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("order fails in ConfirmPayment");
  await expect(findings(page)).toContainText("no service on the path logged one error line");
  for (const said of ["PAYMENT_CREATED", "COMPLETED|COMPENSATION_COMPLETE"])
    await expect(page.getByRole("main")).toContainText(said);
});

test("the database: from its alert to the deploy, the kill, the connections and the statement", async ({ page }) => {
  await opened(page, /^The alert PostgresConnectionsOfOneService/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("too many clients already");
  await expect(findings(page)).toContainText("order 2.33.0 was deployed");
  await expect(findings(page)).toContainText(/killed for memory, .* database connections 14 → 79/);
  await expect(findings(page)).toContainText("mean time of queryid -4127690034518820931");
  await expect(findings(page)).toContainText("Seq Scan on orders, 2,214,790 rows removed by the filter");
  const lines = page.locator("#lines");
  await lines.getByRole("tab", { name: /^postgres/ }).click();
  await lines
    .getByRole("button", { name: /auto_explain/ })
    .first()
    .click();
  await expect(lines.locator("pre")).toContainText('"Relation Name": "orders"');
  await expect(page.getByRole("main")).toContainText(/BackOff ×\d\d/);
});

test("a checkout goes on in another trace, which tells where it came from", async ({ page }) => {
  test.setTimeout(120_000);
  const complaints = complaintsOf(page);
  await opened(page, /^A checkout that goes on in another trace/);
  const checkout = new URL(page.url()).searchParams.get("lead") ?? "";
  const others = page.getByRole("list", { name: "Other traces of this story" });
  await expect(others).toContainText(/^continues in trace [0-9a-f]{32} \(analytics orders process\)$/);
  await others.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("3 spans, 1 service");
  await expect(others).toContainText(/^came from traces/);
  const back = others.getByRole("link", { name: checkout.slice(-8) });
  await expect(back).toHaveAttribute("title", checkout);
  expect(new URL(page.url()).searchParams.get("environment")).toBe("shop-day");
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 780 });
  await page.getByRole("tab", { name: "Trace", exact: true }).click();
  await expectNothingOverflows(page);
  await back.click();
  await page.setViewportSize({ width: 1280, height: 720 });
  await expect(others).toContainText("continues in trace");
  expect(complaints).toEqual([]);
});
