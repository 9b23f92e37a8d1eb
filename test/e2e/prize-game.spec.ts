/** A game without traces: from what its people hold in hand to its lines, the code that rose, the funnel; and with Tempo. */
import { expect, type Page, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf } from "./look";

let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([
    { environment: "prize-game", lead: "PrizeOutOfStockSpike{}" },
    { environment: "prize-game-tempo", lead: "PrizeOutOfStockSpike{}" },
  ]);
});
test.afterAll(async () => {
  await demo?.stop();
});

const ended = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
const main = (page: Page) => page.getByRole("main");
/** The text that stands under a thing to try. */
async function offered(page: Page, title: RegExp): Promise<string> {
  await page.goto(`${demo.url}/?environment=prize-game`);
  const item = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title }) });
  return (await item.locator("code").textContent()) ?? "";
}
async function paste(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox").first().fill(text);
  await page.getByRole("button", { name: "Investigate" }).click();
  await page.waitForURL(/\/investigate\?/);
  await ended(page);
}

test("an envelope, a header and a bare id that is no hex all lead to the request's lines and to the code that rose", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  for (const [title, shape] of [
    [/^An answer that a player got/, /^\{"data":null,.*"trace_id":"[0-9a-v]{20}"\}$/],
    [/^A header of an answer/, /^X-Trace-Id: [0-9a-v]{20}$/],
    [/^The id from a screenshot/, /^[0-9a-v]{20}$/],
  ] as const) {
    const text = await offered(page, title);
    expect(text).toMatch(shape);
    await paste(page, text);
    const id = /[0-9a-v]{20}/.exec(text)?.[0] ?? "";
    await expect(page).toHaveURL(new RegExp(`environment=prize-game&lead=${id}`));
    await expect(main(page)).toContainText(/[34] with this id/);
    await expect(main(page)).toContainText('grpc_server_requests_total{code="Aborted"}');
    await expect(main(page)).toContainText("“play failed”, right after the warning “prize p-118 is out of stock");
    await expect(main(page)).not.toContainText("or counted by no metric");
    await expect(main(page)).toContainText("No trace backend is configured for prize-game");
    await expect(main(page)).toContainText(
      "To add Tempo, one more line under its upstreams is enough: - { kind: tempo,",
    );
  }
  expect(complaints).toEqual([]);
});

test("route latency and the funnel are drawn", async ({ page }) => {
  await page.goto(`${demo.url}/?environment=prize-game`);
  await page.getByRole("link", { name: /^An answer that a player got/ }).click();
  await ended(page);
  await page.getByRole("button", { name: "show", exact: true }).click();
  for (const drawn of [
    "p99 latency",
    'type="prize_won" of game_events_total',
    'outcome="delivered" of fulfillment_tasks_total',
  ])
    await expect(main(page)).toContainText(drawn);
});

test("with Tempo, and nothing else of its configuration changed, the trace stands beside", async ({ page }) => {
  await page.goto(`${demo.url}/?environment=prize-game-tempo`);
  await page.getByRole("link", { name: /^An answer that a player got/ }).click();
  await ended(page);
  await expect(main(page)).toContainText("core fails in reserve prize");
  await expect(main(page)).toContainText("prize is out of stock");
  await expect(main(page)).toContainText('core grpc_server_requests_total{code="Aborted"} rose from');
  await expect(main(page)).toContainText('code="Aborted" of grpc_server_requests_total');
});

const alerts = [
  ["CoreGRPCErrorRateHigh", 'code!="OK"', /5 %/],
  ["BFFHTTPErrorRateHigh", 'code=~"5.."', /5 %/],
  ["BFFLatencyP99High", "histogram_quantile(0.99", /1 s/],
  ["FulfillmentDeadLetterGrowth", 'outcome="dead"', /> 0|above 0/],
  ["FulfillmentRetryStorm", 'outcome="retry"', /0\.1/],
  ["PrizeOutOfStockSpike", 'code="Aborted"', /0\.2/],
  ["PlayRejectionSpike", 'code="InvalidArgument"', /0\.2/],
] as const;
for (const [name, expression, bound] of alerts)
  test(`${name} opens with its own expression and threshold`, async ({ page }) => {
    await page.goto(`${demo.url}/investigate?${new URLSearchParams({ environment: "prize-game", lead: `${name}{}` })}`);
    await ended(page);
    await expect(main(page)).toContainText(expression);
    await expect(main(page)).toContainText(bound);
    await expect(main(page)).toContainText(new RegExp(`What ${name} watches (?:rose|appeared)`));
  });
