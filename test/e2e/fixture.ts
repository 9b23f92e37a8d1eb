/** The drawn checkout as a server would stream it. */
import { alertEvidence, alertLead } from "@/components/gallery/alert";
import { evidence, identities, now, shop } from "@/components/gallery/checkout";
import { explanation } from "@/components/gallery/checkout-story";
import type { Evidence } from "@/lib/evidence";
import type { Lead } from "@/lib/lead";
import type { EnvironmentSetting } from "@/lib/setting";
import { streamLines } from "@/lib/stream/encode";
import { type StreamLine, streamVersion } from "@/lib/stream/lines";
import { drawnLead, drawnTraceId, drawnWindow } from "../draw";

/** In the order in which they would be sent. */
export const checkoutLines = (environments: readonly EnvironmentSetting[] = [shop]): readonly StreamLine[] =>
  linesOf(evidence, drawnLead, environments);

/** With more that was asked and answered. */
export const checkoutLinesWith = (...more: readonly Evidence[]): readonly StreamLine[] =>
  linesOf([...evidence, ...more], drawnLead, [shop]);

/** The same incident, opened by its alert. */
export const alertLines = (): readonly StreamLine[] =>
  linesOf(alertEvidence, { ...drawnLead, reading: alertLead }, [shop]);

function linesOf(known: readonly Evidence[], lead: Lead, environments: readonly EnvironmentSetting[]): StreamLine[] {
  const greeting = { now, run: 1, environments };
  return [
    { type: "hello", version: streamVersion, now, startedAt: now, run: 1, lead, environments },
    { type: "planned", questions: known.map(({ question }) => question), unasked: [] },
    { type: "window", environment: "shop", window: drawnWindow, because: "the trace, 30 min before and 15 min after" },
    { type: "identity", identities },
    ...known.flatMap((one) => [...streamLines({ type: "evidence", evidence: one }, greeting)]),
    { type: "findings", explanation },
    { type: "end", now, reason: "complete", unanswered: [] },
  ];
}

export const ndjsonOf = (lines: readonly StreamLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");
export const checkoutLead = drawnTraceId;
