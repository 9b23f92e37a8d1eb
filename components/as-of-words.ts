/** How old something is, and whom the page still waits for, in words. Pure. */
import type { Evidence, Question } from "@/lib/evidence";
import { hour, minute, second } from "@/lib/signal/time";

/** `just now`, `40 s ago`, `3 min ago`, `2 h ago`: steps coarse enough that the words stand still. ms. */
export function agoWords(age: number): string {
  if (age < 10 * second) return "just now";
  if (age < minute) return `${Math.floor(age / (10 * second)) * 10} s ago`;
  if (age < hour) return `${Math.floor(age / minute)} min ago`;
  return `${Math.floor(age / hour)} h ago`;
}

/** `2 answers missing`: what an ended page has not. */
export const answersMissing = (count: number): string => `${count} ${count === 1 ? "answer" : "answers"} missing`;

/** `waiting for loki, tempo: 3 of 16 answers`; "" where nothing is awaited. */
export function awaited(questions: readonly Question[], evidence: readonly Evidence[]): string {
  const answered = new Set(evidence.map(({ question }) => question.id));
  const open = questions.filter(({ id }) => !answered.has(id));
  if (open.length === 0) return "";
  const names = [...new Set(open.map(({ upstream }) => upstream.split("/").pop() ?? upstream))].sort();
  return `waiting for ${names.join(", ")}: ${open.length} of ${questions.length} answers`;
}
