"use client";
/** The list of alerts, refreshed; and held still while a pointer or the focus is on it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AlertSource, ListedAlert } from "@/lib/alert-list";
import { type Instant, second, toInstant } from "@/lib/signal/time";

export type AlertsTold = {
  readonly alerts: readonly ListedAlert[];
  readonly sources: readonly AlertSource[];
  readonly now: Instant;
  /** Of the answer they came with: as long as the list is the same, it is not sent again. */
  readonly tag?: string | null;
};
export const pasts = ["24h", "7d", "30d"] as const;
export type Past = (typeof pasts)[number];

const refresh = 30 * second;

/** `environment`: of this one alone; null = of all. `frozen` = the console's clock stands still, so its own `now` stays true. */
export function useAlerts(past: Past, environment: string | null, frozen: Instant | null) {
  return useQuery({
    queryKey: ["alerts", past, environment],
    queryFn: ({ signal, client, queryKey }) =>
      readAlerts(
        { past, ...(environment === null ? {} : { environment }) },
        frozen,
        client.getQueryData<AlertsTold>(queryKey) ?? null,
        signal,
      ),
    refetchInterval: refresh,
    retry: 1,
    placeholderData: (before) => before,
    // Most of it is as it was; comparing thousands of rows costs more than drawing the few that are in sight.
    structuralSharing: false,
  });
}

async function readAlerts(
  asked: Readonly<Record<string, string>>,
  frozen: Instant | null,
  before: AlertsTold | null,
  signal: AbortSignal,
): Promise<AlertsTold> {
  const headers = before?.tag ? { "if-none-match": before.tag } : {};
  const response = await fetch(`/api/alerts?${new URLSearchParams(asked)}`, { signal, headers });
  const isSame = response.status === 304 && before !== null;
  if (!isSame && !response.ok) throw new Error(`the console answered ${response.status}`);
  const alerts: readonly ListedAlert[] = isSame ? before.alerts : await response.json();
  const sources: readonly AlertSource[] = JSON.parse(response.headers.get("x-throughline-sources") ?? "[]");
  // The server's clock, to the second: the browser's may be wrong.
  const told = Date.parse(response.headers.get("date") ?? "");
  const now = frozen ?? toInstant(Number.isNaN(told) ? Date.now() : told);
  return { alerts, sources, now, tag: response.headers.get("etag") };
}

/** What is shown: the newest, unless `still`; then what was shown, until the reader asks for the rest. */
export function useHeld<Told>(fresh: Told, still: boolean): { readonly held: Told; readonly release: () => void } {
  const [held, setHeld] = useState(fresh);
  const shown = still ? held : fresh;
  if (shown !== held) setHeld(shown);
  return { held: shown, release: () => setHeld(fresh) };
}
