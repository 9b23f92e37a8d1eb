"use client";
/** The trace panel: rows of spans, the chosen one below them; where there is no trace, why. */
import { type ReactNode, useDeferredValue, useMemo, useRef, useState } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import { storyRow } from "@/components/panels/cited-series";
import { GapNotes } from "@/components/panels/gap-note";
import { Panel } from "@/components/panels/panel";
import { SpanDetail } from "@/components/panels/span-detail";
import { hitRows } from "@/components/panels/trace-hit-rows";
import { TraceHits } from "@/components/panels/trace-hits";
import { TraceLinks } from "@/components/panels/trace-links";
import { traceSources } from "@/components/panels/trace-sources";
import { TraceToolbar } from "@/components/panels/trace-toolbar";
import styles from "@/components/panels/waterfall.module.css";
import { WaterfallGrid } from "@/components/panels/waterfall-grid";
import { noFilter, revealed, waterfallLayout, waterfallRows } from "@/components/panels/waterfall-rows";
import { oddSummary, traceWords } from "@/components/panels/waterfall-words";
import { type ServiceTones, serviceTones } from "@/components/service-tones";
import type { AnswerOf } from "@/lib/evidence";
import { isIdReading } from "@/lib/lead-kinds";
import { traceOf, verdictOf } from "@/lib/slot";

type Props = {
  readonly state: InvestigationState;
  /** Row of the trace, or null. */
  readonly selected: number | null;
  readonly onSelect: (row: number | null) => void;
};

export function TracePanel({ state, selected, onSelect }: Props) {
  const { evidence, questions, stream, identities } = state;
  const answer = traceOf(evidence)?.answer;
  const sources = traceSources(questions, evidence, stream !== "open");
  const tone = useMemo(() => serviceTones({ evidence, identities }), [evidence, identities]);
  const asked = evidence.filter(({ question }) => question.slot === "trace");
  const layout = useMemo(() => (answer ? waterfallLayout(answer.trace) : null), [answer]);
  const words = layout ? traceWords(layout) : undefined;
  const reading = state.hello?.lead.reading;
  const isSearched = reading !== undefined && !isIdReading(reading);
  const hits = useMemo(() => (isSearched ? hitRows(evidence) : []), [isSearched, evidence]);
  const lookAt = useMemo(() => storyRow(state.explanation), [state.explanation]);
  return (
    <Panel id="trace" title="Trace" evidence={asked} {...(words === undefined ? {} : { words })}>
      {isSearched && (
        <TraceHits rows={hits} shown={answer?.trace.id ?? null} waiting={stream === "open"} now={state.now} />
      )}
      {answer && <TraceLinks answer={answer} evidence={evidence} />}
      {sources.length > 1 && (
        <p className={styles.sources}>
          {sources.map(({ upstream, words: said }) => (
            <span key={upstream}>
              <b>{upstream}</b> {said}
            </span>
          ))}
        </p>
      )}
      {answer && layout ? (
        <Waterfall
          answer={answer}
          layout={layout}
          tone={tone}
          now={state.now}
          selected={selected}
          lookAt={lookAt}
          onSelect={onSelect}
        />
      ) : (
        <NoTrace state={state} />
      )}
    </Panel>
  );
}

function NoTrace({ state }: { readonly state: InvestigationState }): ReactNode {
  const verdict = verdictOf("trace", { ...state, ended: state.stream !== "open" });
  if (verdict.verdict === "waiting") {
    return (
      <div className={styles.empty} data-waiting="true" role="status">
        <p className={styles.waiting}>Asking for the trace …</p>
      </div>
    );
  }
  return (
    <div className={styles.empty}>
      {verdict.gaps.length > 0 ? (
        <GapNotes gaps={verdict.gaps} />
      ) : (
        <p className={styles.waiting}>{`${verdict.headline}. ${verdict.detail}`}</p>
      )}
    </div>
  );
}

type WaterfallProps = Omit<Props, "state"> & {
  readonly answer: AnswerOf<"trace">;
  readonly layout: ReturnType<typeof waterfallLayout>;
  readonly tone: ServiceTones;
  readonly now: InvestigationState["now"];
  readonly lookAt: number | null;
};

function Waterfall({ answer, layout, tone, now, selected, lookAt, onSelect }: WaterfallProps) {
  const { trace, details } = answer;
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [filter, setFilter] = useState(noFilter);
  const detail = useRef<HTMLDivElement>(null);
  const chosen = selected !== null && selected < trace.spanId.length ? selected : null;
  // A span chosen from elsewhere may lie in a fold: it must be seen.
  const open = chosen === null ? folded : revealed(trace, folded, chosen);
  if (open !== folded) setFolded(open);
  const searched = useDeferredValue(filter);
  const visible = useMemo(() => waterfallRows(layout, open, searched), [layout, open, searched]);
  const odd = useMemo(() => oddSummary(trace), [trace]);

  const fold = (row: number, shut: boolean): void => {
    const inside = chosen !== null && chosen > row && chosen < (layout.subtreeEnd[row] ?? 0);
    if (shut && inside) onSelect(row);
    setFolded(new Set(shut ? [...open, row] : [...open].filter((at) => at !== row)));
  };
  return (
    <>
      <TraceToolbar
        visible={visible}
        filter={filter}
        onFilter={setFilter}
        selected={chosen}
        onSelect={onSelect}
        anyFolded={open.size > 0}
        onOpenAll={() => setFolded(new Set())}
      />
      <WaterfallGrid
        visible={visible}
        tone={tone}
        selected={chosen}
        lookAt={lookAt}
        onSelect={onSelect}
        onFold={fold}
        onOpen={() => detail.current?.focus()}
      />
      {odd.length > 0 && <p className={styles.oddities}>{odd.join(" · ")}</p>}
      <div ref={detail} tabIndex={-1} className={styles.detail}>
        {chosen === null ? (
          <p className={styles.hint}>Choose a span to see what it holds.</p>
        ) : (
          <SpanDetail
            key={trace.spanId[chosen]}
            layout={layout}
            details={details}
            row={chosen}
            tone={tone}
            now={now}
            onSelect={onSelect}
          />
        )}
      </div>
    </>
  );
}
