/** How far apart two instants are, and in which order, where one or both are uncertain: no more is said than is known. */
import { hour, type Instant, minute, printDuration, second } from "@/lib/signal/time";

/** It was somewhere in from..to, likeliest `at`. */
export type Uncertain = { readonly at: Instant; readonly from: Instant; readonly to: Instant };

export const surely = (at: Instant): Uncertain => ({ at, from: at, to: at });

/** Whether either may have been first. */
export const mayCoincide = (a: Uncertain, b: Uncertain): boolean => a.from <= b.to && a.to >= b.from;

/** Part of a distance by which it may be wrong and still be told as it is. */
const exact = 0.1;

/** `85 s`; `about 70 s` where what is uncertain is more than a tenth of it. */
export function apartInWords(a: Uncertain, b: Uncertain): string {
  const far = Math.abs(a.at - b.at);
  const doubt = ({ at, from, to }: Uncertain): number => Math.max(at - from, to - at);
  return doubt(a) + doubt(b) > exact * far ? `about ${printDuration(rounded(far))}` : printDuration(far);
}

/** ms, as people say it: 70 s, 3 min. */
function rounded(far: number): number {
  const grain = far < 20 * second ? second : far < 2 * minute ? 5 * second : far < 2 * hour ? minute : 1;
  return Math.round(far / grain) * grain;
}
