"use client";
/** One time axis: changes, alerts, log lines and charts under each other, the onset as one line through all of them. */
import dynamic from "next/dynamic";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import { AlertLane } from "@/components/panels/alert-lane";
import { useAxisGestures } from "@/components/panels/axis-gestures";
import { ChangeLane } from "@/components/panels/change-lane";
import { ChangeList } from "@/components/panels/change-list";
import { laneId } from "@/components/panels/cited-series";
import { Crosshair } from "@/components/panels/crosshair";
import { LevelLane } from "@/components/panels/lane-bars";
import { ChartLaneView } from "@/components/panels/lane-chart";
import { Receipts } from "@/components/panels/receipt";
import styles from "@/components/panels/timeline.module.css";
import { fractionOf } from "@/components/panels/timeline-axis";
import { slotNote } from "@/components/panels/timeline-gaps";
import { TimelineHead } from "@/components/panels/timeline-head";
import type { Place, TimelineLanes } from "@/components/panels/timeline-lanes";
import { TimelineReach } from "@/components/panels/timeline-reach";
import { earlierNames, TimelineTools } from "@/components/panels/timeline-tools";
import tools from "@/components/panels/timeline-tools.module.css";
import { useWidth } from "@/components/panels/timeline-width";
import { instantWords, readOut } from "@/components/panels/timeline-words";
import { useTimeBlock } from "@/components/panels/use-time-block";
import { lookBack } from "@/components/panels/view-store";
import type { Zone } from "@/components/ui/zone";
import { isSupporting } from "@/lib/question-kinds";
import { durationOf, type Instant, isWithin, printDuration } from "@/lib/signal/time";
import type { Earlier } from "@/lib/view";

const TimelineTable = dynamic(() => import("@/components/panels/timeline-table").then((all) => all.TimelineTable), {
  ssr: false,
});

export type TimelineProps = {
  readonly state: InvestigationState;
  readonly zone: Zone;
  /** Element id of a lane the reader asked for: it is drawn, wherever it would be folded. */
  readonly wanted: string | null;
  /** The lead is an alert: what it looks at has a place above all charts. */
  readonly ofAlert?: boolean;
};

