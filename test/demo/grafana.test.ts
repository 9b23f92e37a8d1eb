import { expect, test } from "vitest";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { grafanaServer } from "@/lib/demo/servers/grafana";
import { createWorld } from "@/lib/demo/world";
import { hour, type Instant, minute, shift, toInstant } from "@/lib/signal/time";

const zero = toInstant(1_795_240_800_000);
const world = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 2 * hour });
const at =
  (now: Instant) =>
  async (path: string): Promise<unknown> =>
    (await grafanaServer(world, () => now)(new Request(`http://grafana${path}`))).json();
const get = at(shift(zero, 12 * minute));

test("annotations of deploys come newest first, and none of the future", async () => {
  const early = await at(shift(zero, -5 * minute))("/api/annotations?type=annotation&tags=deploy");
  const late = await get("/api/annotations?type=annotation&tags=deploy&tags=rollback&matchAny=true&limit=2");
  expect(late).toMatchObject([
    { text: expect.stringContaining("payment 9.2.0") },
    { text: expect.stringContaining("cart") },
  ]);
  expect(JSON.stringify(early)).not.toContain("payment 9.2.0");
});

test("a rule is inactive, pending, firing, in this order", async () => {
  const states: unknown[] = [];
  for (const after of [0, 90 * 1_000, 10 * minute]) {
    const told = JSON.stringify(await at(shift(zero, after))("/api/prometheus/grafana/api/v1/rules"));
    states.push(/"state":"(\w+)","name":"CheckoutErrorRateHigh"/.exec(told)?.[1]);
  }
  expect(states).toEqual(["inactive", "pending", "firing"]);
});

test("an alert links to its rule, and the rule tells its expression", async () => {
  const told = JSON.stringify(await get("/api/alertmanager/grafana/api/v2/alerts"));
  const uid = /alerting\/grafana\/(\w+)\/view/.exec(told)?.[1] ?? "";
  const [alert] = world.alerts({ from: zero, to: shift(zero, 12 * minute) });
  expect(await get(`/api/v1/provisioning/alert-rules/${uid}`)).toMatchObject({
    title: alert?.name,
    data: [{ model: { expr: alert?.expression } }],
  });
  const missing = await grafanaServer(world, () => zero)(new Request("http://g/api/v1/provisioning/alert-rules/none"));
  expect(missing.status).toBe(404);
});

test("what is not there is not found", async () => {
  expect(await get("/api/dashboards/home")).toEqual({ message: "Not found" });
});
