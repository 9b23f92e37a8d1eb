/** How an upstream is, by what this process heard of it: no upstream is asked for it. Pure. */
import { agoWords } from "@/components/as-of-words";
import type { UpstreamRow } from "@/components/connect";
import type { Gap } from "@/lib/evidence";
import type { UpstreamKind } from "@/lib/setting";
import { type Instant, printDuration } from "@/lib/signal/time";

/** As the asker keeps it. */
export type Heard = {
  readonly sparedUntil: Instant | null;
  readonly running: number;
  readonly queued: number;
  readonly lastError: { readonly gap: Gap; readonly at: Instant } | null;
};

/** `heard` null = it was never asked. */
export function upstreamRow(
  upstream: { readonly id: string; readonly kind: UpstreamKind },
  heard: Heard | null,
  now: Instant,
): UpstreamRow {
  if (heard === null) return { ...upstream, state: "not asked", text: "" };
  const { lastError, sparedUntil, running, queued } = heard;
  const said = lastError === null ? "" : `${lastError.gap.text} (${agoWords(Math.max(0, now - lastError.at))})`;
  if (sparedUntil !== null && sparedUntil > now)
    return { ...upstream, state: "spared", text: `for ${printDuration(sparedUntil - now)} more. ${said}`.trim() };
  if (lastError !== null) return { ...upstream, state: "failed", text: said };
  const busy = running + queued === 0 ? "" : `${running} questions at work, ${queued} waiting`;
  return { ...upstream, state: "no failure", text: busy };
}
