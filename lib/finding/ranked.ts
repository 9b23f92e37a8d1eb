/**
 * Findings -> the same, strongest first: what explains before what merely shows that it went wrong. "It still goes on" and
 * "it answered 500" are as true of every cause, so they do not stand above one that has a strong claim. Pure.
 */
import type { Finding, FindingKind } from "@/lib/finding/finding";

/** They name what broke, what changed or what ran out before. */
const explaining: ReadonlySet<FindingKind> = new Set([
  "error-origin",
  "change-before-onset",
  "ran-full",
  "slow-statement",
  "unseen-neighbour",
  "failing-line",
  "frequent-line",
  "new-log-pattern",
  "model-steps",
]);
/** As strong as a change of the path within some ten minutes before the onset; one of a service elsewhere has half of it. */
export const strongClaim = 0.6;
const justBelow = 0.01;

export function ranked(findings: readonly Finding[]): Finding[] {
  const strong = findings.filter(
    ({ kind, score, symptom }) => explaining.has(kind) && !symptom && score >= strongClaim,
  );
  const most = Math.min(1, ...strong.map(({ score }) => score - justBelow));
  return findings
    .map((each) => (each.symptom && each.score > most ? { ...each, score: most } : each))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
