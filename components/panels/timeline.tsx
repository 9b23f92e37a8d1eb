"use client";
/** One time axis: changes, alerts, log lines and charts under each other, the onset as one line through all of them. */
import { memo, type PointerEvent, useMemo, useRef, useState } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import { alertBars } from "@/components/panels/alert-bars";
import { AlertLane } from "@/components/panels/alert-lane";
import { ChangeLane } from "@/components/panels/change-lane";
import { ChangeList } from "@/components/panels/change-list";
import { suspectsOf } from "@/components/panels/change-words";
import { laneId } from "@/components/panels/cited-series";
import { Crosshair } from "@/components/panels/crosshair";
import { pointAt } from "@/components/panels/crosshair-store";
import { LevelLane } from "@/components/panels/lane-bars";
import { ChartLaneView } from "@/components/panels/lane-chart";
import { levelBars } from "@/components/panels/lane-levels";
import { Receipts } from "@/components/panels/receipt";
import styles from "@/components/panels/timeline.module.css";
import { fractionOf, instantAt } from "@/components/panels/timeline-axis";
import { slotNote } from "@/components/panels/timeline-gaps";
import { TimelineHead } from "@/components/panels/timeline-head";
import { type Place, timelineLanes } from "@/components/panels/timeline-lanes";
import { useWidth } from "@/components/panels/timeline-width";
import type { Zone } from "@/components/ui/zone";
import { changesOf } from "@/lib/changes";
import { isSupporting } from "@/lib/evidence";
import { instantAfter, isWithin, toInstant, type Window } from "@/lib/signal/time";
import { traceEnd } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";

type Props = {
  readonly state: InvestigationState;
  readonly zone: Zone;
  /** Element id of a lane the reader asked for: it is drawn, wherever it would be folded. */
  readonly wanted: string | null;
};

/** Before it is known: empty, so that nothing is drawn and every place is kept. */
const noWindow: Window = { from: toInstant(0), to: toInstant(0) };

/** Choosing a span or a line elsewhere is no reason to draw it again. */
export const Timeline = memo(function Timeline({ state, zone, wanted }: Props) {
  const { evidence, explanation, now, questions, unasked, environment, identities, stream } = state;
  const window = state.window ?? noWindow;
  const [kept, setKept] = useState<readonly string[]>([]);
  const [open, setOpen] = useState(false);
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot);

  // Not the state itself: a beat of the stream's clock is no reason to draw.
  const known = useMemo(
    () => ({ evidence, explanation, questions, unasked, environment, identities, stream }),
    [evidence, explanation, questions, unasked, environment, identities, stream],
  );
  const lanes = useMemo(() => timelineLanes(known, window, kept), [known, window, kept]);
  const changes = useMemo(() => changesOf(evidence), [evidence]);
  const bars = useMemo(() => alertBars(evidence, window), [evidence, window]);
  const levels = useMemo(() => levelBars(evidence, window), [evidence, window]);
  const suspects = useMemo(() => suspectsOf(explanation), [explanation]);
  // Ranked once: what is drawn keeps its place, whatever comes after.
  if (kept.length === 0 && lanes.keys.length > 0) setKept(lanes.keys);
  const [led, setLed] = useState(wanted);
  if (led !== wanted) {
    setLed(wanted);
    if (lanes.folded.some(({ place }) => laneId(place) === wanted)) setOpen(true);
  }

  const extent = useMemo(() => {
    const trace = traceOf(evidence)?.answer.trace;
    return trace ? { from: instantAfter(trace.base, 0), to: instantAfter(trace.base, traceEnd(trace)) } : null;
  }, [evidence]);
  const { onset } = explanation;
  const onsetAt = onset?.at ?? null;
  const point = (event: PointerEvent): void => {
    const box = plot.current?.getBoundingClientRect();
    if (!box || box.width === 0 || window.to <= window.from) return;
    const at = (event.clientX - box.left) / box.width;
    pointAt(at < 0 || at > 1 ? null : instantAt(at, window));
  };
  const receipts = evidence.filter(
    ({ question }) =>
      !isSupporting(question) &&
      (["spike", "changes", "events", "alerts"].includes(question.slot) || question.purpose.kind === "lines-by-level"),
  );
  const changeNote = slotNote("changes", known);
  const draw = (size: "chart" | "small" | "folded") => (place: Place) => (
    <ChartLaneView
      key={"lane" in place ? place.lane.key : place.empty.key}
      place={place}
      size={size}
      window={window}
      width={width}
      wanted={wanted}
    />
  );
  return (
    <section id="time" className={styles.timeline} aria-labelledby="time-title" tabIndex={-1}>
      <h2 id="time-title" className="only-heard">
        What happened when
      </h2>
      <div className={styles.stack} data-open={open} onPointerMove={point} onPointerLeave={() => pointAt(null)}>
        <TimelineHead window={window} onset={onset} trace={extent} zone={zone} width={width} />
        <ChangeLane
          changes={changes}
          suspects={suspects}
          window={window}
          onset={onsetAt}
          width={width}
          empty={changeNote}
        />
        <AlertLane bars={bars} window={window} width={width} empty={slotNote("alerts", known)} />
        <LevelLane levels={levels} window={window} empty={slotNote("lines", known)} />
        {lanes.entry.map(draw("chart"))}
        {lanes.others.map(draw("small"))}
        {open && lanes.folded.map((lane) => draw("folded")({ lane }))}
        <div ref={plot} className={styles.overlay} aria-hidden="true">
          {onset && isWithin(onset.at, window) && (
            <div className={styles.onset} style={{ "--left": fractionOf(onset.at, window) }} />
          )}
          <Crosshair extent={window} />
        </div>
      </div>
      <p className={styles.foot}>
        <span className={styles.cut}>{lanes.foldedWords}</span>
        {lanes.settled && (
          <button
            type="button"
            data-few={lanes.folded.length === 0}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? "hide" : "show"}
          </button>
        )}
      </p>
      <ChangeList changes={changes} suspects={suspects} onset={onsetAt} now={now} empty={changeNote} />
      <div className={styles.receipts}>
        <Receipts evidence={receipts} />
      </div>
    </section>
  );
});
