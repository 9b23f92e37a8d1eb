/** The demo's Alertmanager in time; test/stack/alertmanager.contract.ts holds its answers to the real one's. */
import { expect, test } from "vitest";
import { z } from "zod";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { alertmanagerServer } from "@/lib/demo/servers/alertmanager";
import { createWorld } from "@/lib/demo/world";
import { hour, type Instant, minute, shift, toInstant } from "@/lib/signal/time";

const zero = toInstant(1_795_240_800_000);
const world = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 2 * hour });
const alert = z.object({
  labels: z.record(z.string(), z.string()),
  startsAt: z.string(),
  endsAt: z.string(),
  updatedAt: z.string(),
  fingerprint: z.string(),
  generatorURL: z.string(),
});
const alertsAt = async (at: Instant) =>
  z
    .array(alert)
    .parse(await (await alertmanagerServer(world, () => at)(new Request("http://am/api/v2/alerts"))).json());
const [told] = world.alerts({ from: zero, to: shift(zero, hour) });

test("an alert is listed once it fires, not while it is pending", async () => {
  const firesAt = told?.firesAt ?? zero;
  expect(await alertsAt(shift(firesAt, -1))).toEqual([]);
  expect(await alertsAt(firesAt)).toHaveLength(1);
});

test("its lease is renewed by each send and lies ahead; what it is stays", async () => {
  const [first] = await alertsAt(shift(zero, 10 * minute));
  const [later] = await alertsAt(shift(zero, 20 * minute));
  expect(Date.parse(first?.endsAt ?? "")).toBeGreaterThan(zero + 10 * minute);
  expect(Date.parse(later?.endsAt ?? "")).toBeGreaterThan(zero + 20 * minute);
  expect(later).toMatchObject({ fingerprint: first?.fingerprint, startsAt: first?.startsAt });
  expect(new URL(first?.generatorURL ?? "").searchParams.get("g0.expr")).toBe(told?.expression);
});

test("resolved alerts vanish at once", async () => {
  const past = world
    .alerts({ from: shift(zero, -720 * hour), to: shift(zero, -48 * hour) })
    .find(({ endsAt }) => endsAt);
  const endsAt = past?.endsAt ?? zero;
  const named = (await alertsAt(shift(endsAt, -1))).map(({ labels }) => labels.alertname);
  expect(named).toContain(past?.name);
  expect((await alertsAt(endsAt)).map(({ startsAt }) => Date.parse(startsAt))).not.toContain(past?.firesAt);
});
