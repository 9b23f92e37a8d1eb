/** A claim about positions of a series -> what it did, in time and in words. */
import type { ChangePoint } from "@/lib/detect/change-point";
import { countOver } from "@/lib/detect/counting";
import type { Judged } from "@/lib/finding/seen";
import { plural, printSince, printValue } from "@/lib/finding/words";
import type { Series, Unit } from "@/lib/signal/series";
import { type Instant, printClock, toInstant } from "@/lib/signal/time";

function lastOf({ values }: Series): number | null {
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

type Judging = {
  readonly about: Pick<Judged, "question" | "index" | "cites" | "service" | "role" | "title" | "unit">;
  readonly series: Series;
  readonly counts: readonly (number | null)[] | null;
  readonly now: Instant;
  readonly say: (claim: ChangePoint, told: Told) => string;
  readonly usual?: boolean;
  /** What the median beside a p99 did. */
  readonly tail?: string | null;
};

/** `say` puts the claim in words. */
export function judgedOf(
  claim: ChangePoint,
  { about, series, counts, now, say, usual = false, tail = null }: Judging,
): Judged {
  const instant = (position: number): Instant => toInstant(series.start + position * series.step);
  const changed = claim.verdict === "changed" ? claim : null;
  const onset = changed && {
    at: instant(changed.onset.at),
    from: instant(changed.onset.from),
    to: instant(changed.onset.to),
  };
  const end = changed?.end == null ? null : instant(changed.end);
  const told: Told = { unit: about.unit, series, counts, onset, end, now };
  return {
    ...about,
    verdict: claim.verdict,
    direction: changed?.direction ?? null,
    before: changed ? changed.before : claim.verdict === "changed" ? null : claim.level,
    after: changed?.after ?? null,
    last: lastOf(series),
    onset,
    size: changed?.size ?? 0,
    words: tail === null ? say(claim, told) : `${say(claim, told)}; ${tail}`,
    tail,
    series,
    end,
    presence: changed?.shape === "vanished" || changed?.shape === "appeared" ? changed.shape : "there",
    usual,
    share: shareOf(claim, told),
  };
}

/** "120 /s → 640 /s, as yesterday at this hour" */
export const usualInWords = (claim: ChangePoint, { unit }: Pick<Told, "unit">): string =>
  claim.verdict === "changed"
    ? `${printValue(claim.before, unit)} → ${printValue(claim.after, unit)}, ${asYesterday}`
    : asYesterday;
export const asYesterday = "as yesterday at this hour";

export type Told = {
  readonly unit: Unit;
  readonly series: Series;
  readonly counts: readonly (number | null)[] | null;
  readonly onset: { readonly at: Instant; readonly from: Instant; readonly to: Instant } | null;
  readonly end: Instant | null;
  readonly now: Instant;
};

/** "412 of 1,080 requests" since the onset, or until it was over. */
function shareOf(claim: ChangePoint, { counts, unit, series }: Told): string | null {
  if (!counts || unit !== "ratio" || claim.verdict !== "changed") return null;
  const during = { from: claim.onset.to, to: claim.end ?? series.values.length, step: series.step };
  const failed = Math.round(countOver(counts, during, series.values));
  return `${failed.toLocaleString("en-US")} of ${plural(Math.round(countOver(counts, during)), "request")}`;
}

/** "0.1 % → 38 % (412 of 1,080 requests), since 14:03:10Z ± 15 s" */
export function wordsOf(claim: ChangePoint, about: Told): string {
  const { unit, onset, end, now } = about;
  if (claim.verdict === "too-few") return `${claim.because}: too few to judge`;
  if (claim.verdict === "quiet") return `${printValue(claim.level, unit)}, quiet`;
  const share = shareOf(claim, about);
  const when = onset ? `${end ? "from" : "since"} ${printSince(onset, now)}` : "";
  return `${printValue(claim.before, unit)} → ${printValue(claim.after, unit)}${share === null ? "" : ` (${share})`}, ${when}${end ? ` until ${printClock(end, now)}` : ""}`;
}
