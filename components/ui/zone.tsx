"use client";
/** The zone in which every stamp of the page is written. One place; the choice is the reader's. */
import { createContext, use } from "react";
import { type Instant, printInstant } from "@/lib/signal/time";

export type Zone = {
  /** IANA name. */
  readonly zone: string;
  /** How it stands on the page: "UTC", "Europe/Berlin". */
  readonly name: string;
};
export const utc: Zone = { zone: "UTC", name: "UTC" };

export const ZoneContext = createContext<Zone>(utc);
export const useZone = (): Zone => use(ZoneContext);

// Constructing a formatter costs a hundred times more than using it.
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(zone, made);
  return made;
}

/** Date and clock of an instant in a zone: `{ date: "2026-11-21", clock: "14:03:10", millis: "481" }`. */
export function inZone(at: Instant, zone: string): { date: string; clock: string; millis: string } {
  const millis = String(((at % 1_000) + 1_000) % 1_000).padStart(3, "0");
  if (zone === "UTC") {
    const iso = printInstant(at);
    return { date: iso.slice(0, 10), clock: iso.slice(11, 19), millis };
  }
  const part: Record<string, string> = {};
  for (const { type, value } of formatter(zone).formatToParts(at)) part[type] = value;
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    clock: `${part.hour}:${part.minute}:${part.second}`,
    millis,
  };
}

/** `14:03:10`; with the date where `now` is another day in that zone: `2026-11-20 14:03:10`. */
export function printTime(at: Instant, now: Instant, zone: string): string {
  const { date, clock } = inZone(at, zone);
  return now === 0 || inZone(now, zone).date === date ? clock : `${date} ${clock}`;
}
