import { expect, test } from "vitest";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { createKeeping } from "@/lib/demo/servers/keeping";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { createWorld, type World } from "@/lib/demo/world";
import { hour, shift, toInstant } from "@/lib/signal/time";

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
