"use client";
/** What this browser investigated lately: parsed leads, and what was said of them; kept in this browser. */
import { useSyncExternalStore } from "react";

export type Recent = {
  readonly lead: string;
  /** What answered; null = not known. */
  readonly environment: string | null;
  /** Its headline; null = nothing could be said. */
  readonly story: string | null;
  /** When it was opened, by this browser's clock, epoch ms; 0 = not known. */
  readonly at: number;
};

const key = "throughline-recent";
const most = 12;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function stored(): string {
  try {
    return localStorage.getItem(key) ?? "[]";
  } catch {
    return "[]";
  }
}

const textIn = (value: object, name: string): string | null => {
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" && found !== "" && found.length < 500 ? found : null;
};

/** An entry as stored; before there were stories it was the lead alone. */
function recentOf(value: unknown): readonly Recent[] {
  if (typeof value === "string") return recentOf({ lead: value });
  if (typeof value !== "object" || value === null) return [];
  const lead = textIn(value, "lead");
  const at: unknown = Reflect.get(value, "at");
  if (lead === null) return [];
  const when = typeof at === "number" && at > 0 && at < 8e15 ? at : 0;
  return [{ lead, environment: textIn(value, "environment"), story: textIn(value, "story"), at: when }];
}

/** Whatever stands in the storage -> printed leads; the page that one opens reads it again. */
export function recentFrom(text: string): readonly Recent[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : []).flatMap(recentOf).slice(0, most);
  } catch {
    return [];
  }
}

/** In front of the list; what was known of the same lead stays until more is. */
export function withRecent(known: readonly Recent[], one: Recent): readonly Recent[] {
  const before = known.find(({ lead }) => lead === one.lead);
  const merged = {
    ...one,
    environment: one.environment ?? before?.environment ?? null,
    story: one.story ?? before?.story ?? null,
  };
  return [merged, ...known.filter(({ lead }) => lead !== one.lead)].slice(0, most);
}

export function rememberLead(one: Recent): void {
  try {
    localStorage.setItem(key, JSON.stringify(withRecent(recentFrom(stored()), one)));
  } catch {
    // A browser that keeps nothing has no recent ones.
  }
  for (const listener of listeners) listener();
}

export const useRecent = (): readonly Recent[] => recentFrom(useSyncExternalStore(subscribe, stored, () => "[]"));
