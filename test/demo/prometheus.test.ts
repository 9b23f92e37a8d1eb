/** The demo's Prometheus as a server: what it tells when, what it refuses, and that it does not count twice. */
import { beforeEach, describe, expect, test } from "vitest";
import { quiet } from "@/lib/demo/incidents/quiet";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { prometheusServer } from "@/lib/demo/servers/prometheus";
import { createWorld, type World } from "@/lib/demo/world";
import { hour, type Instant, minute, second, shift, toInstant, toUnixSeconds } from "@/lib/signal/time";

const zero = toInstant(1_795_270_203_000);
const world = createWorld(shop, [silentHandshake], { seed: 7, zero, history: 3 * hour });
let now: Instant = shift(zero, 12 * minute);
beforeEach(() => {
  now = shift(zero, 12 * minute);
});
const server = prometheusServer(world, () => now);

const at = (instant: number): string => String(toUnixSeconds(toInstant(instant)));
async function ask(path: string, parameters: Readonly<Record<string, string>> = {}, from = server) {
  const response = await from(new Request(`http://demo/api/v1/${path}?${new URLSearchParams(parameters)}`));
  return { status: response.status, body: await response.text() };
}
type Series = {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
};
const range = async (query: string, from: Instant, to: Instant, step = 15): Promise<readonly Series[]> =>
  JSON.parse((await ask("query_range", { query, start: at(from), end: at(to), step: String(step) })).body).data.result;

describe("time", () => {
  test("nothing later than now is told, by samples, exemplars, alerts or ends", async () => {
    now = shift(zero, -5 * minute);
    const beyond = { from: now, to: shift(now, 10 * minute) };
    const raw = JSON.parse((await ask("query", { query: "{job=~'.+'}[15m]", time: at(beyond.to) })).body).data.result;
    expect(raw.length).toBeGreaterThan(500);
    for (const { values } of raw) expect(values.at(-1)[0] * 1_000).toBeLessThan(now);
    expect((await ask("query_exemplars", { query: "{job=~'.+'}", start: at(now), end: at(beyond.to) })).body).toContain(
      '"data":[]',
    );
    expect(JSON.parse((await ask("alerts")).body).data.alerts).toEqual([]);
    const versions = JSON.parse((await ask("label/version/values", { "match[]": "payment_build_info" })).body).data;
    expect(versions).toEqual(["9.1.4"]);
  });

  test("with time, the new version comes and the old one goes", async () => {
    const told = async () =>
      (await range("count by (version) (payment_build_info)", now, now)).map(({ metric }) => metric.version);
    now = shift(zero, -3 * minute);
    expect(await told()).toEqual(["9.1.4"]);
    now = shift(zero, -minute);
    expect(await told()).toEqual(["9.1.4", "9.2.0"]);
    now = shift(zero, 5 * minute);
    expect(await told()).toEqual(["9.2.0"]);
  });

  test("what is older than 48 hours is gone", async () => {
    now = shift(zero, 47 * hour);
    expect(await range("up", shift(zero, -2 * hour), shift(zero, -90 * minute))).toEqual([]);
  });

  test("the same question a little later has the same past", async () => {
    const query = "sum by (job) (rate(http_server_request_duration_seconds_count[2m]))";
    const [from, to] = [shift(zero, -20 * minute), shift(zero, 2 * minute)];
    const before = await range(query, from, to);
    now = shift(now, 33 * second);
    expect(await range(query, from, to)).toEqual(before);
  });
});

const name = "CheckoutErrorRateHigh";
type Alert = { readonly labels: Readonly<Record<string, string>> };

describe("the incident, as its metrics tell it", () => {
  test("checkouts fail, and only since the handshakes hang", async () => {
    const query =
      'sum(rate(http_server_request_duration_seconds_count{http_route="/checkout",http_response_status_code=~"5.."}[2m])) / sum(rate(http_server_request_duration_seconds_count{http_route="/checkout"}[2m]))';
    const [share] = await range(query, shift(zero, -10 * minute), shift(zero, 10 * minute), 60);
    const values = new Map(share?.values.map(([when, value]) => [when * 1_000, Number(value)]));
    expect(Math.max(...[...values].filter(([when]) => when < zero).map(([, value]) => value))).toBeLessThan(0.05);
    expect(values.get(shift(zero, 10 * minute))).toBeGreaterThan(0.2);
  });

  test("the rule, its alert and its series say the same", async () => {
    const [group] = JSON.parse((await ask("rules", { "rule_name[]": name })).body).data.groups;
    const [rule] = group.rules;
    const { alerts } = JSON.parse((await ask("alerts")).body).data;
    const alert = alerts.find(({ labels }: Pick<Alert, "labels">) => labels.alertname === name);
    expect(rule).toMatchObject({
      state: "firing",
      name,
      duration: 45,
      type: "alerting",
      alerts: [alert],
    });
    expect(alert).toMatchObject({ state: "firing", labels: { alertname: rule.name, ...rule.labels } });
    const [expression] = await range(rule.query, now, now);
    expect(Math.abs(Number(alert.value) - Number(expression?.values[0]?.[1]))).toBeLessThan(0.05);
    const [since] = await range(`ALERTS_FOR_STATE{alertname="${rule.name}"}`, now, now);
    expect(Number(since?.values[0]?.[1]) * 1_000).toBe(Date.parse(alert.activeAt));
  });

  test("before it begins the rule is inactive, then pending", async () => {
    const states: string[] = [];
    for (const offset of [0, 80 * second, 3 * minute]) {
      now = shift(zero, offset);
      const asked = { type: "alert", "rule_name[]": name };
      states.push(JSON.parse((await ask("rules", asked)).body).data.groups[0].rules[0].state);
    }
    expect(states).toEqual(["inactive", "pending", "firing"]);
  });

  test("where nothing is wrong, no rule is more than inactive", async () => {
    const calm = prometheusServer(createWorld(shop, [quiet], { seed: 7, zero, history: hour }), () => now);
    const groups: { rules: { state: string }[] }[] = JSON.parse((await ask("rules", {}, calm)).body).data.groups;
    expect(groups.flatMap(({ rules }) => rules).filter(({ state }) => state !== "inactive")).toEqual([]);
    expect((await ask("alerts", {}, calm)).body).toContain('"alerts":[]');
  });

  test("those that are scraped are targets, their scrapes are recent", async () => {
    const { activeTargets } = JSON.parse((await ask("targets")).body).data;
    const jobs = new Set(activeTargets.map(({ scrapePool }: { scrapePool: string }) => scrapePool));
    expect(jobs).toContain("payment");
    for (const { lastScrape } of activeTargets) expect(now - Date.parse(lastScrape)).toBeLessThan(15 * second);
  });
});

