"use client";
/** The rows in sight of a waterfall, and the hands on them: keys, clicks, the crosshair. */
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef } from "react";
import { useAxisGestures } from "@/components/panels/axis-gestures";
import { Crosshair } from "@/components/panels/crosshair";
import { useView } from "@/components/panels/view-store";
import styles from "@/components/panels/waterfall.module.css";
import { waterfallMove } from "@/components/panels/waterfall-keys";
import { WaterfallMinimap } from "@/components/panels/waterfall-minimap";
import { indentOf, WaterfallRowView } from "@/components/panels/waterfall-row";
import { indexOfRow, rowAt, type WaterfallRows } from "@/components/panels/waterfall-rows";
import { useFixedRows } from "@/components/panels/waterfall-scroll";
import { roundNanos, tickWords } from "@/components/panels/waterfall-ticks";
import { zoomedRow, zoomOf, zoomWindow } from "@/components/panels/waterfall-zoom";
import type { ServiceTones } from "@/components/service-tones";
import { instantAfter } from "@/lib/signal/time";

export const rowHeight = 25;
/** Rows that fit without scrolling; from there on a minimap helps. */
const rowsInSight = 16;

type Props = {
  readonly visible: WaterfallRows;
  readonly tone: ServiceTones;
  /** Row of the trace. */
  readonly selected: number | null;
  /** Row that the first view shows, as long as nothing is chosen; null = the first. */
  readonly lookAt: number | null;
  readonly onSelect: (row: number | null) => void;
  readonly onFold: (row: number, fold: boolean) => void;
  /** Enter: to the detail of the chosen span. */
  readonly onOpen: () => void;
};

export function WaterfallGrid({ visible, tone, selected, lookAt, onSelect, onFold, onOpen }: Props) {
  const { trace, total, deepest } = visible.layout;
  const { box, cover, first, last, sight, width, show } = useFixedRows(visible.count, rowHeight);
  const id = useId();
  const grid = useRef<HTMLTableElement>(null);
  const active = selected === null ? -1 : indexOfRow(visible, selected);
  // A phone needs the room for names.
  const narrow = width > 0 && width < 480;
  const nameShare = narrow ? 0.58 : 0.44;
  const barSpace = width * (1 - nameShare);
  const indent = indentOf(deepest, width * nameShare);

  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (shown.current === selected) return;
    shown.current = selected;
    // From elsewhere on the page the eye has to find it; under the reader's own hands it moves as little as it can.
    show(active, grid.current?.contains(document.activeElement) ? "nearest" : "middle");
  }, [selected, active, show]);

  const looked = useRef(false);
  const lookedAt = lookAt === null ? -1 : indexOfRow(visible, lookAt);
  useEffect(() => {
    if (looked.current || lookedAt < 0 || selected !== null) return;
    looked.current = true;
    if (box.current?.scrollTop === 0) show(lookedAt, "found");
  }, [lookedAt, selected, show, box]);

  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && selected !== null) {
      event.preventDefault();
      onOpen();
      return;
    }
    const move = waterfallMove(event.key, visible, selected, rowsInSight);
    if (!move) return;
    event.preventDefault();
    if (move.kind === "select") onSelect(move.row);
    else onFold(move.row, move.kind === "fold");
  };
  const choose = (event: MouseEvent): void => {
    const at = event.target instanceof Element ? event.target : null;
    const row = Number(at?.closest("[data-row]")?.getAttribute("data-row") ?? Number.NaN);
    if (Number.isNaN(row)) return;
    if (at?.closest("[data-fold]")) onFold(row, !visible.folded.has(row));
    else onSelect(row);
    grid.current?.focus({ preventScroll: true });
  };
  const start = instantAfter(trace.base, 0);
  const zoom = zoomOf(useView(), start, total);
  const extent = zoomWindow(zoom, start, total);
  const taken = useRef<HTMLDivElement>(null);
  useAxisGestures(grid, {
    shown: extent,
    window: zoomWindow({ from: 0, to: 1 }, start, total),
    place: () => {
      const left = grid.current?.getBoundingClientRect().left;
      return left === undefined ? null : { left: left + width * nameShare, width: barSpace };
    },
    onTaken: (ends) => {
      if (!taken.current) return;
      const [from = 0, to = 0] = ends?.toSorted((a, b) => a - b) ?? [];
      taken.current.hidden = ends === null;
      taken.current.style.left = `${from * 100}%`;
      taken.current.style.width = `${(to - from) * 100}%`;
    },
  });

  // A table may be a treegrid (ARIA in HTML); its rows and cells then are the tree's.
  const treegrid = {
    role: "treegrid",
    tabIndex: 0,
    "aria-label": "Spans",
    "aria-rowcount": visible.count,
    "aria-colcount": 2,
    ...(active >= first && active < last ? { "aria-activedescendant": `${id}-${visible.rows[active]}` } : {}),
  };
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  return (
    <div ref={box} className={styles.box} style={{ "--names": `${nameShare * 100}%`, "--indent": `${indent.step}px` }}>
      <div ref={cover} className={styles.top}>
        <div className={styles.axis} aria-hidden="true">
          {roundNanos(total * (zoom.to - zoom.from), narrow ? 2 : 4, total * zoom.from, narrow ? 0.75 : 0.88).map(
            (nanos) => (
              <span key={nanos} style={{ "--left": (nanos / total - zoom.from) / (zoom.to - zoom.from) }}>
                {tickWords(nanos)}
              </span>
            ),
          )}
        </div>
        {visible.count > rowsInSight && <WaterfallMinimap {...{ visible, sight, zoom, tone }} onJump={show} />}
      </div>
      <div className={styles.rows} style={{ "--rows": visible.count }}>
        {/* A table laid out by hand: rows of fixed height, only those in sight. */}
        <table ref={grid} {...treegrid} className={styles.grid} onKeyDown={press} onClick={choose}>
          <tbody>
            {indexes.map((index) => {
              const row = rowAt(visible, index);
              return (
                row && (
                  <WaterfallRowView
                    key={row.span.row}
                    id={`${id}-${row.span.row}`}
                    row={zoomedRow(row, zoom)}
                    tone={tone}
                    selected={row.span.row === selected}
                    barSpace={barSpace}
                    mostDepth={indent.most}
                  />
                )
              );
            })}
          </tbody>
        </table>
        <div className={styles.overlay}>
          <div ref={taken} className={styles.taken} hidden />
          <Crosshair extent={extent} />
        </div>
      </div>
    </div>
  );
}
