/** The lead's own expression -> its series, what its rule compares them with, and why there is nothing to draw. Pure. */
import type { SeriesPlace } from "@/components/panels/cited-series";
import { extremesOf, pointsOf } from "@/components/panels/lane-points";
import type { LaneSeries } from "@/components/panels/timeline-series";
import { answersOf, type Evidence, type Found, type Purpose } from "@/lib/evidence";
import { labelsKey } from "@/lib/signal/labels";
import type { Series } from "@/lib/signal/series";
import { toInstant } from "@/lib/signal/time";

/** Where an alert rule draws its line. */
export type Threshold = SeriesPlace & {
  /** In the unit of the series. */
  readonly value: number;
  /** "alert above 5 %"; "" = its words stand at another line. */
  readonly words: string;
};

type Expression = Extract<Purpose, { kind: "alert-expression" }>;
type Answered = { readonly found: Found<"series">; readonly purpose: Expression };

const partsOf = (evidence: readonly Evidence[], of: Expression["of"]): readonly Answered[] =>
  answersOf(evidence, "series")
    .flatMap((found): Answered[] => {
      const { purpose } = found.question;
      return purpose.kind === "alert-expression" && purpose.of === of ? [{ found, purpose }] : [];
    })
    .toSorted((a, b) => a.purpose.part - b.purpose.part || (a.found.question.id < b.found.question.id ? -1 : 1));

/** What the alert itself looks at first, the series furthest beyond its bound before the others; then its other conditions. */
export function ownSeries(evidence: readonly Evidence[]): readonly LaneSeries[] {
  return partsOf(evidence, "value").flatMap(({ found, purpose }) => {
    const { series } = found.answer;
    const isLow = purpose.limits[0]?.op.startsWith("<") ?? false;
    const ranked = series
      .map((each, index) => ({ each, index, reach: reachOf(each, isLow) }))
      .toSorted((a, b) => b.reach - a.reach || a.index - b.index);
    return ranked.map(
      ({ each, index }, rank): LaneSeries => ({
        key: `own ${purpose.part} ${labelsKey(each.labels)}`,
        role: "alert",
        name: purpose.part === 0 ? purpose.title : "Its other condition",
        service: null,
        about: aboutOf(series.length, rank, isLow, purpose.part),
        unit: purpose.unit,
        series: each,
        place: { question: found.question.id, index },
        movement: null,
        preference: 0,
        state: null,
        evidence: [found],
      }),
    );
  });
}

function aboutOf(count: number, rank: number, isLow: boolean, part: number): string {
  if (count > 1) return `${rank === 0 ? (isLow ? "lowest" : "highest") : `no. ${rank + 1}`} of its ${count} series`;
  return part === 0 ? "exactly its own series" : "as its rule says";
}

function reachOf(series: Series, isLow: boolean): number {
  const everything = { from: series.start, to: toInstant(series.start + series.step * series.values.length) };
  const points = pointsOf(series, everything);
  if (!isLow) return extremesOf(points).highest;
  return -Math.min(...points.value.flatMap((value) => value ?? []));
}

/** The lines of the rule at its numbers: one carries the words, "alert above 0.9 and below 1". */
export const ruleLines = (evidence: readonly Evidence[]): readonly Threshold[] =>
  partsOf(evidence, "value").flatMap(({ found: { question, answer }, purpose }) =>
    answer.series.flatMap((_, index) =>
      purpose.limits.map(({ value }, line) => ({
        ...{ question: question.id, index, value },
        words: line === 0 ? purpose.words : "",
      })),
    ),
  );

/** The series that this one is compared with, where the bound is no number. */
export function boundOf(evidence: readonly Evidence[], { question }: LaneSeries["place"]): Series | null {
  const own = partsOf(evidence, "value").find(({ found }) => found.question.id === question);
  const bounds = partsOf(evidence, "bound").filter(({ purpose }) => purpose.part === own?.purpose.part);
  return bounds[0]?.found.answer.series[0] ?? null;
}

/** Of an alert that holds where there is nothing, an empty answer is the alert itself. */
export function ownMissing(evidence: readonly Evidence[]): string | null {
  const own = evidence.find(
    ({ question: { purpose } }) => purpose.kind === "alert-expression" && purpose.part === 0 && purpose.of === "value",
  );
  if (!own) return null;
  if (own.question.purpose.kind === "alert-expression" && own.question.purpose.isAbsence)
    return "No sample in this window: that is what this alert looks for.";
  return own.answer.kind === "gap" ? `${own.answer.text} ${own.answer.next}`.trim() : "No sample in this window.";
}
