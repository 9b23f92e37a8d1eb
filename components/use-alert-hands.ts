"use client";
/** The hands on the list of alerts: j and k from row to row, `/` to its search; and whether a hand is on it at all. */
import { type RefObject, useEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";
import type { AlertRow } from "@/components/alert-list-rows";
import { singleKey } from "@/components/ui/single-keys";

const page = 10;

/** Where a key leads from row `active`; words that stand for no row are stepped over. null: the key means nothing here. */
export function alertMove(key: string, active: number, rows: readonly AlertRow[]): number | null {
  const steps: Readonly<Record<string, number>> = {
    ...{ j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: page, PageUp: -page },
    ...{ Home: -rows.length, End: rows.length },
  };
  const step = steps[key];
  if (step === undefined || rows.length === 0) return null;
  const clamped = Math.min(Math.max(active + step, 0), rows.length - 1);
  const way = step < 0 || clamped === rows.length - 1 ? -1 : 1;
  const isRow = (index: number): boolean => rows[index] !== undefined && rows[index].kind !== "none";
  if (isRow(clamped)) return clamped;
  return isRow(clamped + way) ? clamped + way : active;
}

/** `onStill`: a mouse or the focus came into the list, what stands over its rows included, or left it. */
export function useAlertHands(
  rows: readonly AlertRow[],
  field: RefObject<HTMLElement | null>,
  onStill: (still: boolean) => void,
): {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  /** Index of the row that Tab reaches. */
  readonly active: number;
  readonly setActive: (index: number) => void;
} {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, Math.max(0, rows.length - 1));
  const moved = useRef(false);
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    list.current?.scrollToIndex(active, { align: "nearest" });
    // A row that was out of sight takes focus only once the list has measured it.
    let tries = 20;
    let frame = 0;
    const focus = (): void => {
      const row = box.current?.querySelector<HTMLElement>("[data-row][tabindex='0']");
      row?.focus({ preventScroll: true });
      tries -= 1;
      if (tries > 0 && document.activeElement !== row) frame = requestAnimationFrame(focus);
    };
    focus();
    return () => cancelAnimationFrame(frame);
  }, [active]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = singleKey(event);
      const inside = event.target instanceof Node && box.current?.contains(event.target) === true;
      if (key === null || (!inside && key !== "j" && key !== "k")) return;
      if (key === "/") {
        event.preventDefault();
        field.current?.querySelector("input")?.focus();
        return;
      }
      const next = inside ? alertMove(key, active, rows) : active;
      if (next === null) return;
      event.preventDefault();
      moved.current = true;
      if (next !== active) setActive(next);
      else box.current?.querySelector<HTMLElement>("[data-row][tabindex='0']")?.focus();
    };
    // On its way down: the paste box listens for "/" too, and whoever holds the focus comes first.
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [active, rows, field]);
  useEffect(() => {
    // On its way to "show" the pointer must not let go of what it is about to show.
    const element = box.current?.closest("section");
    if (!element) return;
    const hands = { pointer: false, focus: false };
    const tell = (change: Partial<typeof hands>): void => {
      Object.assign(hands, change);
      onStill(hands.pointer || hands.focus);
    };
    const stop = new AbortController();
    const on = { signal: stop.signal };
    element.addEventListener("pointerenter", ({ pointerType }) => tell({ pointer: pointerType === "mouse" }), on);
    element.addEventListener("pointerleave", () => tell({ pointer: false }), on);
    element.addEventListener("focusin", () => tell({ focus: true }), on);
    element.addEventListener(
      "focusout",
      ({ relatedTarget }) => tell({ focus: relatedTarget instanceof Node && element.contains(relatedTarget) }),
      on,
    );
    return () => stop.abort();
  }, [onStill]);
  return { box, list, active, setActive };
}
