"use client";
/** Log lines: those of this id, and the errors around. A virtual list over columns; search and levels filter in place. */
import dynamic from "next/dynamic";
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { VList } from "virtua";
import type { InvestigationState } from "@/components/investigation-state";
import { countUntil, useCrosshairRows } from "@/components/panels/crosshair-rows";
import { GapNotes } from "@/components/panels/gap-note";
import { ledgerOf } from "@/components/panels/ledger-entries";
import styles from "@/components/panels/log-lines.module.css";
import { useRovingRows } from "@/components/panels/log-lines-keys";
import { LogRow } from "@/components/panels/log-lines-row";
import { type LogFilter, type LogRows, lineAt, logRows, noFilter, shownRows } from "@/components/panels/log-lines-rows";
import { spanIdOf } from "@/components/panels/log-lines-text";
import { Panel } from "@/components/panels/panel";
import { useView } from "@/components/panels/view-store";
import type { ServiceTones } from "@/components/service-tones";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { brief } from "@/components/ui/harmless";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { askedFor } from "@/lib/evidence";
import { type Level, lineInstant } from "@/lib/signal/lines";
import { type Instant, instantAfter, isWithin, minute, toInstant } from "@/lib/signal/time";
import { traceEnd } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";

type Props = {
  readonly state: InvestigationState;
  readonly tones: ServiceTones;
  /** Row of the chosen span in the trace. */
  readonly selected: number | null;
  readonly onSelect: (row: number) => void;
};

const RefusedClients = dynamic(() =>
  import("@/components/panels/refused-clients").then(({ RefusedClients }) => RefusedClients),
);

const purposes = { own: "lines-of-id", around: "lines-around", database: "database-lines" } as const;
type TabKey = keyof typeof purposes;
const rowHeight = 25;
const levelOrder: readonly Level[] = ["fatal", "error", "warn", "info", "debug", "trace", "unknown"];

export function LogLinesPanel({ state, tones, selected, onSelect }: Props) {
  const { evidence } = state;
  const [chosen, setChosen] = useState<TabKey | null>(null);
  const [filter, setFilter] = useState<LogFilter>(noFilter);
  const own = useMemo(() => logRows(evidence, purposes.own), [evidence]);
  const around = useMemo(() => logRows(evidence, purposes.around), [evidence]);
  const database = useMemo(() => logRows(evidence, purposes.database), [evidence]);
  const tab = chosen ?? (onlyAround(state, own, around) ? "around" : "own");
  const rows = { own, around, database }[tab];
  const deferred = useDeferredValue(filter);
  const shown = useMemo(() => shownRows(rows, deferred), [rows, deferred]);
  const inView = useInView(rows, shown);
  const isRefused = askedFor(evidence, "refusals-by-client").length > 0;
  const isTrace = state.hello?.lead.reading.kind !== "correlation-id";
  return (
    <Panel
      id="lines"
      title="Log lines"
      words={rows.row.length === 0 ? undefined : `${wordsOf(rows, shown.length)}${inView}`}
      tabs={
        <Tabs
          label="Which lines"
          controls="lines-panel"
          chosen={tab}
          onChoose={setChosen}
          tabs={[
            { key: "own", title: isTrace ? "This trace" : "This id", count: own.row.length || undefined },
            { key: "around", title: aroundTitle(state), count: around.row.length || undefined },
            ...(database.row.length > 0
              ? [{ key: "database" as const, title: databaseTitle(database), count: database.row.length }]
              : []),
          ]}
        />
      }
      evidence={askedFor(evidence, purposes[tab])}
    >
      <div id="lines-panel" role="tabpanel" aria-labelledby={`lines-panel-tab-${tab}`} className={styles.panel}>
        {isRefused && <RefusedClients evidence={evidence} />}
        <Filter rows={rows} filter={filter} onFilter={setFilter} />
        {rows.row.length === 0 ? (
          <Empty state={state} tab={tab} />
        ) : (
          <LogList
            key={tab}
            state={state}
            rows={rows}
            shown={shown}
            tones={tones}
            selected={selected}
            onSelect={onSelect}
          />
        )}
      </div>
    </Panel>
  );
}

/** As its streams are called. */
const databaseTitle = ({ sources }: LogRows): string => {
  const names = sources.flatMap(({ question: { purpose } }) =>
    purpose.kind === "database-lines" ? [purpose.database] : [],
  );
  return brief([...new Set(names)].join(", "), 24);
};

/** How far around, where it is known: the other counts of the page are of the whole window. */
export function aroundTitle({ questions, evidence }: Pick<InvestigationState, "questions" | "evidence">): string {
  const window = questions.find(({ purpose }) => purpose.kind === "lines-around")?.window;
  const trace = traceOf(evidence)?.answer.trace;
  if (!window || !trace) return "Errors around";
  const before = Math.round((instantAfter(trace.base, 0) - window.from) / minute);
  const after = Math.round((window.to - instantAfter(trace.base, traceEnd(trace))) / minute);
  return before > 0 && before === after ? `Errors around ±${before} min` : "Errors around";
}

