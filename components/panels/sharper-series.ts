/** What was asked again for a view, put in the place of what it was asked for: lanes, ranks and citations stay. Pure. */
import type { Evidence } from "@/lib/evidence";
import { labelsKey } from "@/lib/signal/labels";
import type { Series } from "@/lib/signal/series";
import { shift } from "@/lib/signal/time";
import type { SeriesAgain } from "@/lib/view";

type Answers = SeriesAgain["answers"];

/** `later`: ms by which samples of an earlier day are moved to lie under today's. A gap leaves what was there. */
export function withAnswers(evidence: readonly Evidence[], answers: Answers, later = 0): readonly Evidence[] {
  const again = new Map(answers.map((each) => [each.question, each.evidence.answer]));
  return evidence.map((one) => {
    const answer = again.get(one.question.id);
    if (one.answer.kind !== "series" || answer?.kind !== "series") return one;
    const series = inOrderOf(one.answer.series, answer.series).map((each) =>
      later === 0 ? each : { ...each, start: shift(each.start, later) },
    );
    return { ...one, answer: { kind: "series" as const, series } };
  });
}

/** What a phrase or a lane cites is the n-th series of an answer: n must mean the same; one that is gone is empty. */
function inOrderOf(before: readonly Series[], now: readonly Series[]): readonly Series[] {
  const named = new Map(now.map((series) => [labelsKey(series.labels), series]));
  const kept = before.map((series) => named.get(labelsKey(series.labels)) ?? { ...series, values: [] });
  const known = new Set(before.map(({ labels }) => labelsKey(labels)));
  return [...kept, ...now.filter(({ labels }) => !known.has(labelsKey(labels)))];
}
