"use client";
/** The axis: round times, the onset's name, where the trace lies, and the time under the pointer. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { onPoint } from "@/components/panels/crosshair-store";
import { LaneValue } from "@/components/panels/lane-value";
import styles from "@/components/panels/timeline.module.css";
import { clamped, fractionOf, narrowTicks, ticksOf } from "@/components/panels/timeline-axis";
import marks from "@/components/panels/timeline-axis.module.css";
import { extentWords } from "@/components/panels/timeline-words";
import { inZone, type Zone } from "@/components/ui/zone";
import type { Onset } from "@/lib/explanation";
import { type Instant, isWithin, printDuration, type Window } from "@/lib/signal/time";

type Props = {
  /** All of it, and what of it is shown. */
  readonly window: Window;
  readonly shown: Window;
  readonly onset: Onset | null;
  /** First start and last end of the trace the page is about. */
  readonly trace: Window | null;
  readonly zone: Zone;
  readonly width: number;
  /** 0 = not heard yet. */
  readonly now: Instant;
  /** "10:54:58 UTC, 35 s before the onset" */
  readonly clock: (at: Instant) => string;
  /** The crosshair's slider. */
  readonly reach: ReactNode;
};

/** "onset 14:03:10 UTC ±15 s"; a zone with a long name is left to the gutter. */
export function onsetWords({ at, from, to }: Onset, { zone, name }: Zone): string {
  const unsure = Math.max(at - from, to - at);
  const named = name.length <= 4 ? ` ${name}` : "";
  return `onset ${inZone(at, zone).clock}${named}${unsure >= 1_000 ? ` ±${printDuration(unsure)}` : ""}`;
}

export function TimelineHead({ window, shown, onset, trace, zone, width, now, clock, reach }: Props) {
  const ticks = useMemo(() => ticksOf(shown, zone.zone, width), [shown, zone.zone, width]);
  const known = window.to > window.from;
  const short = useCallback((at: Instant): string => `${inZone(at, zone.zone).clock} ${zone.name}`, [zone]);
  const words = onset && isWithin(onset.at, shown) ? onsetWords(onset, zone) : null;
  const place = onset ? fractionOf(onset.at, shown) : 0;
  // The name of the onset stands on the roomier side, and round times make way for it.
  const needed = words === null ? 0 : words.length * 6.6 + 14;
  const late = place * width + needed > width;
  const blocked: readonly [number, number] =
    words === null ? [0, 0] : late ? [place * width - needed, place * width] : [place * width, place * width + needed];
  const free =
    width < 500
      ? narrowTicks(shown, zone.zone, width, blocked)
      : ticks
          .filter(({ at, words: said }) => {
            const x = fractionOf(at, shown) * width;
            const room = said.length * 6.4 + 10;
            return x + room < width && !(x + room > blocked[0] && x - 4 < blocked[1]);
          })
          .map((tick) => ({ ...tick, side: "between" as const }));
  const bar = trace && trace.to >= shown.from && trace.from <= shown.to ? trace : null;
  return (
    <div className={styles.head}>
      <div className={styles.gutter}>
        <span className={styles.about}>
          {known ? (
            <LaneValue
              resting={extentWords(shown, window, now, zone)}
              title={`${clock(shown.from)} … ${clock(shown.to)}`}
              wordsAt={short}
            />
          ) : (
            "Time unknown"
          )}
        </span>
        {trace && known && <span className={marks.legend}>trace</span>}
      </div>
      <div className={styles.axis} data-axis="" title={known ? "Drag, or turn the wheel, to look closer" : undefined}>
        {free.map(({ at, words: said, side }) => (
          <span
            key={at}
            className={marks.time}
            data-side={side}
            style={{ "--left": fractionOf(at, shown) }}
            aria-hidden="true"
          >
            {said}
          </span>
        ))}
        {words !== null && (
          // An onset that is known better is another mark, not one that moved.
          <span key={words} className={marks.onsetName} data-late={late} style={{ "--left": place }}>
            {words}
          </span>
        )}
        {bar && known && (
          <span
            className={marks.extent}
            title="When this trace ran"
            style={{
              "--left": clamped(fractionOf(bar.from, shown)),
              "--width": clamped(fractionOf(bar.to, shown)) - clamped(fractionOf(bar.from, shown)),
            }}
          />
        )}
        {reach}
        <PointedTime window={shown} width={width} clock={clock} />
      </div>
    </div>
  );
}

type PointedProps = { readonly window: Window; readonly width: number; readonly clock: (at: Instant) => string };

/** The pointer's instant in the axis; moved and written past React. */
function PointedTime({ window, width, clock }: PointedProps) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      onPoint((at: Instant | null) => {
        const element = place.current;
        if (!element) return;
        const inside = at !== null && isWithin(at, window) && window.to > window.from;
        element.style.visibility = inside ? "visible" : "hidden";
        if (!inside) return;
        const fraction = fractionOf(at, window);
        element.textContent = clock(at);
        element.style.transform = `translateX(${(fraction * width).toFixed(1)}px) translateX(${-fraction * 100}%)`;
      }),
    [window, width, clock],
  );
  return <span ref={place} className={marks.pointed} aria-hidden="true" />;
}
