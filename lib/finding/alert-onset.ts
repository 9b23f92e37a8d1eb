/**
 * The lead's own expression -> since when: from where its series left its normal life, else from where it crossed its
 * bound, else from the start that its record tells.
 *
 *   bound ─ ─ ─ ─ ─ ─ ─ ─ ─ ╱▔▔▔▔
 *   ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁╱
 *                 moved ▲   ▲ crossed, active
 */
import { type ChangePoint, changePointOf } from "@/lib/detect/change-point";
import { answersOf, type Evidence, type Purpose } from "@/lib/evidence";
import type { Onset } from "@/lib/finding/finding";
import { judgedOf, wordsOf } from "@/lib/finding/judged";
import type { Judged } from "@/lib/finding/seen";
import { instantOf, type Series, type Unit } from "@/lib/signal/series";
import { type Instant, toInstant } from "@/lib/signal/time";

type Expression = Extract<Purpose, { kind: "alert-expression" }>;
type Drawn = {
  readonly question: string;
  readonly index: number;
  readonly purpose: Expression;
  readonly series: Series;
};

/** An alert of many series is judged by its first ones; more is a rule without labels. */
const mostSeries = 20;

/** What the alert itself looks at, in a fixed order; its other conditions and the other side of a comparison do not count. */
const drawnIn = (known: readonly Evidence[]): Drawn[] =>
  answersOf(known, "series")
    .toSorted((a, b) => (a.question.id < b.question.id ? -1 : 1))
    .flatMap(({ question, answer }) => {
      const { purpose } = question;
      if (purpose.kind !== "alert-expression" || purpose.part > 0 || purpose.of !== "value") return [];
      return answer.series
        .slice(0, mostSeries)
        .map((series, index) => ({ question: question.id, index, purpose, series }));
    });

/** What the alert's series did, where that led to its firing; null = it cannot be told from its numbers. */
export function alertMovementOf(known: readonly Evidence[], now: Instant): Judged | null {
  const moved = drawnIn(known).flatMap((drawn) => movementOf(drawn, now) ?? []);
  return moved.toSorted((a, b) => (a.onset?.at ?? 0) - (b.onset?.at ?? 0) || b.size - a.size)[0] ?? null;
}

/** Plans and findings are made again after every answer; what a series did stays. */
const held = new WeakMap<Series, ChangePoint>();
function foundIn(series: Series, unit: Unit, rateWindow: number): ChangePoint {
  const known = held.get(series);
  if (known) return known;
  const found = changePointOf(series.values, { unit, step: series.step, interval: series.step, rateWindow });
  held.set(series, found);
  return found;
}

function movementOf({ question, index, purpose, series }: Drawn, now: Instant): Judged | null {
  const { activeAt, limits, isAbsence, title, unit, reach } = purpose;
  // What the range smears over most of the window has no beginning in it.
  if (activeAt === null || series.step === 0 || 2 * reach > series.values.length * series.step) return null;
  const found = foundIn(series, unit, reach);
  const about = { question, index, cites: [question], service: null, role: "other" as const, unit };
  const judged = judgedOf(found, {
    about: { ...about, title: `what ${title} watches` },
    ...{ series, counts: null, now, say: wordsOf },
  });
  const { onset, end, direction, presence } = judged;
  if (onset === null || onset.from > activeAt || (end !== null && end < activeAt)) return null;
  const up = limits.some(({ op }) => op.startsWith(">"));
  const down = limits.some(({ op }) => op.startsWith("<"));
  const fits = isAbsence ? presence === "vanished" : up === down || (up ? direction === "up" : direction === "down");
  return fits ? judged : null;
}

/** Where no movement is told: the crossing of the bound, else the instant from which its rule server held it for true. */
export function alertStartOf(known: readonly Evidence[]): Onset | null {
  const drawn = drawnIn(known);
  const crossed = drawn.flatMap((each) => crossingOf(each) ?? []).toSorted((a, b) => a.at - b.at)[0];
  if (crossed) return crossed;
  const [asked] = known.flatMap(({ question }) =>
    question.purpose.kind === "alert-expression" && question.purpose.activeAt !== null
      ? [{ id: question.id, title: question.purpose.title, at: question.purpose.activeAt }]
      : [],
  );
  return asked ? { at: asked.at, from: asked.at, to: asked.at, cites: [asked.id], of: asked.title } : null;
}

/** In all that was drawn of it the alert's condition was not true once. */
export function neverHeld(known: readonly Evidence[]): boolean {
  const drawn = drawnIn(known);
  return (
    drawn.length > 0 &&
    drawn.every(
      ({ purpose: { limits, isAbsence }, series }) =>
        !isAbsence &&
        limits.length > 0 &&
        Array.from(series.values).every(
          (value) => value === null || !limits.every(({ op, value: bound }) => comparisons[op]?.(value, bound) ?? true),
        ),
    )
  );
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  "==": (value, bound) => value === bound,
  "!=": (value, bound) => value !== bound,
};

/** The last two samples up to its start between which the condition came true. */
function crossingOf({ question, purpose, series }: Drawn): Onset | null {
  const { activeAt, limits, isAbsence, title } = purpose;
  if (activeAt === null || series.step === 0 || (limits.length === 0 && !isAbsence)) return null;
  const holds = (index: number): boolean => {
    const value = series.values[index] ?? null;
    if (isAbsence || value === null) return isAbsence && value === null;
    return limits.every(({ op, value: bound }) => comparisons[op]?.(value, bound) ?? false);
  };
  // One step on: the grid of what is drawn is not that of the evaluations.
  const last = Math.min(series.values.length - 1, Math.ceil((activeAt - series.start) / series.step) + 1);
  let at = last;
  while (at > 0 && !holds(at) && at > last - 3) at -= 1;
  if (!holds(at)) return null;
  while (at > 0 && holds(at - 1)) at -= 1;
  if (at <= 0) return null;
  const [from, to] = [instantOf(series, at - 1), instantOf(series, at)];
  const share = shareOf(series.values[at - 1] ?? null, series.values[at] ?? null, limits[0]?.value ?? null);
  return { at: toInstant(Math.round(from + share * (to - from))), from, to, cites: [question], of: title };
}

/** How far between two values the bound lies; the middle where that is not known. */
function shareOf(before: number | null, after: number | null, bound: number | null): number {
  if (before === null || after === null || bound === null || before === after) return 0.5;
  const share = (bound - before) / (after - before);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0.5;
}
