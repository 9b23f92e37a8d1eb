"use client";
/** Whether keys without a modifier do something (WCAG 2.1.4): the reader's choice, remembered by this browser. */
import { useSyncExternalStore } from "react";

const key = "throughline-single-keys";
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
let unsaved: string | null = null;

export function singleKeysOn(): boolean {
  try {
    unsaved ??= localStorage.getItem(key);
  } catch {
    // A browser that keeps nothing has them on.
  }
  return unsaved !== "off";
}

export function switchSingleKeys(on: boolean): void {
  unsaved = on ? "on" : "off";
  try {
    localStorage.setItem(key, unsaved);
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

export const useSingleKeys = (): boolean => useSyncExternalStore(subscribe, singleKeysOn, () => true);

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "defaultPrevented" | "target">;

/** The key that was meant as a command of its own: not typed into a field, not part of a chord, not answered already. */
export function singleKey({
  key: pressed,
  ctrlKey,
  metaKey,
  altKey,
  defaultPrevented,
  target,
}: Pressed): string | null {
  if (ctrlKey || metaKey || altKey || defaultPrevented || !singleKeysOn()) return null;
  const typing =
    target instanceof HTMLElement && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
  return typing ? null : pressed;
}
