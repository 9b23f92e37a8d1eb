import { expect, test } from "vitest";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { at, deploys } from "@/lib/demo/script";
import { createKeeping } from "@/lib/demo/servers/keeping";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { createWorld, type World } from "@/lib/demo/world";
import { hour, minute, shift, toInstant } from "@/lib/signal/time";

const zero = toInstant(Date.UTC(2026, 10, 21, 14, 3));
const shopWorld = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 2 * hour });

test("of many worlds those asked last keep what they computed, the others let it go", () => {
  const keepOf = createKeeping(2);
  const forgotten: string[] = [];
  const used = ["shop", "bank", "mill"].map((name) => {
    const keep = keepOf();
    keep.onForget(() => forgotten.push(`${name} samples`));
    keep.onForget(() => forgotten.push(`${name} lines`));
    return keep.used;
  });
  const use = (...worlds: readonly number[]): void => {
    for (const world of worlds) used[world]?.();
  };
  use(0, 1, 0);
  expect(forgotten).toEqual([]);
  use(2);
  expect(forgotten).toEqual(["bank samples", "bank lines"]);
  use(2, 2, 0, 1);
  expect(forgotten.slice(2)).toEqual(["mill samples", "mill lines"]);
});

test("what was let go is computed again, and is the same", () => {
  let told = 0;
  const counting: World = {
    ...shopWorld,
    series: (...asked) => {
      told += 1;
      return shopWorld.series(...asked);
    },
  };
  const keepOf = createKeeping(1);
  const end = shift(shopWorld.zero, hour / 2);
  const storage = createStorage(counting, () => end, keepOf());
  const other = keepOf();
  const ask = () => storage.select([{ label: "__name__", op: "=", value: "up" }], end - 60_000, end - 1);
  const first = ask();
  const once = told;
  expect(ask()).toEqual(first);
  expect(told).toBe(once);
  other.used();
  expect(ask()).toEqual(first);
  expect(told).toBe(2 * once);
  expect(first.length).toBeGreaterThan(0);
});

test("a service that took its own place is one series, also after what was known of it was let go", () => {
  const redeployed = { name: "redeployed", story: "", script: [at(0, deploys("gateway", "9.9.9", "abcdef0"))] };
  const onHosts = createWorld({ ...shop, platform: "hosts" }, [redeployed], { seed: 1, zero, history: hour / 2 });
  const keepOf = createKeeping(1);
  const storage = createStorage(onHosts, () => shift(zero, hour / 2), keepOf());
  const other = keepOf();
  const asked = (from: number, to: number): string[] =>
    storage
      .select([{ label: "__name__", op: "=", value: "http_server_request_duration_seconds_count" }], from, to)
      .map(({ labels }) => JSON.stringify(labels));
  const before = asked(zero - 20 * minute, zero - 15 * minute);
  other.used();
  const whole = asked(zero - 20 * minute, zero + 20 * minute);
  expect(new Set(whole).size).toBe(whole.length);
  expect(before.filter((each) => !whole.includes(each))).toEqual([]);
  expect(before.length).toBeGreaterThan(0);
});
