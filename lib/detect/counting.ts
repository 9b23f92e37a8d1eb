/**
 * How surprising a difference of two counted rates or ratios is, when nothing but chance counted: the signed root of
 * the likelihood ratio (Wilks, 1938), which stays true where few things were counted and a normal curve does not.
 */
import type { Unit } from "@/lib/signal/series";

const term = (seen: number, expected: number): number =>
  seen > 0 && expected > 0 ? seen * Math.log(seen / expected) : 0;

/** Events `k1` in a time `t1`, then `k2` in `t2`: standard deviations by which the two rates differ. */
function surpriseOfRates(k1: number, t1: number, k2: number, t2: number): number {
  if (t1 <= 0 || t2 <= 0) return 0;
  const rate = (k1 + k2) / (t1 + t2);
  return Math.sqrt(Math.max(0, 2 * (term(k1, rate * t1) + term(k2, rate * t2))));
}

/** `k1` failures of `n1`, then `k2` of `n2`: standard deviations by which the two ratios differ. */
function surpriseOfRatios(k1: number, n1: number, k2: number, n2: number): number {
  if (n1 <= 0 || n2 <= 0) return 0;
  const ratio = (k1 + k2) / (n1 + n2);
  const failing = term(k1, ratio * n1) + term(k2, ratio * n2);
  const passing = term(n1 - k1, (1 - ratio) * n1) + term(n2 - k2, (1 - ratio) * n2);
  return Math.sqrt(Math.max(0, 2 * (failing + passing)));
}

/** Sum of `perSecond` × step over grid positions from..to-1, each times `share` where given. */
export function countOver(
  perSecond: ArrayLike<number | null>,
  { from, to, step }: { from: number; to: number; step: number },
  share?: ArrayLike<number | null>,
): number {
  let sum = 0;
  for (let at = Math.max(0, Math.floor(from)); at < Math.min(to, perSecond.length); at += 1)
    sum += (perSecond[at] ?? 0) * (share ? (share[at] ?? 0) : 1);
  return (sum * step) / 1_000;
}

/**
 * By how many deviations `values` differ between home..begin and begin..end (grid positions) beyond what chance alone
 * does with so few events; `requests` of the later part. Unbounded where nothing was counted.
 */
export function surpriseOf(
  values: ArrayLike<number | null>,
  { home, begin, end }: { home: number; begin: number; end: number },
  {
    unit,
    step,
    trials,
    counted = false,
  }: { unit: Unit; step: number; trials?: ArrayLike<number | null>; counted?: boolean },
): { readonly deviations: number; readonly requests: number | null } {
  const earlier = { from: home, to: begin, step };
  const later = { from: begin, to: end, step };
  const seconds = ({ from, to }: { from: number; to: number }): number => (Math.max(0, to - from) * step) / 1_000;
  if (trials) {
    const requests = countOver(trials, later);
    const deviations =
      unit === "ratio"
        ? surpriseOfRatios(
            countOver(trials, earlier, values),
            countOver(trials, earlier),
            countOver(trials, later, values),
            requests,
          )
        : Number.POSITIVE_INFINITY;
    return { deviations, requests };
  }
  if (!counted) return { deviations: Number.POSITIVE_INFINITY, requests: null };
  const deviations = surpriseOfRates(
    countOver(values, earlier),
    seconds(earlier),
    countOver(values, later),
    seconds(later),
  );
  return { deviations, requests: null };
}
