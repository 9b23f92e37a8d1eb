"use client";
/** Exemplars of a lane: every one a dot, those with room a link to its trace. One tab stop; the arrows go along them. */
import { Fragment, type KeyboardEvent, useState } from "react";
import { type Dot, exemplarDots, isExemplarOf } from "@/components/panels/lane-exemplars";
import marks from "@/components/panels/lane-marks.module.css";
import { valueWords } from "@/components/panels/lane-words";
import { traceLink } from "@/components/panels/trace-link";
import { useEnvironment } from "@/components/ui/environment";
import { useSelection } from "@/components/ui/selection";
import type { Exemplar } from "@/lib/signal/series";
import type { Instant, Window } from "@/lib/signal/time";

type Props = {
  readonly exemplars: readonly Exemplar[];
  readonly window: Window;
  /** px */
  readonly width: number;
  readonly height: number;
  /** Of the scale, seconds. */
  readonly top: number;
  readonly clock: (at: Instant) => string;
  /** The trace the page is about; null = it is about none. */
  readonly traceId: string | null;
};

const keyOf = ({ exemplar: { traceId, at } }: Dot): string => `${traceId} ${at}`;

export function ExemplarDots({ exemplars, window, width, height, top, clock, traceId: own }: Props) {
  const dots = exemplarDots(exemplars, window, width, height, top);
  const environment = useEnvironment();
  const selection = useSelection();
  const [chosen, setChosen] = useState("");
  const pressable = dots.filter((dot) => dot.pressable).map(keyOf);
  const reachable = pressable.includes(chosen) ? chosen : pressable[0];
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const at = pressable.indexOf(event.currentTarget.dataset.dot ?? "");
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: pressable.length - 1 }[event.key];
    const key = to === undefined ? undefined : pressable[Math.min(Math.max(to, 0), pressable.length - 1)];
    if (key === undefined) return;
    event.preventDefault();
    setChosen(key);
    event.currentTarget.parentElement?.querySelector<HTMLElement>(`[data-dot="${CSS.escape(key)}"]`)?.focus();
  };
  return dots.map((dot) => {
    const { traceId, at, value } = dot.exemplar;
    const place = { "--left": dot.left, "--up": dot.up };
    const isOwn = traceId === own;
    const isLit = isExemplarOf(dot.exemplar, selection);
    const words = `trace of ${isOwn ? "this request, which" : "a request that"} took ${valueWords(value ?? 0, "seconds")} at ${clock(at)}`;
    return (
      <Fragment key={keyOf(dot)}>
        <i className={marks.exemplar} data-own={isOwn} data-lit-dot={isLit} aria-hidden="true" style={place} />
        {dot.pressable && (
          <a
            className={marks.target}
            href={traceLink(traceId, environment?.name ?? null)}
            title={`Open the ${words}`}
            data-dot={keyOf(dot)}
            tabIndex={keyOf(dot) === reachable ? 0 : -1}
            style={place}
            onKeyDown={move}
          >
            <span className="only-heard">Open the {words}</span>
          </a>
        )}
      </Fragment>
    );
  });
}
