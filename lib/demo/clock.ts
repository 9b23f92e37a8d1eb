/** When the demo's stories take place: their zero stands still, time goes on. */
import { type Instant, minute, toInstant } from "@/lib/signal/time";

/** An incident that is well on its way when somebody looks for the first time. */
const sinceZero = 12 * minute;

/** The zero of a demo that starts at `start`: on a whole minute, so that two starts in it tell the same story. */
export const zeroOf = (start: Instant): Instant => toInstant(Math.floor((start - sinceZero) / minute) * minute);
