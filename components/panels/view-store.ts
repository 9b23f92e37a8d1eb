"use client";
/**
 * The zoom that all time axes share, and the way back from it: Escape goes back step by step. Outside React, so that a
 * turning wheel redraws axes and nothing else. Its home is the address, which `useAddress` keeps equal to it.
 */
import { useSyncExternalStore } from "react";
import type { Window } from "@/lib/signal/time";

let current: Window | null = null;
let earlier: readonly (Window | null)[] = [];
const listeners = new Set<() => void>();
/** Steps that Escape can take back. */
const mostSteps = 50;

const isSame = (one: Window | null, other: Window | null): boolean =>
  one === other || (one !== null && other !== null && one.from === other.from && one.to === other.to);

function show(next: Window | null): void {
  current = next;
  for (const listener of listeners) listener();
}

/** What the address says when the page opens; forgets what another page looked at. */
export function openView(view: Window | null): void {
  earlier = [];
  if (isSame(view, current)) return;
  current = view;
  for (const listener of listeners) listener();
}

/** One step closer, or elsewhere. `underWay`: a wheel or a pinch still turns, and where it began is kept already. */
export function lookAt(next: Window | null, underWay = false): void {
  if (isSame(next, current)) return;
  if (!underWay) earlier = [...earlier.slice(1 - mostSteps), current];
  show(next);
}

/** Where the reader looked before; false where there is nothing to go back to. */
export function lookBack(): boolean {
  if (current === null && earlier.length === 0) return false;
  const before = earlier.at(-1) ?? null;
  earlier = earlier.slice(0, -1);
  show(before);
  return true;
}

/** Called with each change; returns how to stop. */
export const onView = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const viewNow = (): Window | null => current;
/** null = the whole window. The server draws no zoom: it does not know the window yet. */
export const useView = (): Window | null => useSyncExternalStore(onView, viewNow, () => null);
