/** The list of alerts on the first page: served, refreshed, searched, walked with keys, and never moving under a hand. */
import { expect, type Page, test } from "@playwright/test";
import type { AlertSource, ListedAlert } from "@/lib/alert-list";
import { printInstant, toInstant } from "@/lib/signal/time";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows, sizes } from "./look";

const now = Date.parse("2026-11-21T14:18:05Z");
let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([{ environment: "shop", lead: "CheckoutErrorRateHigh{}" }]);
});
test.afterAll(async () => {
  await demo?.stop();
});

/** The n-th of a calamity: 40 rules over 60 services. */
function alert(n: number, ended: boolean): ListedAlert {
  const startsAt = now - (ended ? 3_600_000 + n * 30_000 : 60_000 + n * 1_000);
  const service = `service-${n % 60}`;
  const severity = ["critical", "warning", "info"][n % 3] ?? "info";
  const name = n % 2 === 0 ? `Rule${n % 40}` : `Alone${n}`;
  return {
    ...{ environment: n % 5 === 0 ? "quiet" : "shop", name, activeAt: null, times: n % 7 === 0 ? 6 : 1 },
    labels: { alertname: name, service, severity, team: `team-${n % 9}`, pod: `${service}-${n}` },
    annotations: { summary: `More than ${n} % of what ${service} answers is wrong, and the queue behind it grows` },
    state: ended ? "resolved" : n % 11 === 0 ? "suppressed" : "firing",
    startsAt: printInstant(toInstant(startsAt)),
    endsAt: ended ? printInstant(toInstant(startsAt + 900_000)) : null,
    within: 300_000,
    ended: ended ? "value fell" : null,
    ...{ service, isWatcher: false, sources: ["shop/alertmanager"], receivers: [], inhibitedBy: [] },
    silences: n % 11 === 0 ? [{ id: "1", by: "ann", until: toInstant(now + 3_600_000), comment: "moving house" }] : [],
    link: `http://other.example/investigate?lead=${name}%7Bpod%3D%22${service}-${n}%22%7D`,
  };
}
const many: readonly ListedAlert[] = [
  ...Array.from({ length: 500 }, (_, n) => alert(n, false)),
  ...Array.from({ length: 2_000 }, (_, n) => alert(n, true)),
];
const sources: readonly AlertSource[] = [
  { upstream: "shop/eu", kind: "alertmanager", state: "failed", text: "No answer within 10 s.", past: "not known" },
  { upstream: "shop/prometheus", kind: "prometheus", state: "answered", text: "", past: "known" },
];
const told = (page: Page, alerts: () => readonly ListedAlert[], from = sources): Promise<unknown> =>
  page.route("**/api/alerts?*", (route) =>
    route.fulfill({ json: alerts(), headers: { "x-throughline-sources": JSON.stringify(from) } }),
  );
const listOf = (page: Page) => page.getByRole("region", { name: "Alerts", exact: true });
async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`${demo.url}/${query}`);
  await expect(listOf(page)).toHaveAttribute("data-alerts", "told", { timeout: 60_000 });
}

test.describe("without a script", () => {
  test.use({ javaScriptEnabled: false });
  test("the first rows are links in the page that was served", async ({ page }) => {
    // The demo's first answer may take longer than a first page waits.
    await expect(async () => {
      await page.goto(demo.url);
      const row = listOf(page).getByRole("link", { name: "CheckoutErrorRateHigh", exact: true });
      await expect(row).toHaveAttribute("href", /^\/investigate\?environment=shop&lead=CheckoutErrorRateHigh/);
      await expect(row).toBeVisible();
    }).toPass({ timeout: 45_000 });
  });
});

test("a click opens the page of that firing", async ({ page }) => {
  const complaints = complaintsOf(page);
  await open(page);
  await listOf(page).getByRole("link", { name: "CheckoutErrorRateHigh", exact: true }).click();
  await page.waitForURL(/\/investigate\?environment=shop&lead=CheckoutErrorRateHigh/);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
  expect(complaints).toEqual([]);
});

for (const size of sizes)
  for (const colorScheme of ["light", "dark"] as const)
    test(`2,500 alerts: axe has nothing to say, nothing overflows: ${size.width} px, ${colorScheme}`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await told(page, () => many);
      await open(page);
      await expectNothingOverflows(page);
      await expectAccessible(page);
      await page.screenshot({ path: `test-results/home-alerts-${colorScheme}-${size.width}.png`, fullPage: true });
      await page.getByText("2 sources").click();
      await expectNothingOverflows(page);
      await expectAccessible(page);
    });

