"use client";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import type { IconName } from "@/components/ui/icon";
import { nextTheme, type Theme, themeFrom } from "@/components/ui/theme";

const signs: Readonly<Record<Theme, IconName>> = { system: "half", light: "ring", dark: "disc" };
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const current = (): Theme => themeFrom(document.documentElement.dataset.theme);

function choose(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // Not through the Cookie Store API: it is missing where the page is served over plain http.
  Object.assign(document, { cookie: `theme=${theme}; path=/; max-age=31536000; samesite=lax` });
  for (const listener of listeners) listener();
}

/** System, light, dark, and again. */
export function ThemeToggle() {
  const theme = useSyncExternalStore(subscribe, current, () => "system" as const);
  const words = `Theme: ${theme}. Change to ${nextTheme(theme)}.`;
  return (
    <Button
      look="quiet"
      icon={signs[theme]}
      title={words}
      aria-label={words}
      onClick={() => choose(nextTheme(theme))}
    />
  );
}
