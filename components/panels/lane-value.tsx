"use client";
/** A number in the gutter: what the lane holds under the crosshair, else what it held last. Written past React. */
import { useEffect, useRef } from "react";
import { onPoint, pointed } from "@/components/panels/crosshair-store";
import type { Instant } from "@/lib/signal/time";

type Props = {
  /** At the end of the window. */
  readonly resting: string;
  /** What that number is. */
  readonly title: string;
  /** Must keep its identity between renders, or each render subscribes anew. */
  readonly wordsAt: (at: Instant) => string;
};

export function LaneValue({ resting, title, wordsAt }: Props) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let inSight = true;
    const write = (at: Instant | null): void => {
      if (!inSight) return;
      const words = at === null ? resting : wordsAt(at);
      // Neighbours often hold the same: what does not change is not drawn again.
      if (element.textContent !== words) element.textContent = words;
    };
    // Dozens of lanes may be open: only those that are seen are written.
    const observer = new IntersectionObserver(([entry]) => {
      inSight = entry?.isIntersecting ?? true;
      write(pointed());
    });
    observer.observe(element);
    const stop = onPoint(write);
    return () => {
      stop();
      observer.disconnect();
    };
  }, [resting, wordsAt]);
  return (
    <span ref={place} title={title} suppressHydrationWarning>
      {resting}
    </span>
  );
}
