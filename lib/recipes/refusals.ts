/**
 * Whom an access log shows to be refused: streams by their usual names, a few lines to see their fields, then counts of
 * 401, 403, 429 and 5xx by status; and, once it is known which of them rose, by client. Each is one question a Loki.
 */
import type { Question, QuestionId } from "@/lib/evidence";
import { matchName } from "@/lib/identity/names";
import type { Subject } from "@/lib/identity/subject";
import { labelFilter, streamSelector } from "@/lib/query/logql";
import { escapedRegex, regexAlternatives } from "@/lib/query/promql";
import { type AccessFields, type AccessLines, type AccessRow, accessLinesOf } from "@/lib/recipes/access-fields";
import { answerTo, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin, printRange, stepFor } from "@/lib/recipes/grid";
import { holding } from "@/lib/recipes/held";
import { accessCarriers, isAccessLog, knownStreams } from "@/lib/recipes/known-streams";
import { streamLabels, volumeQuestion } from "@/lib/recipes/lines-of-id";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget } from "@/lib/recipes/read-budget";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import type { LinesRead, Served } from "@/lib/signal/refusals";
import { durationOf, minute, second, toInstant, type Window, widen } from "@/lib/signal/time";

/** Lines to see the fields by, which also speak where the rest cannot be counted; and clients to be named. */
const sampled = 100;
export const mostClients = 5;
const refusing = "401|403|429|5..";
const isRefusing = new RegExp(`^(?:${refusing})$`);
/** What may follow a service's name in that of a target group, an upstream or a host: a port, a version, a protocol. */
const behind = "(?:$|[^a-z0-9_-]|[-_](?:v?[0-9]|(?:https?|grpc|svc|service|tg)(?:$|[^a-z])))";

/** The label by which most of the streams are found, and its values. */
function foundIn(labels: readonly string[], sets: readonly Labels[]) {
  const [best] = labels
    .map((label) => ({
      label,
      values: sets.flatMap((each) => (isAccessLog(each[label] ?? "") ? [each[label] ?? ""] : [])),
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

const held = holding<AccessLines | null>();

/** Any of the services' names as whole words: `shop-payment-8080`, `payment.shop.svc`, `payment@docker`, `payment-tg`. */
const ownPattern = (subjects: readonly Subject[]): string =>
  `(?:^|[^a-z0-9])(?:${subjects.map(({ service }) => service.name.split(/[-_.]/).map(escapedRegex).join("[-_.]")).join("|")})${behind}`;

/** Whose lines these are, as far as they tell. */
function servedBy(subjects: readonly Subject[], logs: readonly string[], { fields, rows }: AccessLines): Served {
  if (logs.some((log) => subjects.some((subject) => matchName(subject, log) !== undefined))) return { kind: "own" };
  if (fields.served === null || subjects.length === 0) return { kind: "untold" };
  const own = ownPattern(subjects);
  const isOwn = new RegExp(own, "i");
  return { kind: "told", label: fields.served, own, isSeen: rows.some(({ served }) => isOwn.test(served)) };
}

/** Refusals among the lines that were read; of those that name a service of the path, where any does. */
function readIn(rows: readonly AccessRow[], served: Served): LinesRead {
  const isOwn = served.kind === "told" && served.isSeen ? new RegExp(served.own, "i") : null;
  const own = isOwn ? rows.filter((row) => isOwn.test(row.served)) : rows;
  const refused = Map.groupBy(
    own.filter(({ status }) => isRefusing.test(status)),
    ({ status, client }) => JSON.stringify([status, client]),
  );
  return {
    lines: own.length,
    refused: [...refused.values()]
      .flatMap((all) => {
        const [head] = all;
        return head ? [{ answered: head.status, client: head.client, count: all.length }] : [];
      })
      .toSorted((a, b) => b.count - a.count || (a.client < b.client ? -1 : 1)),
  };
}

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
    const { subjects } = facts;
    const pattern = subjects.length > 0 ? ownPattern(subjects) : "a^";
    const access = held(seen, pattern, () => {
      const isOwn = new RegExp(pattern, "i");
      const known = { isOwn: (value: string) => isOwn.test(value), isLog: isAccessLog };
      return seen?.answer.kind === "lines" ? accessLinesOf(seen.answer.lines, known) : null;
    });
    if (!access) continue;
    const { fields } = access;
    const of = found.values.slice(0, 3).join(", ");
    const served = servedBy(subjects, found.values, access);
    const read = readIn(access.rows, served);
    const counts = countsQuestion(facts, { upstream, of, selector, fields }, { served, read }, [sample.id]);
    questions.push(counts);
    logs.push({ upstream, of, selector, fields, counts });
  }
  return { questions, logs };
}

const whoseWords: Readonly<Record<Served["kind"], string>> = {
  own: "",
  told: ", and whom they went to",
  untold: ": of the whole log, whose lines do not name a service",
};

/** A log that may be everybody's is as large as all of them are: no more of it is read than what stands around the lead. */
const nearby = ({ focus, window }: Facts): Window => {
  const near = widen(focus, 15 * minute, 15 * minute);
  return near.from < window.to && near.to > window.from
    ? { from: toInstant(Math.max(near.from, window.from)), to: toInstant(Math.min(near.to, window.to)) }
    : window;
};

function countsQuestion(
  facts: Facts,
  { upstream, of, selector, fields }: Omit<AccessLog, "counts">,
  { served, read }: { readonly served: Served; readonly read: LinesRead },
  after: readonly QuestionId[],
): Question {
  const by = served.kind === "told" ? [fields.status, served.label] : [fields.status];
  const window = served.kind === "own" || (served.kind === "told" && served.isSeen) ? facts.window : nearby(facts);
  const step = stepFor(window, 15 * second, Math.min(180, Math.ceil(durationOf(window) / (15 * second))));
  const stages = [fields.stage, labelFilter([{ label: fields.status, op: "=~", value: refusing }])].join(" ").trim();
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "refusals", of, status: fields.status, served, read },
    call: {
      api: "loki-range",
      query: `sum by (${by.join(", ")}) (count_over_time(${selector} ${stages} [${printRange(step)}]))`,
      step,
    },
    window: alignWithin(window, step, facts.now),
    why: `how many requests were refused, by ${of}${whoseWords[served.kind]}`,
    after,
  });
}

type RefusedOf = {
  readonly answered: string;
  readonly counted: Window;
  readonly total: number;
  /** As the log names those of the path; null = the whole log. */
  readonly whose: readonly string[] | null;
};

/** `counted` = the time in which answers with this status were more than usual; its end is the instant asked for. */
export function clientsQuestion(
  { upstream, of, selector, fields, counts }: AccessLog,
  { answered, counted, total, whose }: RefusedOf,
): Question {
  const range = durationOf(counted);
  const own: readonly Matcher[] =
    whose === null || fields.served === null
      ? []
      : [{ label: fields.served, op: "=~", value: regexAlternatives(whose) }];
  const filters = [{ label: fields.status, op: "=" as const, value: answered }, ...own].map((each) =>
    labelFilter([each]),
  );
  const stages = [fields.stage, ...filters].join(" ").trim();
  const isOwn = counts.purpose.kind === "refusals" && counts.purpose.served.kind === "own";
  return question({
    upstream,
    slot: "lines",
    purpose: {
      ...{ kind: "refusals-by-client", of, client: fields.client, answered, total, counted },
      whose: whose ?? (isOwn ? [] : null),
    },
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
