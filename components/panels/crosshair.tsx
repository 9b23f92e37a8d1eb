"use client";
/** The pointer's instant as one grey line over an axis. Moves by transform alone: no layout, no render. */
import { useEffect, useRef } from "react";
import styles from "@/components/panels/crosshair.module.css";
import { onPoint } from "@/components/panels/crosshair-store";
import type { Window } from "@/lib/signal/time";

/** Fills its positioned parent, whose left edge is `extent.from` and right edge `extent.to`. */
export function Crosshair({ extent }: { readonly extent: Window }) {
  const line = useRef<HTMLDivElement>(null);
  const { from, to } = extent;
  useEffect(
    () =>
      onPoint((at) => {
        const element = line.current;
        if (!element) return;
        const inside = at !== null && at >= from && at <= to && to > from;
        element.style.visibility = inside ? "visible" : "hidden";
        // A percentage of the element's own width, which is the axis' width: nothing is measured.
        if (inside) element.style.transform = `translateX(${((at - from) / (to - from)) * 100}%)`;
      }),
    [from, to],
  );
  return (
    <div className={styles.frame} aria-hidden="true">
      <div ref={line} className={styles.line} />
    </div>
  );
}
