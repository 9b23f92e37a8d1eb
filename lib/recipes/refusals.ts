/**
 * Whom an access log shows to be refused: streams by their usual names, a few lines to see their fields, then counts of
 * 401, 403, 429 and 5xx by status; and, once it is known which of them rose, by client. Each is one question a Loki.
 */
import type { Question, QuestionId } from "@/lib/evidence";
import { labelFilter, streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import { type AccessFields, accessFieldsOf } from "@/lib/recipes/access-fields";
import { answerTo, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin, printRange, stepFor } from "@/lib/recipes/grid";
import { holding } from "@/lib/recipes/held";
import { accessCarriers, knownAccess, knownStreams } from "@/lib/recipes/known-streams";
import { streamLabels, volumeQuestion } from "@/lib/recipes/lines-of-id";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget } from "@/lib/recipes/read-budget";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { durationOf, second, type Window } from "@/lib/signal/time";

/** Lines to see the fields by, and clients to be named. */
const sampled = 20;
export const mostClients = 5;
const isKnown = new RegExp(`^${knownAccess.replace("(?i)", "")}$`, "i");
const refusing = "401|403|429|5..";

/** The label by which most of the streams are found, and its values. */
function foundIn(labels: readonly string[], sets: readonly Labels[]) {
  const [best] = labels
    .map((label) => ({
      label,
      values: sets.flatMap((each) => (isKnown.test(each[label] ?? "") ? [each[label] ?? ""] : [])),
    }))
    .filter(({ values }) => values.length > 0)
    .toSorted((a, b) => b.values.length - a.values.length);
  return best && { label: best.label, values: [...new Set(best.values)].sort() };
}

/** One Loki's access log, whose fields are known. */
export type AccessLog = {
  readonly upstream: UpstreamSetting;
  /** "alb_logs" */
  readonly of: string;
  readonly selector: string;
  readonly fields: AccessFields;
  /** Its counts of refusals. */
  readonly counts: Question;
};

const held = holding<AccessFields | null>();

/** What can be asked by now; and the logs whose refusals were asked for. What is too much to read is left alone. */
export function planAccess(
  facts: Facts,
  budget: ReadBudget,
): { readonly questions: readonly Question[]; readonly logs: readonly AccessLog[] } {
  const questions: Question[] = [];
  const logs: AccessLog[] = [];
  for (const upstream of upstreamsOf(facts.environment, "loki")) {
    const { existing = [], after } = streamLabels(upstream, facts.startedAt, facts.evidence);
    const labels = accessCarriers.filter((label) => existing.includes(label));
    if (labels.length === 0) continue;
    const streams = knownStreams(facts, upstream, existing, after);
    questions.push(streams);
    const told = answerTo(facts.evidence, streams)?.answer;
    const found = told?.kind === "label-sets" ? foundIn(labels, told.sets) : undefined;
    if (!found) continue;
    const selector = streamSelector([{ label: found.label, op: "=~", value: regexAlternatives(found.values) }]);
    const { window } = facts;
    const volume = volumeQuestion({ upstream, selector, window, rung: -1, after: [streams.id] }, "refusals");
    questions.push(volume);
    const size = answerTo(facts.evidence, volume);
    if (!size) continue;
    const { environment } = facts;
    if (overBudget(budget, { environment, upstream, volume: size, window, what: found.values.join(", ") })) continue;
    const sample = question({
      upstream,
      slot: "lines",
      purpose: { kind: "access-sample" },
      call: { api: "loki-lines", query: selector, limit: sampled, direction: "backward" },
      window: facts.window,
      why: "where in the access log the status and the client's address stand",
      after: [volume.id],
    });
    questions.push(sample);
    const seen = answerTo(facts.evidence, sample);
    const fields = held(seen, "", () => (seen?.answer.kind === "lines" ? accessFieldsOf(seen.answer.lines) : null));
    if (!fields) continue;
    const of = found.values.slice(0, 3).join(", ");
    const counts = countsQuestion(facts, { upstream, of, selector, fields }, [sample.id]);
    questions.push(counts);
    logs.push({ upstream, of, selector, fields, counts });
  }
  return { questions, logs };
}

function countsQuestion(
  facts: Facts,
  { upstream, of, selector, fields }: Omit<AccessLog, "counts">,
  after: readonly QuestionId[],
): Question {
  const step = stepFor(facts.window, 15 * second, Math.min(180, Math.ceil(durationOf(facts.window) / (15 * second))));
  const stages = [fields.stage, labelFilter([{ label: fields.status, op: "=~", value: refusing }])].join(" ").trim();
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "refusals", of, status: fields.status },
    call: {
      api: "loki-range",
      query: `sum by (${fields.status}) (count_over_time(${selector} ${stages} [${printRange(step)}]))`,
      step,
    },
    window: alignWithin(facts.window, step, facts.now),
    why: `how many requests were refused, by ${of}`,
    after,
  });
}

/** `counted` = the time in which answers with this status were more than usual; its end is the instant asked for. */
export function clientsQuestion(
  { upstream, of, selector, fields, counts }: AccessLog,
  { answered, counted, total }: { readonly answered: string; readonly counted: Window; readonly total: number },
): Question {
  const range = durationOf(counted);
  const stages = [fields.stage, labelFilter([{ label: fields.status, op: "=", value: answered }])].join(" ").trim();
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "refusals-by-client", of, client: fields.client, answered, total, counted },
    call: {
      api: "loki-range",
      query: `topk(${mostClients}, sum by (${fields.client}) (count_over_time(${selector} ${stages} [${printRange(range)}])))`,
      // One point: Loki gives points on multiples of the step, as the counts were.
      step: counts.call.api === "loki-range" ? counts.call.step : range,
    },
    window: { from: counted.to, to: counted.to },
    why: `to whom the answers with ${answered} went`,
    after: [counts.id],
  });
}
