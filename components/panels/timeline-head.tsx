"use client";
/** The axis: round times, the onset's name, where the trace lies, and the time under the pointer. */
import { useEffect, useMemo, useRef } from "react";
import { onPoint } from "@/components/panels/crosshair-store";
import styles from "@/components/panels/timeline.module.css";
import { clamped, fractionOf, narrowTicks, ticksOf } from "@/components/panels/timeline-axis";
import { inZone, type Zone } from "@/components/ui/zone";
import type { Onset } from "@/lib/findings";
import { durationOf, type Instant, isWithin, printDuration, type Window } from "@/lib/signal/time";

type Props = {
  readonly window: Window;
  readonly onset: Onset | null;
  /** First start and last end of the trace the page is about. */
  readonly trace: Window | null;
  readonly zone: Zone;
  readonly width: number;
};

/** "onset 14:03:10 ±15 s" */
export function onsetWords({ at, from, to }: Onset, zone: string): string {
  const unsure = Math.max(at - from, to - at);
  return `onset ${inZone(at, zone).clock}${unsure >= 1_000 ? ` ±${printDuration(unsure)}` : ""}`;
}

export function TimelineHead({ window, onset, trace, zone, width }: Props) {
  const ticks = useMemo(() => ticksOf(window, zone.zone, width), [window, zone.zone, width]);
  const known = window.to > window.from;
  const words = onset && isWithin(onset.at, window) ? onsetWords(onset, zone.zone) : null;
  const place = onset ? fractionOf(onset.at, window) : 0;
  // The name of the onset stands on the roomier side, and round times make way for it.
  const needed = words === null ? 0 : words.length * 6.6 + 14;
  const late = place * width + needed > width;
  const blocked: readonly [number, number] =
    words === null ? [0, 0] : late ? [place * width - needed, place * width] : [place * width, place * width + needed];
  const free =
    width < 500
      ? narrowTicks(window, zone.zone, width, blocked)
      : ticks
          .filter(({ at }) => {
            const x = fractionOf(at, window) * width;
            return x + 44 < width && !(x + 48 > blocked[0] && x - 4 < blocked[1]);
          })
          .map((tick) => ({ ...tick, side: "between" as const }));
  return (
    <div className={styles.head}>
      <div className={styles.gutter}>
        <span className={styles.about}>
          {known ? `${printDuration(durationOf(window))} · ${zone.name}` : "Time unknown"}
        </span>
        {trace && known && <span className={styles.legend}>trace</span>}
      </div>
      <div className={styles.axis}>
        {free.map(({ at, words: said, side }) => (
          <span
            key={at}
            className={styles.time}
            data-side={side}
            style={{ "--left": fractionOf(at, window) }}
            aria-hidden="true"
          >
            {said}
          </span>
        ))}
        {words !== null && (
          <span className={styles.onsetName} data-late={late} style={{ "--left": place }}>
            {words}
          </span>
        )}
        {trace && known && (
          <span
            className={styles.extent}
            title="When this trace ran"
            style={{
              "--left": clamped(fractionOf(trace.from, window)),
              "--width": clamped(fractionOf(trace.to, window)) - clamped(fractionOf(trace.from, window)),
            }}
          />
        )}
        <PointedTime window={window} zone={zone.zone} />
      </div>
    </div>
  );
}

/** The pointer's instant in the axis; moved and written past React. */
function PointedTime({ window, zone }: { readonly window: Window; readonly zone: string }) {
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
        element.textContent = inZone(at, zone).clock;
        element.style.left = `${fraction * 100}%`;
        element.style.transform = `translateX(${-clamped(fraction) * 100}%)`;
      }),
    [window, zone],
  );
  return <span ref={place} className={styles.pointed} aria-hidden="true" />;
}
