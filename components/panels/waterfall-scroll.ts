"use client";
/** Which rows of fixed height are in sight. Rows are numbered from 0; nothing is measured but the box. */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Rows drawn above and below those in sight, so that a scroll shows no empty edge. */
const spare = 12;

export type FixedRows = {
  readonly box: RefObject<HTMLDivElement | null>;
  /** What sticks to the top of the box and covers rows that scroll below it. */
  readonly cover: RefObject<HTMLDivElement | null>;
  readonly first: number;
  readonly last: number;
  /** Part of the rows in sight, as fractions of all, for a minimap. */
  readonly sight: { readonly from: number; readonly to: number };
  readonly width: number;
  readonly show: (index: number, place?: ShowPlace) => void;
};

/** "found": in the middle, unless it is in sight already. */
export type ShowPlace = "nearest" | "middle" | "found";

/**
 * Where to scroll so that the row at `top` is seen; undefined = it is. All px; `room` is what the cover leaves free.
 * The cover stands before the rows, so a row at `top` touches its lower edge when the box is scrolled to `top`.
 */
export function scrollFor(
  place: ShowPlace,
  { top, rowHeight, scrollTop, room }: { top: number; rowHeight: number; scrollTop: number; room: number },
): number | undefined {
  const hidden = top < scrollTop || top + rowHeight > scrollTop + room;
  if (place === "middle" || (place === "found" && hidden)) return Math.max(0, top - (room - rowHeight) / 2);
  if (!hidden || place === "found") return undefined;
  return top < scrollTop ? top : top + rowHeight - room;
}

export function useFixedRows(count: number, rowHeight: number): FixedRows {
  const box = useRef<HTMLDivElement>(null);
  const cover = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0, width: 0 });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const read = (): void =>
      setView({
        top: element.scrollTop,
        height: element.clientHeight - (cover.current?.offsetHeight ?? 0),
        width: element.clientWidth,
      });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, []);

  const show = useCallback(
    (index: number, place: ShowPlace = "nearest"): void => {
      const element = box.current;
      if (!element || index < 0) return;
      const room = element.clientHeight - (cover.current?.offsetHeight ?? 0);
      const to = scrollFor(place, { top: index * rowHeight, rowHeight, scrollTop: element.scrollTop, room });
      if (to !== undefined) element.scrollTop = to;
    },
    [rowHeight],
  );

  const height = Math.max(count * rowHeight, 1);
  return {
    box,
    cover,
    first: Math.max(0, Math.floor(view.top / rowHeight) - spare),
    last: Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + spare),
    sight: { from: view.top / height, to: Math.min(1, (view.top + view.height) / height) },
    width: view.width,
    show,
  };
}
