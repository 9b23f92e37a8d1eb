"use client";
/** Which rows of fixed height are in sight. Rows are numbered from 0; nothing is measured but the box. */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Rows drawn above and below those in sight, so that a scroll shows no empty edge. */
const spare = 12;

export type FixedRows = {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly first: number;
  readonly last: number;
  /** Part of the rows in sight, as fractions of all, for a minimap. */
  readonly sight: { readonly from: number; readonly to: number };
  readonly width: number;
  readonly show: (index: number, place?: "nearest" | "middle") => void;
};

export function useFixedRows(count: number, rowHeight: number): FixedRows {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0, width: 0 });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const read = (): void =>
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, []);

  const show = useCallback(
    (index: number, place: "nearest" | "middle" = "nearest"): void => {
      const element = box.current;
      if (!element || index < 0) return;
      const top = index * rowHeight;
      const { scrollTop, clientHeight } = element;
      if (place === "middle") element.scrollTop = top - (clientHeight - rowHeight) / 2;
      else if (top < scrollTop) element.scrollTop = top;
      else if (top + rowHeight > scrollTop + clientHeight) element.scrollTop = top + rowHeight - clientHeight;
    },
    [rowHeight],
  );

  const height = Math.max(count * rowHeight, 1);
  return {
    box,
    first: Math.max(0, Math.floor(view.top / rowHeight) - spare),
    last: Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + spare),
    sight: { from: view.top / height, to: Math.min(1, (view.top + view.height) / height) },
    width: view.width,
    show,
  };
}
