/** What a long search holds while it reads: the demo's thread has 256 MB for all its worlds. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { casinoEnvironment } from "@/lib/demo/scenarios/casino-environments";
import { worldOf } from "@/lib/demo/servers/environments";
import { createLokiStorage } from "@/lib/demo/servers/loki-storage";
import { hour, toInstant } from "@/lib/signal/time";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const held = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

test("two hours read to the letter hold no more at their end than after the first half hour, twofold", {
  timeout: 60_000,
}, () => {
  const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
  const storage = createLokiStorage(worldOf(casinoEnvironment, now), () => now);
  const span = { from: (now - 2 * hour) * 1_000, to: now * 1_000 };
  const before = held();
  const after: number[] = [];
  let [read, minutes] = [0, 0];
  for (const block of storage.blocks(span, { stream: () => true, holds: [] }, "backward")) {
    for (let row = 0; row < block.micros.length; row += 1) read += block.text(row).length;
    minutes += 1;
    if (minutes === 30 || minutes === 110) after.push(held() - before);
  }
  expect(read).toBeGreaterThan(1e6);
  const [early = 0, late = 0] = after;
  expect(late).toBeLessThan(Math.max(40, 2 * early));
});