describe("what is refused", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, number, string])[] = [
    [
      "query",
      { query: "rate(up[5m" },
      400,
      'invalid parameter \\"query\\": 1:11: parse error: unclosed left parenthesis',
    ],
    [
      "query",
      { query: "up", timeout: "0ms" },
      503,
      '"errorType":"timeout","error":"query timed out in expression evaluation"',
    ],
    [
      "query_range",
      { query: "up", start: "0", end: "3153600000", step: "0.001" },
      400,
      "exceeded maximum resolution of 11,000 points",
    ],
    ["query_range", { query: "up", start: "0", end: "11001", step: "1" }, 400, "exceeded maximum resolution"],
    ["query_range", { query: "up", start: "0", end: "11000", step: "1" }, 200, '"result":[]'],
    ["query", { query: "up[step()]" }, 422, '"errorType":"execution"'],
    ["query", { query: "up", lookback_delta: "1m" }, 422, "lookback_delta is not supported"],
    ["query", { query: "up", limit: "-1" }, 400, "limit must be non-negative"],
    ["series", {}, 400, "no match[] parameter provided"],
    ["rules", { type: "both" }, 400, 'invalid parameter \\"type\\": not supported value \\"both\\"'],
    ["metadata", { limit: "x" }, 400, "limit must be a number"],
    ["admin/tsdb/snapshot", {}, 404, "404 page not found"],
  ];
  for (const [path, parameters, status, text] of cases)
    test(`${path} ${new URLSearchParams(parameters)}: ${status}`, async () => {
      const answer = await ask(path, parameters);
      expect(answer.status).toBe(status);
      expect(answer.body).toContain(text);
    });

  test("a hundred years are asked for, and what is kept is told", async () => {
    const answer = await ask("query_range", { query: "count(up)", start: "0", end: "3153600000", step: "315360" });
    expect(answer.status).toBe(200);
  });

  test("methods that would write", async () => {
    const response = await server(new Request("http://demo/api/v1/query?query=1", { method: "DELETE" }));
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, OPTIONS, POST"]);
  });

  test("a body that is no form is not looked at", async () => {
    const response = await server(
      new Request("http://demo/api/v1/query", {
        method: "POST",
        body: '{"query":"1"}',
        headers: { "content-type": "application/json" },
      }),
    );
    expect(await response.text()).toContain("no expression found in input");
  });
});

describe("cost", () => {
  test("a window asked for once is not counted again, whatever is asked of it", async () => {
    let counted = 0;
    const counting: World = {
      ...world,
      series: (window, wanted) => {
        counted += 1;
        return world.series(window, wanted);
      },
    };
    const own = prometheusServer(counting, () => now);
    const window = { start: at(shift(now, -45 * minute)), end: at(now), step: "15" };
    await ask("query_range", { query: "rate(http_requests_total[5m])", ...window }, own);
    const first = counted;
    expect(first).toBeLessThanOrEqual(7);
    await ask(
      "query_range",
      { query: "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))", ...window },
      own,
    );
    await ask("query", { query: '{__name__=~".*info"}', time: at(now) }, own);
    expect(counted).toBe(first);
  });

  test("exemplars name the series and the trace they come from", async () => {
    const query =
      "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service='payment'}[5m])))";
    const { data } = JSON.parse(
      (await ask("query_exemplars", { query, start: at(shift(now, -5 * minute)), end: at(now) })).body,
    );
    expect(data.length).toBeGreaterThan(0);
    for (const { seriesLabels, exemplars } of data) {
      expect(seriesLabels).toMatchObject({ __name__: "http_request_duration_seconds_bucket", service: "payment" });
      for (const { labels } of exemplars) expect(world.request(labels.traceID)).toBeDefined();
    }
  });
});
