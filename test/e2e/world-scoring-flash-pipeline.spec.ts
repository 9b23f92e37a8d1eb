/** Two systems as their people meet them: correlation ids without any trace, and a healthy trace before a sick consumer. */
import { expect, type Page, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows, sizes } from "./look";

let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([
    { environment: "scoring", lead: "Http5xxRateHigh{}" },
    { environment: "flash-pipeline", lead: "service:flashcastr.api" },
  ]);
});
test.afterAll(async () => {
  await demo?.stop();
});

const story = (page: Page) => page.getByRole("region", { name: "What happened", exact: true });
const main = (page: Page) => page.getByRole("main");
const entry = (page: Page, name: string) =>
  page
    .getByRole("list", { name: "What was looked at" })
    .getByRole("listitem")
    .filter({ has: page.getByText(name, { exact: true }) })
    .first();
async function follow(page: Page, environment: string, title: RegExp): Promise<void> {
  await page.goto(`${demo.url}/?environment=${environment}`);
  await page.getByRole("main").getByRole("link", { name: title }).first().click();
  await page.waitForURL(/\/investigate\?/);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
}

test("an error report leads to the error behind it, to what was published before, and to what the evidence lacks", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await follow(page, "scoring", /^An error report/);
  await expect(page).toHaveURL(/environment=scoring&lead=id:[0-9a-f-]{36}/);
  await expect(story(page)).toContainText("game-api errors rose from 0 % to");
  await expect(story(page)).toContainText("game-api wrote an error under this id: “strategy weekend-boost failed");
  await expect(story(page)).toContainText("strategy weekend-boost version 7 published");
  await expect(main(page)).toContainText(
    "The evidence itself is incomplete: dsl_execution_log_dropped_total of game-api",
  );
  await expect(entry(page, "Trace")).toContainText("not configured");
  // A row of the list: its level, its service, its message.
  await main(page)
    .getByRole("button", { name: /error\s*game-api\s*strategy weekend-boost failed/i })
    .first()
    .click();
  await expect(main(page)).toContainText("visit_BinOp");
  const elsewhere = page.getByRole("navigation", { name: "Elsewhere" });
  const id = /id:([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
  await expect(elsewhere.getByRole("link", { name: "Sentry" })).toHaveAttribute(
    "href",
    new RegExp(`correlation_id:${id}`),
  );
  await expect(elsewhere.getByRole("link", { name: "Strategy traces" })).toHaveAttribute(
    "href",
    new RegExp(`/strategies/custom/weekend-boost/metrics\\?correlation_id=${id}&service=game-api&from=2026-11-21T1`),
  );
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test("a healthy trace leads to the consumer behind its queue, whose breaker is drawn as a state", async ({ page }) => {
  const complaints = complaintsOf(page);
  await follow(page, "flash-pipeline", /^A sync whose pictures never came/);
  await expect(story(page)).toContainText("The trace is healthy");
  await expect(story(page)).toContainText(
    /invaders\.consumer, behind the queue flashes of invaders\.bot, has no span in this trace: its circuit breaker is open/,
  );
  // What serves nobody is measured by the calls it makes.
  await expect(main(page).getByText("invaders.bot", { exact: true }).first()).toBeVisible();
  await expect(main(page)).toContainText("p99 latency");
  await expect(main(page)).not.toContainText("told of no user's request");
  await expect(main(page)).toContainText("Consecutive failures");
  await expect(main(page)).toContainText("Queue length");
  await expect(entry(page, "Log lines")).toContainText("not configured");
  await expect(main(page)).toContainText("No Loki is configured for flash-pipeline");
  await expect(entry(page, "Trace")).toContainText("4 spans");
  for (const size of sizes) {
    await page.setViewportSize(size);
    await expectNothingOverflows(page);
  }
  expect(complaints).toEqual([]);
});

const opened = async (page: Page, environment: string, lead: string): Promise<void> => {
  await page.goto(`${demo.url}/investigate?${new URLSearchParams({ environment, lead })}`);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
};

test("the consumer itself as a lead begins with its breaker, and its callers stand under it", async ({ page }) => {
  await opened(page, "flash-pipeline", "service:invaders.consumer");
  await expect(story(page)).toContainText(/^In invaders\.consumer: circuit breaker open since/);
  await expect(main(page).getByRole("region", { name: /^Path/ })).toContainText("through flashes");
  await opened(page, "flash-pipeline", "service:invaders.bot");
  await expect(story(page)).toContainText("invaders.consumer, behind the queue flashes of invaders.bot: its circuit");
});

test("an alert on who passes the error on names the one it came from, and what else fires there", async ({ page }) => {
  await opened(page, "scoring", 'Http5xxRateHigh{job="game-dashboard"}');
  await expect(story(page)).toContainText(/^What Http5xxRateHigh watches rose from/);
  await expect(story(page)).toContainText("game-api answered 500, sent on");
  await expect(main(page)).not.toContainText("no service on the path logged");
  await opened(page, "scoring", 'Http5xxRateHigh{job="game-api"}');
  const also = main(page).getByRole("listitem").filter({ hasText: "DslExecutionErrorsRising" });
  await expect(also.filter({ hasText: "game-api since" })).toHaveCount(1);
});
