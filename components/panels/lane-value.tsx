"use client";
/** A number in the gutter: what the lane holds under the crosshair, else what it held last. Written past React. */
import { useEffect, useRef } from "react";
import { onPoint } from "@/components/panels/crosshair-store";
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
  useEffect(
    () =>
      onPoint((at) => {
        if (place.current) place.current.textContent = at === null ? resting : wordsAt(at);
      }),
    [resting, wordsAt],
  );
  return (
    <span ref={place} title={title} suppressHydrationWarning>
      {resting}
    </span>
  );
}
