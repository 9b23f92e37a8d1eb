/** The demo's Alertmanager and the real one, told of the same alerts, asked the same. */
import { describe, expect, test } from "vitest";
import { alertmanagerServer } from "@/lib/demo/servers/alertmanager";
import { toInstant } from "@/lib/signal/time";
import { stackWorld } from "@/test/stack/start";

const until = toInstant(Number(process.env.STACK_FED_UNTIL));
const real = process.env.THROUGHLINE_ALERTMANAGER_URL ?? "";
const embedded = alertmanagerServer(stackWorld(toInstant(Number(process.env.STACK_ZERO))), () => until);

/** The feeder sends once, with one long lease, from another Prometheus: these differ on purpose. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "endsAt" || key === "updatedAt"
        ? !Number.isNaN(Date.parse(String(inner)))
        : key === "generatorURL"
          ? [...new URL(String(inner)).searchParams]
          : comparable(inner),
    ]),
  );
}
async function told(response: Response): Promise<unknown> {
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return [response.status, response.headers.get("content-type"), isJson ? comparable(JSON.parse(text)) : text];
}
async function compared(path: string, init: RequestInit = {}): Promise<unknown> {
  const [theirs, ours] = await Promise.all([
    fetch(real + path, init).then(told),
    embedded(new Request(`http://alertmanager${path}`, init)).then(told),
  ]);
  expect(ours).toEqual(theirs);
  return theirs;
}

test("there is something to compare", async () => {
  expect(JSON.stringify(await compared("/api/v2/alerts"))).toContain("CheckoutErrorRateHigh");
});

const q = encodeURIComponent;
describe("the same answer to", () => {
  test.each([
    "/api/v2/alerts",
    "/api/v2/alerts/groups",
    "/api/v2/silences",
    "/api/v2/receivers",
    `/api/v2/alerts?filter=${q('service="gateway"')}`,
    `/api/v2/alerts?filter=${q("service=gateway")}&filter=${q('severity=~"crit.*"')}`,
    `/api/v2/alerts?filter=${q('service!~"gate.*"')}`,
    `/api/v2/alerts?filter=${q('service=~"gate"')}`,
    `/api/v2/alerts?filter=${q('nothing=""')}`,
    `/api/v2/alerts?filter=${q("bogus(")}`,
    `/api/v2/alerts?filter=${q('{a="b",c="d"}')}`,
    `/api/v2/alerts?filter=${q('a="b",c="d"')}`,
    "/api/v2/alerts?receiver=nobody",
    "/api/v2/alerts?receiver=no",
    "/api/v2/alerts?receiver=(",
    "/api/v2/alerts?active=false",
    "/api/v2/alerts?active=maybe",
    "/api/v2/alerts?silenced=false&inhibited=false&unprocessed=false",
    "/api/v2/alerts/groups?receiver=other",
    "/api/v2/nothing",
    "/api/v1/alerts",
    "/-/ready",
    "/nothing",
    "/api/v2/silence/x",
    "/api/v2/silence/5f0e6c4e-7b2a-4a53-9a0c-3a9d4f1d1d11",
  ])("%s", async (path) => {
    await compared(path);
  });

  const post = (body: unknown): RequestInit => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const silence = { createdBy: "a test", comment: "none", matchers: [{ name: "a", value: "b", isRegex: false }] };
  test.each([
    ["without anything", {}],
    [
      "without matchers",
      { ...silence, matchers: [], startsAt: "2026-01-01T00:00:00Z", endsAt: "2100-01-01T00:00:00Z" },
    ],
    ["that ends before it starts", { ...silence, startsAt: "2100-01-02T00:00:00Z", endsAt: "2100-01-01T00:00:00Z" }],
    ["that is over", { ...silence, startsAt: "2020-01-01T00:00:00Z", endsAt: "2020-01-02T00:00:00Z" }],
  ])("a silence %s", async (_, body) => {
    await compared("/api/v2/silences", post(body));
  });

  test("a silence that holds, and then ends", async () => {
    const made = { ...silence, startsAt: "2026-01-01T00:00:00Z", endsAt: "2100-01-01T00:00:00Z" };
    const body = JSON.stringify({
      ...made,
      matchers: [{ name: "service", value: "gate.*", isRegex: true, isEqual: true }],
    });
    const init = { ...post({}), body };
    const stateOf = async (ask: (path: string, init?: RequestInit) => Promise<Response>): Promise<unknown[]> => {
      const created: unknown = await (await ask("/api/v2/silences", init)).json();
      const id = /[0-9a-f-]{36}/.exec(JSON.stringify(created))?.[0] ?? "";
      const alerts = async (): Promise<string[]> =>
        [...(await (await ask("/api/v2/alerts")).text()).matchAll(/"state":"(\w+)"|"silencedBy":\[("?)/g)].map(
          ([all]) => all,
        );
      const during = await alerts();
      const listed = comparable(await (await ask(`/api/v2/silence/${id}`)).json());
      const hidden = await (await ask("/api/v2/alerts?silenced=false")).json();
      const ended = [(await ask(`/api/v2/silence/${id}`, { method: "DELETE" })).status];
      ended.push((await ask(`/api/v2/silence/${id}`, { method: "DELETE" })).status);
      const after = await alerts();
      const state = /"state":"(\w+)"/.exec(await (await ask(`/api/v2/silence/${id}`)).text())?.[1];
      return [
        during,
        JSON.stringify(listed).replaceAll(/[0-9a-f-]{36}|"startsAt":"[^"]*"/g, ""),
        hidden,
        ended,
        after,
        state,
      ];
    };
    const ours = await stateOf((path, more) => embedded(new Request(`http://alertmanager${path}`, more)));
    const theirs = await stateOf((path, more) => fetch(real + path, more));
    const sorted = (told: unknown[]): unknown[] =>
      told.map((each) => (typeof each === "string" && each.startsWith("{") ? [...each].sort().join("") : each));
    expect(sorted(ours)).toEqual(sorted(theirs));
  });
});
