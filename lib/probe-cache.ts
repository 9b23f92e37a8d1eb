/**
 * Probes ask what changes rarely: their answers are kept for a while, per upstream and within an hour of what they asked
 * about; that there is nothing, for a minute, since a service may just be beginning. What failed is never kept.
 */
import type { Evidence, Question } from "@/lib/evidence";
import { isProbe } from "@/lib/question-kinds";
import { hour, minute, printDuration } from "@/lib/signal/time";

type Ask = (question: Question, signal: AbortSignal) => Promise<Evidence>;
export type ProbeCacheOptions = { readonly now: () => number; readonly keepMs: number; readonly most: number };
export type ProbeCache = { readonly around: (ask: Ask) => Ask; readonly size: () => number };

const momentOf = ({ call, window }: Question): number => ("at" in call ? call.at : (window?.to ?? 0));
const hourOf = (question: Question): number => Math.floor(momentOf(question) / hour);
const keyOf = (question: Question, ofHour: number): string =>
  JSON.stringify([question.upstream, question.call.api, question.text, ofHour]);
/** Not the exact time: a service's label does not change with the minute, nor at the full hour. */
const isNear = (one: Question, other: Question): boolean => Math.abs(momentOf(one) - momentOf(other)) < hour;

const emptyKeepMs = minute;
/** For how long an answer is worth keeping, ms; 0 = not at all. */
function worthOf({ answer }: Evidence, keepMs: number): number {
  if (answer.kind !== "gap") return keepMs;
  return answer.reason === "none-in-window" ? Math.min(emptyKeepMs, keepMs) : 0;
}

type Kept = { readonly evidence: Evidence; readonly at: number };

export function createProbeCache({ now, keepMs, most }: ProbeCacheOptions): ProbeCache {
  const kept = new Map<string, Kept>();
  const isFresh = ({ evidence, at }: Kept): boolean => now() - at < worthOf(evidence, keepMs);
  const around =
    (ask: Ask): Ask =>
    async (question, signal) => {
      if (!isProbe(question)) return ask(question, signal);
      const own = hourOf(question);
      const hit = [own, own - 1, own + 1]
        .map((ofHour) => kept.get(keyOf(question, ofHour)))
        .find((each) => each && isNear(each.evidence.question, question) && isFresh(each));
      if (hit) {
        const notes = [...hit.evidence.notes, `kept from ${printDuration(now() - hit.at)} ago, not asked again`];
        return { ...hit.evidence, question, notes };
      }
      const evidence = await ask(question, signal);
      if (worthOf(evidence, keepMs) > 0) {
        const key = keyOf(question, own);
        kept.delete(key);
        kept.set(key, { evidence, at: now() });
        const oldest = kept.keys().next();
        if (kept.size > most && !oldest.done) kept.delete(oldest.value);
      }
      return evidence;
    };
  return { around, size: () => kept.size };
}
