import { expect, test } from "vitest";
import { type Heard, upstreamRow } from "@/components/connect-words";
import { shift } from "@/lib/signal/time";
import { at } from "@/test/draw";

const now = at("15:00:00");
const calm: Heard = { sparedUntil: null, running: 0, queued: 0, lastError: null };
const gap = { kind: "gap", reason: "timeout", text: "No answer within 10 s.", next: "" } as const;

test.each([
  ["never asked", null, "not asked", ""],
  ["without a failure", calm, "no failure", ""],
  ["at work", { ...calm, running: 2, queued: 7 }, "no failure", "2 questions at work, 7 waiting"],
  ["failed", { ...calm, lastError: { gap, at: shift(now, -180_000) } }, "failed", "No answer within 10 s. (3 min ago)"],
  [
    "spared",
    { ...calm, sparedUntil: shift(now, 20_000), lastError: { gap, at: now } },
    "spared",
    "for 20 s more. No answer within 10 s. (just now)",
  ],
])("an upstream that is %s", (_, heard, state, text) => {
  expect(upstreamRow({ id: "shop/loki", kind: "loki" }, heard, now)).toMatchObject({ state, text });
});
