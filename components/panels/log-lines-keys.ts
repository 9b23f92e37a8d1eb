"use client";
/** The hands on a virtual list of lines: one tab stop, arrows from row to row, n and p from error to error. */
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { VListHandle } from "virtua";
import { type LogRows, lineAt } from "@/components/panels/log-lines-rows";
import { singleKeysOn } from "@/components/ui/single-keys";

const page = 10;

/** Where a key leads from row `active` of `count`; `isError` of an index. undefined: the key means nothing here. */
export function rowMove(
  key: string,
  active: number,
  count: number,
  isError: (index: number) => boolean,
): number | undefined {
  const clamped = (index: number): number => Math.min(Math.max(index, 0), count - 1);
  const error = (step: 1 | -1): number | undefined => {
    for (let gone = 1; gone <= count; gone += 1) {
      const index = (((active + step * gone) % count) + count) % count;
      if (isError(index)) return index;
    }
    return undefined;
  };
  switch (key) {
    case "ArrowDown":
    case "j":
      return clamped(active + 1);
    case "ArrowUp":
    case "k":
      return clamped(active - 1);
    case "PageDown":
      return clamped(active + page);
    case "PageUp":
      return clamped(active - page);
    case "Home":
      return 0;
    case "End":
      return clamped(count - 1);
    case "n":
      return error(1);
    case "p":
      return error(-1);
  }
  return undefined;
}

export function useRovingRows(
  rows: LogRows,
  shown: Int32Array,
): {
  readonly list: RefObject<VListHandle | null>;
  /** Index into `shown` of the row that Tab reaches. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
} {
  const list = useRef<VListHandle>(null);
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, Math.max(0, shown.length - 1));
  const moved = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = moved.current;
    if (!box) return;
    moved.current = null;
    list.current?.scrollToIndex(active, { align: "nearest" });
    // A row that was out of sight takes focus only once the list has measured it.
    let tries = 20;
    let frame = 0;
    const focus = (): void => {
      const row = box.querySelector<HTMLElement>("[data-row][tabindex='0']");
      row?.focus({ preventScroll: true });
      tries -= 1;
      if (tries > 0 && document.activeElement !== row) frame = requestAnimationFrame(focus);
    };
    focus();
    return () => cancelAnimationFrame(frame);
  }, [active]);
  const isError = (index: number): boolean => {
    const place = lineAt(rows, shown[index] ?? -1);
    const level = place?.lines.level[place.row];
    return level === "error" || level === "fatal";
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const onRow = event.target instanceof Element && event.target.matches("[data-row]");
    if (!onRow || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1 && !singleKeysOn()) return;
    const next = rowMove(event.key, active, shown.length, isError);
    if (next === undefined) return;
    event.preventDefault();
    moved.current = event.currentTarget;
    setActive(next);
  };
  return { list, active, setActive, onKeyDown };
}
