"use client";
/** Leads the eye to an element and back: scrolls to it, gives it focus, lights it for a moment, remembers where it came from. */
import { useSyncExternalStore } from "react";
import type { Slot } from "@/lib/evidence";

const lit = 1_800;

let origin: HTMLElement | null = null;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
function setOrigin(element: HTMLElement | null): void {
  origin = element;
  for (const listener of listeners) listener();
}

/** The phrase or slot that the last jump began at; null = none, or it was gone back to. */
export const useOrigin = (): HTMLElement | null =>
  useSyncExternalStore(
    subscribe,
    () => origin,
    () => null,
  );

function lead(element: HTMLElement, block: ScrollLogicalPosition): void {
  element.scrollIntoView({ block });
  element.focus({ preventScroll: true });
  element.dataset.lit = "";
  setTimeout(() => delete element.dataset.lit, lit);
}

/** To the first of these ids that is on the page and in sight: a phone hides what it has no room for. */
export function jumpTo(ids: readonly string[]): void {
  const elements = ids.flatMap((id) => document.getElementById(id) ?? []);
  const element = elements.find((found) => found.checkVisibility());
  if (!element) return;
  const from = document.activeElement;
  setOrigin(from instanceof HTMLElement && from.matches("[data-jump]") ? from : null);
  lead(element, "nearest");
}

/** To where the last jump began. */
export function jumpBack(): void {
  const to = origin;
  setOrigin(null);
  if (to?.isConnected) lead(to, "center");
}

/** Where a slot is drawn: its lane where it has one, else the block of lanes. */
export function idsOfSlot(slot: Slot): readonly string[] {
  switch (slot) {
    case "lines":
      return ["lines"];
    case "trace":
      return ["trace"];
    case "events":
      return ["lane-changes", "time"];
    case "spike":
      return ["time"];
    default:
      return [`lane-${slot}`, "time"];
  }
}
