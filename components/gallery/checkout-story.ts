/** What the findings say of the drawn checkout. */

import { at, serviceFrom } from "@/components/gallery/draw";
import type { Explanation, Movement, Phrase } from "@/lib/explanation";
import { toInstant } from "@/lib/signal/time";

export const onset = at("14:03:10");

const phrase = (text: string, tone: Phrase["tone"] = "plain", target: Phrase["target"] = null): Phrase => ({
  text,
  tone,
  cites: target === null ? [] : [target.slot === "spike" ? "red-error-ratio" : "trace-by-id"],
  target,
});
const to = (slot: "spike" | "trace" | "changes", row: number | null = null) => ({ slot, row, change: null });

const movement = (
  title: string,
  role: Movement["role"],
  service: string,
  before: number,
  after: number,
  words: string,
): Movement => ({
  question: `red-${role}`,
  cites: [`red-${role}`],
  // Row of `red(...)`: the gateway stands first, order and (in rates) payment second.
  index: service === "gateway" ? 0 : 1,
  service: serviceFrom(service),
  role,
  title,
  unit: role === "error-ratio" ? "ratio" : role === "rate" ? "per-second" : "seconds",
  verdict: "changed",
  direction: after > before ? "up" : "down",
  before,
  after,
  last: after,
  onset: { at: onset, from: toInstant(onset - 15_000), to: toInstant(onset + 15_000) },
  size: 40,
  words,
  ...{ rank: 0, because: "", distance: null, away: null },
});

export const explanation: Explanation = {
  story: [
    phrase("Checkout errors rose from 0.1 % to 38 %", "error", to("spike")),
    phrase(" at 14:03:10 UTC. "),
    phrase("payment", "service", to("trace", 6)),
    phrase(" hangs 30 s in "),
    phrase("tls.handshake", "code", to("trace", 8)),
    phrase(" and never answers. "),
    phrase("payment 9.2.0", "change", to("changes")),
    phrase(" was deployed 85 s before; no other change on this path is known."),
  ],
  strong: "onset, trace and 11 log lines agree",
  weak: "Kubernetes events are missing (retention 1 h), so a restart cannot be ruled out",
  onset: {
    at: onset,
    from: toInstant(onset - 15_000),
    to: toInstant(onset + 15_000),
    cites: ["red-error-ratio"],
    of: "Error ratio of order",
  },
  movements: [
    movement(
      "Error ratio",
      "error-ratio",
      "order",
      0.001,
      0.38,
      "0.1 % → 38 % (412 of 1,080 requests), since 14:03:10Z ± 15 s",
    ),
    movement("p99 latency", "latency-p99", "gateway", 0.42, 30, "0.4 s → 30 s, since 14:03:10Z ± 15 s"),
    movement("Requests", "rate", "payment", 10.2, 2.1, "10 /s → 2.1 /s, since 14:03:10Z ± 15 s"),
  ],
  findings: [
    {
      id: "error-origin",
      kind: "error-origin",
      sentence: [
        phrase("The deepest failing span with healthy children is "),
        phrase("tls.handshake", "code", to("trace", 8)),
        phrase(" of "),
        phrase("payment", "service", to("trace", 6)),
        phrase("."),
      ],
      score: 0.94,
      at: at("14:03:12"),
      cites: ["trace-by-id"],
      weakenedBy: [],
    },
    {
      id: "change-before-onset",
      kind: "change-before-onset",
      sentence: [phrase("payment 9.2.0", "change", to("changes")), phrase(" was deployed 85 s before the onset.")],
      score: 0.81,
      at: at("14:01:45"),
      cites: ["annotations"],
      weakenedBy: ["Kubernetes events are missing, so a restart cannot be ruled out"],
    },
    {
      id: "still-happening",
      kind: "still-happening",
      sentence: [phrase("Still failing, 36 % in the last 2 min, as of 14:18:05Z.")],
      score: 0.7,
      at: null,
      cites: ["red-error-ratio"],
      weakenedBy: [],
    },
  ],
};
