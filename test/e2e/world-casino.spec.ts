/** The casino: an alert that names no service, the link of one that is over, and a time, each to its conclusion. */
import { expect, type Page, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "./look";

let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([{ environment: "casino", lead: "RewardsConsumerLag{}" }]);
});
test.afterAll(async () => {
  await demo?.stop();
});

const main = (page: Page) => page.getByRole("main");
async function opened(page: Page, title: RegExp): Promise<void> {
  await page.goto(`${demo.url}/?environment=casino`);
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
}

test("the lag of a consumer group leads to its service, the version before it, and why", async ({ page }) => {
  const complaints = complaintsOf(page);
  await opened(page, /^The alert RewardsConsumerLag/);
  for (const said of [
    "rewards-service hangs 3 s in select wager totals",
    "canceling statement due to statement timeout",
    "rewards-service 2.8.0",
    'consumergroup="rewards-service"',
    "alert above 1,000",
  ])
    await expect(main(page)).toContainText(said);
  await expectAccessible(page);
  await expectNothingOverflows(page);
  expect(complaints).toEqual([]);
});

test("hours after it resolved, the message of an alert opens the same page: what failed, the deploy, that it is over", async ({
  page,
}) => {
  await opened(page, /^The message of BetsFailing/);
  for (const said of [
    "bank-service fails in insert ledger entry",
    "bank-service 5.4.0",
    'bet_processed_total{status="failed"}',
    "bet could not be processed: answered 500",
  ])
    await expect(main(page)).toContainText(said);
});

test("somebody read all odds: who was refused, in a table above the lines, on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await opened(page, /^The front door while somebody read all odds/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/429 answers rose .* went to 198\.51\.100\.23/);
  const refused = page.getByRole("table", { name: "Answers with 429 by client address" });
  await expect(refused.getByRole("row").first()).toContainText(/198\.51\.100\.23\s*5,4\d\d\s*100 %/);
  await expectAccessible(page);
  await expectNothingOverflows(page);
});