/** Choosing a span or a line elsewhere is no reason to draw it again. */
export const Timeline = memo(function Timeline({ state, zone, wanted, ofAlert = false }: TimelineProps) {
  const { evidence, explanation, now } = state;
  const [open, setOpen] = useState(false);
  const [compared, setCompared] = useState<Earlier | null>(null);
  const [table, setTable] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const stack = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const taken = useRef<HTMLDivElement>(null);
  const width = useWidth(plot);
  const block = useTimeBlock(state, { open, compared, ofAlert });
  const { window, shown, known, lanes, changes, bars, levels, suspects, extent } = block;
  const change = changes.find(({ id }) => id === chosen) ?? null;
  const choose = (id: string): void => setChosen(id === chosen ? null : id);

  const [led, setLed] = useState(wanted);
  if (led !== wanted) {
    setLed(wanted);
    if (lanes.folded.some(({ place }) => laneId(place) === wanted)) setOpen(true);
  }

  const { onset } = explanation;
  const onsetAt = onset?.at ?? null;
  const clock = useCallback(
    (at: Instant): string => instantWords(at, zone, { onset: onsetAt, now }),
    [zone, onsetAt, now],
  );
  const said = useMemo(() => {
    const drawn = placed(lanes).flatMap((place) => ("lane" in place ? [place.lane] : []));
    return (at: Instant): string => `${clock(at)}: ${readOut(at, drawn, levels)}`;
  }, [lanes, levels, clock]);

  useAxisGestures(stack, {
    shown,
    window,
    place: () => plot.current?.getBoundingClientRect() ?? null,
    onTaken: (ends) => {
      const element = taken.current;
      if (!element) return;
      const [from = 0, to = 0] = ends?.toSorted((a, b) => a - b) ?? [];
      element.hidden = ends === null;
      element.style.left = `${from * 100}%`;
      element.style.width = `${(to - from) * 100}%`;
      element.dataset.words = printDuration(Math.round((to - from) * durationOf(shown)));
    },
    onPress: (target) => {
      const id = target.closest<HTMLElement>("[data-change]")?.dataset.change;
      if (id !== undefined) choose(id);
    },
  });
  useEscape();

  const receipts = evidence.filter(
    ({ question }) =>
      !isSupporting(question) &&
      (["spike", "changes", "events", "alerts"].includes(question.slot) || question.purpose.kind === "lines-by-level"),
  );
  const changeNote = slotNote("changes", known, window);
  const notInView = { words: "None in view.", waiting: false };
  const ghostName = compared === null ? "" : earlierNames[compared];
  const draw = (size: "chart" | "small" | "folded") => (place: Place) => (
    <ChartLaneView
      key={"lane" in place ? place.lane.key : place.empty.key}
      place={place}
      size={size}
      window={shown}
      width={width}
      wanted={"lane" in place && wanted === laneId(place.lane.place)}
      change={change}
      dataEnd={block.dataEnd}
      ghostName={ghostName}
      traceId={block.traceId}
    />
  );
  return (
    <section id="time" className={styles.timeline} aria-labelledby="time-title" tabIndex={-1}>
      <h2 id="time-title" className="only-heard">
        What happened when
      </h2>
      <div ref={stack} className={styles.stack} data-open={open}>
        <TimelineHead
          {...{ window, shown, onset, zone, width, now, clock }}
          trace={extent}
          reach={<TimelineReach shown={shown} window={window} clock={clock} said={said} />}
        />
        <ChangeLane
          {...{ changes, suspects, chosen, width }}
          window={shown}
          onset={onset && isWithin(onset.at, shown) ? onset : null}
          empty={changes.length > 0 ? notInView : changeNote}
        />
        <AlertLane
          {...{ bars, width }}
          window={shown}
          empty={block.zoomed && block.anyAlert ? notInView : slotNote("alerts", known)}
        />
        <LevelLane levels={levels} window={shown} empty={slotNote("lines", known)} />
        {lanes.own && draw("chart")(lanes.own)}
        {lanes.entry.map(draw("chart"))}
        {lanes.others.map(draw("small"))}
        {open && lanes.folded.map((lane) => draw("folded")({ lane }))}
        <div ref={plot} className={styles.overlay} aria-hidden="true">
          {onset && isWithin(onset.at, shown) && (
            <div className={styles.onset} style={{ "--left": fractionOf(onset.at, shown) }} />
          )}
          {onset && onset.at < shown.from && (
            <div className={styles.onset} data-before="true" style={{ "--left": 0 }} />
          )}
          <div ref={taken} className={styles.taken} hidden />
          <Crosshair extent={shown} />
        </div>
      </div>
      <div className={styles.foot}>
        <span className={styles.cut} title={lanes.foldedWords}>
          {lanes.foldedWords}
        </span>
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
        {lanes.better && (
          <button type="button" className={tools.better} onClick={() => block.onBetter(lanes.better?.keys ?? [])}>
            {lanes.better.words}: show
          </button>
        )}
        <TimelineTools
          {...{ compared, table }}
          onCompare={setCompared}
          onTable={setTable}
          zoomed={block.zoomed}
          note={block.note}
        />
      </div>
      {table && (
        <TimelineTable
          lanes={[...placed(lanes), ...(open ? lanes.folded.map((lane) => ({ lane })) : [])].flatMap((place) =>
            "lane" in place ? [place.lane] : [],
          )}
          {...{ levels, shown, now, zone }}
        />
      )}
      <ChangeList {...{ changes, suspects, chosen, now }} onset={onset} onChoose={choose} empty={changeNote} />
      <div className={styles.receipts}>
        <Receipts evidence={[...receipts, ...block.again]} />
      </div>
    </section>
  );
});

const placed = ({ own, entry, others }: TimelineLanes): readonly Place[] => [
  ...(own ? [own] : []),
  ...entry,
  ...others,
];

/** Escape goes back to where one looked before; a field or a dialog keeps its own. */
function useEscape(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const busy = target instanceof HTMLElement && target.closest("textarea, select, dialog, input:not([type=range])");
      if (event.key === "Escape" && !event.defaultPrevented && !busy && lookBack()) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
