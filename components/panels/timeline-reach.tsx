"use client";
/** The crosshair without a pointer: a slider over the axis. Arrows move it, + and − look closer and back; what it reads is said. */
import { type KeyboardEvent, useEffect, useRef } from "react";
import { crosshairMove } from "@/components/panels/crosshair-keys";
import { onPoint, pointAt, pointed } from "@/components/panels/crosshair-store";
import styles from "@/components/panels/timeline-axis.module.css";
import { panned, zoomed } from "@/components/panels/view-moves";
import { lookAt } from "@/components/panels/view-store";
import { durationOf, type Instant, shift, toInstant, type Window } from "@/lib/signal/time";

type Props = {
  readonly shown: Window;
  readonly window: Window;
  /** "14:03:10 UTC, 85 s before the onset" */
  readonly clock: (at: Instant) => string;
  /** What every lane holds there. */
  readonly said: (at: Instant) => string;
};

/** ms after the last move: who holds an arrow down hears where it ended. */
const pause = 500;

export function TimelineReach({ shown, window, clock, said }: Props) {
  const slider = useRef<HTMLInputElement>(null);
  const region = useRef<HTMLParagraphElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const step = Math.max(1, Math.round(durationOf(shown) / 120));
  useEffect(
    () =>
      onPoint((at) => {
        // Only who is on it hears it: a pointer's every move would be laid out for no one.
        if (!slider.current || at === null || document.activeElement !== slider.current) return;
        slider.current.value = String(at);
        slider.current.setAttribute("aria-valuetext", clock(at));
      }),
    [clock],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = (at: Instant): void => {
    pointAt(at);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (region.current) region.current.textContent = said(at);
    }, pause);
  };
  const from = (): Instant => {
    const at = pointed();
    return at !== null && at >= shown.from && at <= shown.to ? at : toInstant((shown.from + shown.to) / 2);
  };
  const go = (at: Instant): void => {
    const next = toInstant(Math.min(Math.max(at, window.from), window.to));
    // Beyond the edge of what is shown, the view goes along.
    const beyond = next < shown.from ? next - shown.from : next > shown.to ? next - shown.to : 0;
    if (beyond !== 0) lookAt(panned(shown, window, beyond), true);
    tell(next);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = crosshairMove(event.key, event.shiftKey);
    if (!move || shown.to <= shown.from) return;
    event.preventDefault();
    switch (move.kind) {
      case "by":
        go(shift(from(), step * move.steps));
        break;
      case "to":
        go(shown[move.end]);
        break;
      case "zoom":
        lookAt(zoomed(shown, window, from(), move.factor));
        break;
      case "whole":
        lookAt(null);
        break;
    }
  };
  return (
    <>
      <input
        ref={slider}
        type="range"
        className={styles.reach}
        aria-label="Crosshair: arrows move it, plus and minus look closer and back"
        min={shown.from}
        max={shown.to}
        step={step}
        defaultValue={shown.to}
        onKeyDown={press}
        onChange={(event) => tell(toInstant(Number(event.target.value)))}
        onFocus={() => {
          if (pointed() === null && shown.to > shown.from) tell(from());
        }}
        onBlur={() => pointAt(null)}
      />
      <p ref={region} className="only-heard" aria-live="polite" />
    </>
  );
}
