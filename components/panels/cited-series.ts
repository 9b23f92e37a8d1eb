/** Which series a phrase speaks of, so that a click leads to its lane and the page always draws it. Pure. */
import type { Explanation, Movement, Phrase } from "@/lib/explanation";

/** A series of an answer: what lane and phrase have in common. */
export type SeriesPlace = Pick<Movement, "question" | "index">;

/** Element id of the lane that draws a series. */
export const laneId = ({ question, index }: SeriesPlace): string => `lane-${question}-${index}`;

/**
 * A phrase cites questions, and one question answers for several services: of the series behind its citations the one
 * with the very same citations, then the one whose service it names.
 */
export function citedMovement({ text, cites }: Phrase, movements: readonly Movement[]): Movement | null {
  const fitOf = (movement: Movement): number => {
    const same = movement.cites.length === cites.length && movement.cites.every((id) => cites.includes(id));
    const name = movement.service?.name ?? "";
    const named = name === "" ? 0 : text === name || text.startsWith(`${name} `) ? 3 : text.includes(name) ? 2 : 0;
    return (same ? 8 : 0) + named * 2 + (movement.verdict === "changed" ? 1 : 0);
  };
  return movements
    .filter(({ question }) => cites.includes(question))
    .reduce<Movement | null>((best, next) => (best && fitOf(best) >= fitOf(next) ? best : next), null);
}

/** The series that the story rests on: the first it cites, else that of the first finding which cites one. */
export function storyMovement({ story, findings, movements }: Explanation): Movement | null {
  const phrases = [...story, ...findings.flatMap(({ sentence }) => sentence)];
  const phrase = phrases.find(({ target }) => target?.slot === "spike");
  return phrase ? citedMovement(phrase, movements) : null;
}

/** Row of the trace that the story names, or the first finding that names one; null = none. */
export function storyRow({ story, findings }: Explanation): number | null {
  const phrases = [...story, ...findings.flatMap(({ sentence }) => sentence)];
  const rows = phrases.filter(({ target }) => target?.slot === "trace" && target.row !== null);
  // The operation is the span itself; a service's name may stand for any of its spans.
  return (rows.find(({ tone }) => tone === "code") ?? rows[0])?.target?.row ?? null;
}
