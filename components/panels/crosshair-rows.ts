"use client";
/** The crosshair on a list in time order: a grey line below the last row that was written by then; rows under the pointer move it. */
import { type RefObject, useEffect } from "react";
import { onPoint, pointAt } from "@/components/panels/crosshair-store";
import type { Instant } from "@/lib/signal/time";

/** How many of `count` rows, ascending in time, are at or before `at`. O(log n). */
export function countUntil(count: number, instantAt: (index: number) => Instant, at: Instant): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instantAt(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows carry `data-line` with their index; only those in sight exist. Both arguments but the place must keep their identity. */
export function useCrosshairRows(
  place: RefObject<HTMLElement | null>,
  count: number,
  instantAt: (index: number) => Instant,
): void {
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const stop = onPoint((at) => {
      const until = at === null || count === 0 ? null : countUntil(count, instantAt, at);
      const row = until === null ? null : element.querySelector<HTMLElement>(`[data-line="${Math.max(0, until - 1)}"]`);
      for (const marked of element.querySelectorAll<HTMLElement>("[data-pointed]"))
        if (marked !== row) delete marked.dataset.pointed;
      const side = until === 0 ? "above" : "below";
      // Most moves stay at the same row: its style is left alone.
      if (row && row.dataset.pointed !== side) row.dataset.pointed = side;
    });
    const move = ({ target }: PointerEvent): void => {
      const line = target instanceof Element ? target.closest<HTMLElement>("[data-line]")?.dataset.line : undefined;
      if (line !== undefined) pointAt(instantAt(Number(line)));
    };
    const leave = (): void => pointAt(null);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerleave", leave);
    return () => {
      stop();
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerleave", leave);
    };
  }, [place, count, instantAt]);
}
