/** One paste, one page, on real servers: the failing checkout of the silent handshake. */
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { leadBoxLabel } from "@/components/lead-words";
import { toInstant } from "@/lib/signal/time";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { complaintsOf, expectAccessible, expectNothingOverflows, sizes } from "@/test/e2e/look";
import { stackWorld } from "@/test/stack/start";

const traceId = process.env.STACK_TRACE_ID ?? "";
const world = stackWorld(toInstant(Number(process.env.STACK_ZERO)));
let running: RunningConsole;

test.beforeAll(async () => {
  running = await startConsole(readFileSync(process.env.THROUGHLINE_CONFIG ?? "", "utf8"));
});
test.afterAll(() => running?.stop());

/** A run is over when the page offers to look again. */
const ended = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });

async function pasted(page: Page, text: string): Promise<void> {
  await page.goto(running.url);
  const box = page.getByLabel(leadBoxLabel).first();
  await box.fill(text);
  await box.press("Enter");
  await page.waitForURL(/\/investigate\?/);
  await ended(page);
}

test("one paste shows the spike, the lines, the trace and the deploy, each with its receipt", async ({ page }) => {
  const complaints = complaintsOf(page);
  await pasted(page, traceId);
  const story = page.getByRole("region", { name: "What happened", exact: true });
  await expect(story).toContainText("tls.handshake");
  await expect(story).toContainText("payment 9.2.0");
  await expect(story).toContainText(/errors rose from 0(\.\d)? % to/);
  const ledger = page.getByRole("list", { name: "What was looked at" });
  for (const slot of ["Metric spike", "Log lines", "Trace", "Changes", "Events", "Alerts"])
    await expect(ledger.getByText(slot, { exact: true })).toBeVisible();
  await expect(ledger.getByText("found", { exact: true })).toHaveCount(6);
  const request = world.request(traceId);
  const told = request ? world.linesOf(request).length : -1;
  const spans = request
    ? world.traceOf(request).flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)).length
    : -1;
  await expect(ledger).toContainText(`${told} with this id`);
  await expect(ledger).toContainText(`${spans} spans`);
  await expect(page.getByRole("treegrid")).toBeVisible();
  await expect(page.getByText("CheckoutErrorRateHigh").first()).toBeVisible();
  expect(complaints).toEqual([]);
});

test("a log line, a traceparent and the dashed id lead to the same page", async ({ page }) => {
  const dashed = traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  for (const text of [
    `{"level":"error","traceID":"${traceId}","msg":"charge failed"}`,
    `00-${traceId}-00f067aa0ba902b7-01`,
    dashed.toUpperCase(),
  ]) {
    await pasted(page, text);
    await expect(page.getByRole("region", { name: "What happened", exact: true })).toContainText("tls.handshake");
  }
});

test("the permalink is equal after five reloads, and the short way leads to it", async ({ page }) => {
  await page.goto(`${running.url}/trace/${traceId}`);
  await ended(page);
  const url = page.url();
  expect(url).toMatch(/environment=shop.*from=.*Z&to=.*Z/);
  for (let reload = 0; reload < 5; reload += 1) {
    await page.reload();
    await ended(page);
    expect(page.url()).toBe(url);
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of sizes) {
    test(`nothing overflows and nothing is out of reach: ${colorScheme}, ${viewport.width} px`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport });
      const page = await context.newPage();
      await page.goto(`${running.url}/investigate?lead=${traceId}`);
      await ended(page);
      await expectNothingOverflows(page);
      await expectAccessible(page);
      await page.screenshot({
        path: `test-results/stack/checkout-${colorScheme}-${viewport.width}.png`,
        fullPage: true,
      });
      await context.close();
    });
  }
}

test("bots get the same as JSON and Markdown", async ({ request }) => {
  const url = `${running.url}/api/investigate?lead=${traceId}`;
  const json = await (await request.get(url, { headers: { accept: "application/json" } })).json();
  expect(json.story).toContain("payment 9.2.0");
  expect(json.slots.every(({ verdict }: { verdict: string }) => verdict === "found" || verdict === "partial")).toBe(
    true,
  );
  const markdown = await (await request.get(url, { headers: { accept: "text/markdown" } })).text();
  expect(markdown).toContain("payment 9.2.0");
  expect(markdown).toContain(`${running.url}/investigate?environment=shop`);
});
