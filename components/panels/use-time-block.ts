"use client";
/** State -> everything the time block draws: lanes in their order, changes, alerts, lines; sharper in a view, with an earlier day beside. */
import { useDeferredValue, useMemo, useState } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import { alertBars } from "@/components/panels/alert-bars";
import { suspectsOf } from "@/components/panels/change-words";
import { levelBars } from "@/components/panels/lane-levels";
import { ownSeries, ruleLines } from "@/components/panels/own-series";
import { withAnswers } from "@/components/panels/sharper-series";
import { type ChartLane, type Place, timelineLanes } from "@/components/panels/timeline-lanes";
import { laneSeries } from "@/components/panels/timeline-series";
import { earlierNames } from "@/components/panels/timeline-tools";
import { useSeriesAgain } from "@/components/panels/use-series-again";
import { viewWithin } from "@/components/panels/view-moves";
import { useView } from "@/components/panels/view-store";
import { changesOf } from "@/lib/changes";
import { askedFor, type QuestionId } from "@/lib/evidence";
import type { Series } from "@/lib/signal/series";
import { instantAfter, toInstant, type Window } from "@/lib/signal/time";
import { traceEnd } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";
import { type Earlier, earlierMs, finerStep } from "@/lib/view";

/** Before it is known: empty, so that nothing is drawn and every place is kept. */
const noWindow: Window = { from: toInstant(0), to: toInstant(0) };

const lanesIn = (places: readonly Place[]): readonly ChartLane[] =>
  places.flatMap((place) => ("lane" in place ? [place.lane] : []));

export function useTimeBlock(
  state: InvestigationState,
  {
    open,
    compared,
    ofAlert,
  }: {
    readonly open: boolean;
    readonly compared: Earlier | null;
    readonly ofAlert: boolean;
  },
) {
  const { evidence, explanation, questions, unasked, environment, identities, stream, caughtUp } = state;
  const window = state.window ?? noWindow;
  const [kept, setKept] = useState<readonly string[]>([]);
  const chosenView = useView();
  // A turning wheel is answered at once; what is heavy follows when there is time.
  const view = useDeferredValue(chosenView);
  const inside = useMemo(() => viewWithin(view, window), [view, window]);
  const shown = inside ?? window;

  // Not the state itself: a beat of the stream's clock is no reason to draw.
  const known = useMemo(
    () => ({ evidence, explanation, questions, unasked, environment, identities, stream, caughtUp, ofAlert }),
    [evidence, explanation, questions, unasked, environment, identities, stream, caughtUp, ofAlert],
  );
  // Which lanes are drawn does not hang on how closely one looks: what is asked again is asked for these.
  const coarse = useMemo(() => timelineLanes(known, window, kept), [known, window, kept]);
  if (kept.length === 0 && coarse.keys.length > 0) setKept(coarse.keys);
  const drawn = useMemo(
    () => [
      ...lanesIn(coarse.own ? [coarse.own] : []),
      ...lanesIn(coarse.entry),
      ...lanesIn(coarse.others),
      ...(open ? coarse.folded : []),
    ],
    [coarse, open],
  );
  const asked = useMemo(() => {
    const counts = askedFor(evidence, "lines-by-level").map(({ question }) => question);
    const series = drawn.flatMap((lane) => lane.evidence.map(({ question }) => question));
    return [...new Map([...counts, ...series].map((question) => [question.id, question])).values()];
  }, [drawn, evidence]);
  const finer = useMemo(
    () => (inside === null ? none : asked.filter((each) => finerStep(each, inside) !== null).map(({ id }) => id)),
    [asked, inside],
  );
  const closer = useSeriesAgain(finer, inside, null);
  const before = useSeriesAgain(
    useMemo(
      () =>
        compared === null ? none : asked.filter(({ purpose }) => purpose.kind !== "lines-by-level").map(({ id }) => id),
      [asked, compared],
    ),
    compared === null || window.to <= window.from ? null : shown,
    compared,
  );

  const sharp = useMemo(
    () => (closer.answers.length === 0 ? known : { ...known, evidence: withAnswers(evidence, closer.answers) }),
    [known, evidence, closer.answers],
  );
  const ghosts = useMemo((): ReadonlyMap<string, Series> => {
    if (compared === null) return new Map();
    const answered = new Set(
      before.answers.flatMap(({ question, evidence: { answer } }) => (answer.kind === "series" ? [question] : [])),
    );
    const same = evidence.filter(({ question }) => answered.has(question.id));
    const then = withAnswers(same, before.answers, earlierMs[compared]);
    const series = [...laneSeries(then, explanation.movements, false), ...ownSeries(then)];
    return new Map(series.map((each) => [each.key, each.series]));
  }, [evidence, explanation.movements, before.answers, compared]);
  const thresholds = useMemo(() => ruleLines(evidence), [evidence]);
  const lanes = useMemo(
    () => timelineLanes(sharp, window, kept, { shown, ghosts, thresholds }),
    [sharp, window, kept, shown, ghosts, thresholds],
  );

  const changes = useMemo(() => changesOf(evidence), [evidence]);
  const reading = state.hello?.lead.reading;
  const meant = reading?.kind === "alert" ? reading : undefined;
  const bars = useMemo(() => alertBars(evidence, shown, meant), [evidence, shown, meant]);
  const anyAlert = useMemo(() => alertBars(evidence, window).length > 0, [evidence, window]);
  const levels = useMemo(() => levelBars(sharp.evidence, shown), [sharp.evidence, shown]);
  const suspects = useMemo(() => suspectsOf(explanation), [explanation]);
  const trace = traceOf(evidence)?.answer.trace;
  const extent = useMemo(
    () => (trace ? { from: instantAfter(trace.base, 0), to: instantAfter(trace.base, traceEnd(trace)) } : null),
    [trace],
  );
  // Where the newest of all series ends: one that stops before has ended.
  const dataEnd = useMemo(
    () => toInstant(Math.max(window.from, ...drawn.map(({ extremes: { lastAt } }) => lastAt ?? 0))),
    [drawn, window.from],
  );
  const again = useMemo(
    () => [...closer.answers, ...before.answers].map(({ evidence: one }) => one),
    [closer.answers, before.answers],
  );
  const compare = compared === null ? "" : earlierNames[compared];
  const missing =
    compared !== null && before.note === "" && ghosts.size === 0 ? `No sample of ${compare}.` : before.note;
  return {
    ...{ window, shown, known, lanes, changes, bars, anyAlert, levels, suspects, extent, dataEnd },
    traceId: trace?.id ?? null,
    /** What was asked again for what is drawn now. */
    again,
    zoomed: inside !== null,
    note: [closer.note, missing].filter((part) => part !== "").join(" "),
    onBetter: (keys: readonly string[]) => setKept(keys),
  };
}
const none: readonly QuestionId[] = [];