/** The id was looked for and no line holds it, while there are errors around. A gap is no such answer: it has its own words. */
const onlyAround = (state: InvestigationState, own: LogRows, around: LogRows): boolean =>
  state.stream !== "open" &&
  own.row.length === 0 &&
  around.row.length > 0 &&
  askedFor(state.evidence, purposes.own).every(({ answer }) => answer.kind !== "gap");

const wordsOf = (rows: LogRows, shown: number): string =>
  `${shown.toLocaleString("en-US")} of ${rows.limited ? "at least " : ""}${rows.row.length.toLocaleString("en-US")}`;

const instantOf = (rows: LogRows, at: number): Instant => {
  const place = lineAt(rows, at);
  return place ? lineInstant(place.lines, place.row) : toInstant(0);
};

/** " · 4 in view", while the page looks closer. */
function useInView(rows: LogRows, shown: Int32Array): string {
  const view = useView();
  if (view === null) return "";
  const until = (at: Instant): number => countUntil(shown.length, (index) => instantOf(rows, shown[index] ?? 0), at);
  return ` · ${(until(view.to) - until(toInstant(view.from - 1))).toLocaleString("en-US")} in view`;
}

type ListProps = Props & { readonly rows: LogRows; readonly shown: Int32Array };

function LogList({ state, rows, shown, tones, selected, onSelect }: ListProps) {
  const { list, active, setActive, onKeyDown } = useRovingRows(rows, shown);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const trace = traceOf(state.evidence)?.answer.trace;
  const rowOfSpan = useMemo(() => new Map(trace?.spanId.map((id, row) => [id, row])), [trace]);
  const toggle = (at: number): void => {
    const opening = !open.has(at);
    const next = new Set(open);
    if (opening) next.add(at);
    else next.delete(at);
    setOpen(next);
    const place = lineAt(rows, at);
    const span = place && spanIdOf(place.lines, place.row);
    const row = span === undefined ? undefined : rowOfSpan.get(span);
    if (opening && row !== undefined) onSelect(row);
  };
  const box = useRef<HTMLDivElement>(null);
  const view = useView();
  const instantAt = useCallback((index: number): Instant => instantOf(rows, shown[index] ?? 0), [rows, shown]);
  useCrosshairRows(box, shown.length, instantAt);
  if (shown.length === 0) return <EmptyState text="No line passes the filter." />;
  const litSpan = selected === null ? undefined : trace?.spanId[selected];
  return (
    <div ref={box} className={styles.pointing}>
      <VList
        ref={list}
        className={styles.list}
        data={shown}
        itemSize={rowHeight}
        keepMounted={[active]}
        onKeyDown={onKeyDown}
      >
        {(at, index) => {
          const place = lineAt(rows, at);
          return place ? (
            <LogRow
              key={at}
              lines={place.lines}
              row={place.row}
              index={index}
              outside={view !== null && !isWithin(instantOf(rows, at), view)}
              open={open.has(at)}
              lit={litSpan !== undefined && spanIdOf(place.lines, place.row) === litSpan}
              reachable={index === active}
              tones={tones}
              onToggle={() => {
                setActive(index);
                toggle(at);
              }}
            />
          ) : (
            <div key={at} />
          );
        }}
      </VList>
    </div>
  );
}

type FilterProps = {
  readonly rows: LogRows;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
};

function Filter({ rows, filter, onFilter }: FilterProps) {
  const toggle = (level: Level): void => {
    const levels = new Set(filter.levels);
    if (!levels.delete(level)) levels.add(level);
    onFilter({ ...filter, levels });
  };
  return (
    <div className={styles.filter}>
      <Field
        look="bare"
        type="search"
        label="Search lines"
        value={filter.search}
        onChange={(event) => onFilter({ ...filter, search: event.target.value })}
      />
      <fieldset className={styles.levels} aria-label="Levels; none chosen shows all">
        {levelOrder
          .filter((level) => rows.levels[level])
          .map((level) => (
            <button
              key={level}
              type="button"
              data-level={level}
              aria-pressed={filter.levels.has(level)}
              onClick={() => toggle(level)}
            >
              {level} <span>{rows.levels[level]?.toLocaleString("en-US")}</span>
            </button>
          ))}
      </fieldset>
    </div>
  );
}

function Empty({ state, tab }: { readonly state: InvestigationState; readonly tab: TabKey }) {
  const asked = state.questions.filter(({ purpose }) => purpose.kind === purposes[tab]);
  const answered = askedFor(state.evidence, purposes[tab]);
  const slot = ledgerOf(state).find((entry) => entry.slot === "lines");
  const gaps = answered.flatMap(({ answer }) => (answer.kind === "gap" ? [answer] : []));
  if (gaps.length > 0) return <GapNotes gaps={gaps} />;
  if (answered.length < asked.length && state.stream === "open") return <Skeleton rows={9} />;
  if (answered.length > 0)
    return <EmptyState text={tab === "own" ? "No line holds this id." : "No error lines around."} />;
  if (slot?.verdict === "waiting") return <Skeleton rows={9} />;
  if (slot && slot.gaps.length > 0) return <GapNotes gaps={slot.gaps} />;
  return <EmptyState text="Not asked: neither a time nor a service is known to look around." />;
}
