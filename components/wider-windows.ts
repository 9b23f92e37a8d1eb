/** What is looked at -> the windows that a reader may ask for next. Pure; `now` is the server's. */
import { day, hour, type Instant, minute, shift, type Window } from "@/lib/signal/time";

/** The server asks no backend for more. */
const longest = 31 * day;
/** A window that ends this near to the present has reached it. */
const reached = minute;

/** From where it begins to `now`; null where it ends there already, or would be longer than is asked. */
export const untilNow = ({ from, to }: Window, now: Instant): Window | null =>
  now - to > reached && now - from <= longest ? { from, to: now } : null;

/** An hour more on each side, never beyond `now`; null where that would be longer than is asked. */
export function anHourWider({ from, to }: Window, now: Instant): Window | null {
  const late = shift(to, hour);
  const wide = { from: shift(from, -hour), to: now > 0 && late > now ? (now > to ? now : to) : late };
  return wide.to - wide.from <= longest ? wide : null;
}
