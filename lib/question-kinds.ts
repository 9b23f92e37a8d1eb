/** What a question is asked for beside filling its slot, by its purpose. */
import type { Purpose, Question } from "@/lib/evidence";

const supporting: ReadonlySet<Purpose["kind"]> = new Set([
  "identity",
  "interval",
  "neighbours",
  "breakdown",
  "telemetry-loss",
  "own-counters",
  "lines-volume",
  "line-labels",
  "known-streams",
  "access-sample",
  "refusals",
  "refusals-by-client",
  "database-lines",
  "trace-links",
  "red-yesterday",
  "red-median",
  "red-samples",
]);
/** Asked only so that the next question can be asked, or another answer judged, well; no slot is filled by it. */
export const isSupporting = (question: Question): boolean => supporting.has(question.purpose.kind);
const besides: ReadonlySet<Purpose["kind"]> = new Set(["red-yesterday", "red-median", "red-samples", "trace-links"]);
/** Puts more beside numbers or a trace that were found; without it nothing of them is missing. */
export const isBesides = (question: Question): boolean => besides.has(question.purpose.kind);
const probes: ReadonlySet<Purpose["kind"]> = new Set(["identity", "interval", "line-labels", "known-streams"]);
/** Asks what changes rarely, as against the numbers of one very window. */
export const isProbe = (question: Question): boolean => probes.has(question.purpose.kind);