test("few of 2,500 rows are on the page, and a search finds its own among all", async ({ page }) => {
  await told(page, () => many);
  await open(page);
  const list = listOf(page);
  await expect(list.getByText("500 active, 46 of them silenced or inhibited · 2,000 ended")).toBeVisible();
  await expect(list.getByText("Alertmanager eu: No answer within 10 s; showing Prometheus.")).toBeVisible();
  await expect.poll(() => list.locator("[data-row]").count()).toBeGreaterThan(8);
  expect(await list.locator("[data-row]").count()).toBeLessThan(80);
  await list.getByRole("searchbox").fill("pod=service-17-17 wrong");
  await expect(list.getByRole("link", { name: "Alone17", exact: true })).toHaveCount(2);
  await expect(list.getByRole("button", { name: "Firing now 1" })).toBeVisible();
});

test("an environment in the address lists its own alerts, and one click all of them", async ({ page }) => {
  const asked: (string | null)[] = [];
  await page.route("**/api/alerts?*", (route) => {
    const environment = new URL(route.request().url()).searchParams.get("environment");
    asked.push(environment);
    const own = many.filter((each) => environment === null || each.environment === environment);
    return route.fulfill({ json: own, headers: { "x-throughline-sources": JSON.stringify(sources) } });
  });
  await page.goto(`${demo.url}/?environment=quiet`);
  const list = listOf(page);
  await expect(list.getByText("in quiet")).toBeVisible();
  await expect(list).toHaveAttribute("data-alerts", "told", { timeout: 60_000 });
  // Five hundred in all, a hundred of them in quiet.
  await expect(list.getByText(/^100 active, .* · 400 ended in quiet/)).toBeVisible();
  await list.getByRole("link", { name: "all environments" }).click();
  await expect(list.getByRole("link", { name: "all environments" })).toBeHidden();
  await expect.poll(() => asked).toEqual(["quiet", null]);
});

test("an alert's page says what it is, what to do and how often it fired", async ({ page }) => {
  await open(page);
  await listOf(page).getByRole("link", { name: "CheckoutErrorRateHigh", exact: true }).click();
  const panel = page.getByRole("region", { name: "CheckoutErrorRateHigh", exact: true });
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
  await expect(panel.getByText("More than 5 % of the checkouts fail")).toBeVisible();
  await expect(panel.getByText("firing for 10 min")).toBeVisible();
  await expect(panel.getByText(/^alert above/)).toBeVisible();
  for (const size of sizes)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await expectNothingOverflows(page);
      await expectAccessible(page);
      await page.screenshot({ path: `test-results/alert-facts-${colorScheme}-${size.width}.png` });
    }
});

test("keys lead through the rows, into the search and to the page", async ({ page }) => {
  await open(page, "?environment=shop");
  await page.getByRole("heading", { level: 1 }).click();
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.keyboard.press("j");
  await expect(page.getByRole("button", { name: /^Firing now/ })).toBeFocused();
  await page.keyboard.press("/");
  await expect(listOf(page).getByRole("searchbox")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: /^Firing now/ }).focus();
  await page.keyboard.press("j");
  await expect(page.getByRole("link", { name: "CheckoutErrorRateHigh", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/investigate\?/);
});

test("a refresh moves no row under the pointer; what is new is told and shown when it is asked for", async ({
  page,
}) => {
  let alerts = many.slice(0, 3);
  let asked = 0;
  await page.clock.install();
  await told(page, () => {
    asked += 1;
    return alerts;
  });
  await open(page);
  const row = listOf(page).getByRole("link", { name: "Alone1", exact: true });
  await row.hover();
  const before = await row.boundingBox();
  const [first, ...rest] = alerts;
  if (!first) throw new Error("none drawn");
  alerts = [
    { ...first, state: "resolved", endsAt: printInstant(toInstant(now)) },
    ...rest,
    alert(3, false),
    alert(9, false),
  ];
  const seen = asked;
  await page.clock.runFor(31_000);
  await expect.poll(() => asked).toBeGreaterThan(seen);
  await expect(listOf(page).getByRole("button", { name: "2 new, 1 ended: show" })).toBeVisible();
  expect(await row.boundingBox()).toEqual(before);
  await expect(listOf(page).getByRole("link", { name: "Alone9", exact: true })).toHaveCount(0);
  await listOf(page).getByRole("button", { name: "2 new, 1 ended: show" }).click();
  await expect(listOf(page).getByRole("link", { name: "Alone9", exact: true })).toBeVisible();
});
