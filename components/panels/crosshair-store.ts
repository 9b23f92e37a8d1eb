/**
 * The one instant under the pointer, whichever axis it is over: charts, log bars and waterfall mark the same one. Outside
 * React, so that a move of the pointer redraws one line and a few words, never a chart.
 */
import type { Instant } from "@/lib/signal/time";

type Listener = (at: Instant | null) => void;

let current: Instant | null = null;
const listeners = new Set<Listener>();

/** null = the pointer has left every axis. */
export function pointAt(at: Instant | null): void {
  if (at === current) return;
  current = at;
  for (const listener of listeners) listener(at);
}

/** What is pointed at now. */
export const pointed = (): Instant | null => current;

/** Called at once with what is pointed at now, then with each change; returns how to stop. */
export function onPoint(listener: Listener): () => void {
  listeners.add(listener);
  listener(current);
  return () => listeners.delete(listener);
}
