/** A claim about a counter's rate, and the counter's own samples around it -> the same claim, its onset known better. */
import type { ChangePoint } from "@/lib/detect/change-point";
import { incrementsOf, refineOnset } from "@/lib/detect/refine";
import { answersOf, type Evidence, type QuestionId } from "@/lib/evidence";
import { labelsKey } from "@/lib/signal/labels";
import { instantOf, type Series } from "@/lib/signal/series";

export type Samples = { readonly id: QuestionId; readonly from: number; readonly series: readonly Series[] };
/** The samples of the counter behind a series of that question; null = not asked, or not all of them came. */
export type SamplesBehind = (question: QuestionId, drawn: Series) => Samples | null;

export function samplesIn(known: readonly Evidence[]): SamplesBehind {
  const answers = answersOf(known, "series").flatMap(({ question: { id, purpose, window }, partial, answer }) =>
    purpose.kind === "red-samples" && window && !partial
      ? [
          {
            of: purpose.of,
            labels: labelsKey(purpose.labels),
            samples: { id, from: window.from, series: answer.series },
          },
        ]
      : [],
  );
  return (question, { labels }) =>
    answers.find((each) => each.of === question && each.labels === labelsKey(labels))?.samples ?? null;
}

/** Series of one process are scraped together. Source: Prometheus' and OpenTelemetry's usual names for where it runs. */
const targetLabels = ["instance", "pod", "exported_instance", "exported_pod", "service_instance_id", "k8s_pod_name"];
const targetOf = ({ labels }: Series): string => JSON.stringify(targetLabels.map((label) => labels[label] ?? ""));

/** `drawn`: what the claim was made of; `interval` = ms between samples. The claim as it was where samples tell no more. */
export function sharperBy(samples: Samples, claim: ChangePoint, drawn: Series, interval: number): ChangePoint {
  if (claim.verdict !== "changed") return claim;
  const instant = (position: number): number => drawn.start + position * drawn.step;
  const { from, at, to } = claim.onset;
  const coarse = { from: instant(from), at: instant(at), to: instant(to) };
  const all = samples.series.map((series) => {
    const places = Array.from({ length: series.values.length }, (_, index) => index).filter(
      (index) => (series.values[index] ?? null) !== null,
    );
    return {
      key: targetOf(series),
      at: places.map((index) => instantOf(series, index)),
      totals: places.map((index) => series.values[index] ?? 0),
    };
  });
  const told = all.filter(({ at: times }) => times.length > 0);
  const fine = refineOnset(incrementsOf(told, { from: samples.from, interval }), coarse, interval);
  const position = (moment: number): number => (moment - drawn.start) / drawn.step;
  return fine === coarse
    ? claim
    : { ...claim, onset: { from: position(fine.from), at: position(fine.at), to: position(fine.to) } };
}
