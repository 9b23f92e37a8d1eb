/** When a target is scraped: every fifteen seconds, each at its own offset. */
import { type Instant, second, toInstant } from "@/lib/signal/time";

export const scrapeInterval = 15 * second;

/** `phase`: offset within the interval, ms. */
type Target = { readonly phase: number; readonly from: number; readonly until: number };

/** The first scrape behind `at` (ms): what happens at the very instant of a scrape is seen by the next. */
export const scrapeAfter = ({ phase }: Pick<Target, "phase">, at: number): Instant =>
  toInstant((Math.floor((at - phase) / scrapeInterval) + 1) * scrapeInterval + phase);

/** When a target is scraped within [from, to), ms ascending. */
export function scrapesOf(target: Target, from: number, to: number): Instant[] {
  const first = Math.max(from, target.from);
  const last = Math.min(to, target.until);
  const start = Math.ceil((first - target.phase) / scrapeInterval) * scrapeInterval + target.phase;
  const count = Math.max(0, Math.ceil((last - start) / scrapeInterval));
  return Array.from({ length: count }, (_, i) => toInstant(start + i * scrapeInterval));
}
