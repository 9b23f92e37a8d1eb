/** The one clock. `THROUGHLINE_NOW` (RFC 3339) freezes it for the console and the demo alike: the console's
 * investigations each begin at that instant and run on from it, and the demo tells nothing that is later. */
import { type Instant, parseInstant, toInstant } from "@/lib/signal/time";

export type Clock = () => Instant;

/** The frozen instant; null where nothing is frozen, undefined for a text that is no instant. */
export const frozenAt = (text: string | undefined): Instant | null | undefined =>
  text === undefined || text === "" ? null : parseInstant(text);

/** Stands still where it is frozen. */
export const clockAt = (frozen: Instant | null): Clock =>
  frozen === null ? () => toInstant(Date.now()) : () => frozen;

/** Begins at the frozen instant and goes on, so that waiting ends; for one investigation. */
export function clockFrom(frozen: Instant | null): Clock {
  if (frozen === null) return clockAt(null);
  const began = performance.now();
  return () => toInstant(frozen + performance.now() - began);
}
