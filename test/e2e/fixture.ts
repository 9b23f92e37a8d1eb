/** The drawn checkout as a server would stream it. */
import { evidence, identities, now, shop } from "@/components/gallery/checkout";
import { explanation } from "@/components/gallery/checkout-story";
import type { EnvironmentSetting } from "@/lib/setting";
import { streamLines } from "@/lib/stream/encode";
import { type StreamLine, streamVersion } from "@/lib/stream/lines";
import { drawnLead, drawnTraceId, drawnWindow } from "../draw";

/** In the order in which they would be sent. */
export function checkoutLines(environments: readonly EnvironmentSetting[] = [shop]): readonly StreamLine[] {
  const greeting = { now, environments };
  return [
    { type: "hello", version: streamVersion, now, startedAt: now, lead: drawnLead, environments },
    { type: "planned", questions: evidence.map(({ question }) => question), unasked: [] },
    { type: "window", environment: "shop", window: drawnWindow, because: "the trace, 30 min before and 15 min after" },
    { type: "identity", identities },
    ...evidence.flatMap((one) => [...streamLines({ type: "evidence", evidence: one }, greeting)]),
    { type: "findings", explanation },
    { type: "end", now, reason: "complete", unanswered: [] },
  ];
}

export const ndjsonOf = (lines: readonly StreamLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");
export const checkoutLead = drawnTraceId;
