/** The verdict on each slot: a pure function of what was asked and what came. It always says something. */
import { alertsOf } from "@/lib/alerts";
import { changesOf } from "@/lib/changes";
import {
  answersOf,
  askedFor,
  type Evidence,
  type Gap,
  isFailure,
  type Question,
  rowsOf,
  type Slot,
  type Unasked,
} from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";
import { isBesides, isSupporting } from "@/lib/question-kinds";
import type { EnvironmentSetting, UpstreamKind } from "@/lib/setting";
import type { Alert } from "@/lib/signal/alert";
import { printBytes } from "@/lib/signal/bytes";
import { labelsKey } from "@/lib/signal/labels";
import { countLines } from "@/lib/signal/merged-lines";
import { type Instant, printClock, printDuration, toInstant, type Window } from "@/lib/signal/time";
import { hasFlag, servicesOf, spanCount, spanFlag, type Trace } from "@/lib/signal/trace";

export type Verdict = "waiting" | "found" | "partial" | "nothing" | "failed";

export type SlotState = {
  readonly slot: Slot;
  readonly title: string;
  readonly verdict: Verdict;
  /** "3 of 15 series changed" */
  readonly headline: string;
  /** "prometheus · 84 ms · 6 queries", or what to do next where there is nothing. */
  readonly detail: string;
  readonly gaps: readonly Gap[];
  /** Questions of this slot still under way. */
  readonly pending: number;
};

export type SlotInput = {
  readonly questions: readonly Question[];
  readonly evidence: readonly Evidence[];
  readonly unasked: readonly Unasked[];
  readonly explanation: Explanation;
  /** null until it is known which environment answers. */
  readonly environment: EnvironmentSetting | null;
  readonly ended: boolean;
  /** When it was looked at: an alert whose record ends long before that is not called firing. */
  readonly now?: Instant;
  /** Alerts outside of it are not counted; null = not known. */
  readonly window?: Window | null;
};

export const slotTitles: Readonly<Record<Slot, string>> = {
  spike: "Metric spike",
  lines: "Log lines",
  trace: "Trace",
  changes: "Changes",
  events: "Events",
  alerts: "Alerts",
};

const kindsOf: Readonly<Record<Slot, readonly UpstreamKind[]>> = {
  spike: ["prometheus"],
  lines: ["loki"],
  trace: ["tempo", "jaeger"],
  changes: ["grafana", "prometheus", "tempo", "loki"],
  events: ["loki"],
  alerts: ["alertmanager", "prometheus"],
};

/** What is missing, in a reader's words. */
const backendOf: Readonly<Record<Slot, string>> = {
  spike: "Prometheus",
  lines: "Loki",
  trace: "trace backend",
  changes: "source of changes",
  events: "event stream",
  alerts: "Alertmanager or Prometheus",
};

const howToAdd: Readonly<Record<Slot, string>> = {
  spike: "Add an upstream of kind prometheus.",
  lines: "Add an upstream of kind loki.",
  trace: "To add Tempo, one more line under its upstreams is enough: - { kind: tempo, url: http://tempo:3200 }",
  changes: "Add an upstream of kind grafana, or a change stream.",
  events: "Add an upstream of kind loki that holds Kubernetes' events.",
  alerts: "Add an upstream of kind alertmanager.",
};

/** All who were asked answered, and have none: said in a word or three. Who was asked, of what, stands under it. */
const noneOf: Readonly<Record<Slot, string>> = {
  spike: "no series",
  lines: "no line",
  trace: "no trace",
  changes: "no change known",
  events: "no event known",
  alerts: "no alert known",
};

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

const isFailedSpan = (trace: Trace, row: number): boolean => hasFlag(trace, row, spanFlag.failed);

export function countFailed(trace: Trace): number {
  let failed = 0;
  for (let row = 0; row < spanCount(trace); row += 1) if (isFailedSpan(trace, row)) failed += 1;
  return failed;
}

/** The most complete answer about the trace: several upstreams may hold it. */
export function traceOf(evidence: readonly Evidence[]) {
  return answersOf(evidence, "trace").reduce<ReturnType<typeof answersOf<"trace">>[number] | undefined>(
    (best, next) => (best && spanCount(best.answer.trace) >= spanCount(next.answer.trace) ? best : next),
    undefined,
  );
}

/** "13 judged, none changed; 5 with too few samples": what could not be judged is no "none changed". */
function spikeHeadline({ movements }: Explanation, content: readonly Evidence[]): string {
  const count = (verdict: "changed" | "too-few"): number =>
    movements.filter((movement) => movement.verdict === verdict).length;
  const [changed, few] = [count("changed"), count("too-few")];
  const judged = movements.length - few;
  if (movements.length === 0)
    return plural(
      content.reduce((sum, { answer }) => sum + rowsOf(answer), 0),
      "series",
      "series",
    );
  if (judged === 0) return `${plural(few, "series", "series")}, too few samples to judge`;
  const rest = few > 0 ? `; ${few} with too few samples` : "";
  if (changed > 0) return `${changed} of ${judged} series changed${rest}`;
  return few > 0 ? `${judged} judged, none changed${rest}` : `${plural(judged, "series", "series")}, none changed`;
}

function linesHeadline(content: readonly Evidence[], { questions, evidence: came, unasked }: SlotInput): string {
  const say = (kind: "lines-of-id" | "lines-around"): string | null => {
    const answers = answersOf(askedFor(content, kind), "lines").map(({ answer }) => answer);
    const { lines } = countLines(answers.map((answer) => answer.lines));
    const limited = answers.some((answer) => answer.limited);
    return lines === 0 ? null : `${limited ? "at least " : ""}${lines.toLocaleString("en-US")}`;
  };
  const [own, around] = [say("lines-of-id"), say("lines-around")];
  if (own !== null) return `${own} with this id${around === null ? "" : `, ${around} around`}`;
  if (around === null) return "by level only";
  // An alert, a service and a change have no id that lines could carry.
  const isById = questions.some(({ purpose }) => purpose.kind === "lines-of-id");
  if (!isById) return `${around} around`;
  const searched = askedFor(came, "lines-of-id").filter(({ answer }) => answer.kind !== "gap" || isDenial(answer));
  if (searched.length === 0) return `not searched for this id, ${around} around`;
  const isAll =
    searched.every(({ partial }) => !partial) &&
    searched.length === askedFor(came, "lines-of-id").length &&
    !unasked.some((gap) => gap.slot === "lines" && isOverBudget(gap));
  return `none with this id${isAll ? "" : " where searched"}, ${around} around`;
}

function headlineOf(slot: Slot, content: readonly Evidence[], input: SlotInput): string {
  const { explanation, evidence } = input;
  switch (slot) {
    case "spike":
      return spikeHeadline(explanation, content);
    case "lines":
      return linesHeadline(content, input);
    case "trace": {
      const trace = traceOf(content)?.answer.trace;
      if (!trace) {
        const hits = answersOf(content, "trace-hits").flatMap(({ answer }) => answer.hits);
        return `${plural(new Set(hits.map(({ traceId }) => traceId)).size, "trace")} found, none opened`;
      }
      const failed = countFailed(trace);
      return `${plural(spanCount(trace), "span")}${failed > 0 ? `, ${failed} failed` : ", none failed"}`;
    }
    case "changes":
    case "events": {
      // All evidence: who the services are decides what two sources saw as one.
      const all = changesOf(evidence);
      const own = all.filter(({ kind }) => (kind === "event") === (slot === "events"));
      if (slot === "events") return plural(own.length, "event");
      if (own.length > 0) return plural(own.length, "change");
      return content.some(({ question }) => question.purpose.kind.startsWith("versions"))
        ? "no new version"
        : "no change";
    }
    case "alerts": {
      const alerts = alertsWithin(content, input);
      const of = (wanted: Alert["state"]): number => alerts.filter(({ state }) => state === wanted).length;
      const [firing, pending] = [of("firing"), of("pending")];
      if (firing > 0) return `${firing} firing`;
      return pending > 0 && pending === alerts.length ? `${pending} pending` : plural(alerts.length - pending, "alert");
    }
  }
}

/** Those active at any time of the window; what only the lead's record or its rule tells of counts where no list has any. */
function alertsWithin(content: readonly Evidence[], { now, window }: SlotInput): readonly Alert[] {
  const isWithin = ({ startsAt, endsAt }: Alert): boolean =>
    !window || (startsAt <= window.to && (endsAt ?? window.to) >= window.from);
  for (const record of ["alert-history", "alert-record"] as const) {
    const listed = alertsOf(content, now ?? null, record).filter(isWithin);
    if (listed.length > 0) return listed;
  }
  const active = answersOf(content, "rules").flatMap(({ answer }) => answer.rules.flatMap(({ alerts }) => alerts));
  const each = new Map(active.map((alert) => [`${alert.name} ${labelsKey(alert.labels)}`, alert]));
  return [...each.values()].filter(isWithin);
}

/** "tempo · 31 ms · 19 kB": who answered, the slowest call, what it weighed. */
function costOf(content: readonly Evidence[]): string {
  const names = [...new Set(content.map(({ receipt }) => receipt.upstream.split("/").pop() ?? receipt.upstream))];
  const slowest = Math.max(...content.map(({ receipt }) => receipt.lastByte - receipt.sent));
  const bytes = content.reduce((sum, { receipt }) => sum + receipt.bytes, 0);
  return [
    names.join(", "),
    printDuration(slowest),
    printBytes(bytes),
    content.length > 1 ? plural(content.length, "query", "queries") : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

export function verdictOf(slot: Slot, input: SlotInput): SlotState {
  const { questions, evidence, environment, ended } = input;
  const title = slotTitles[slot];
  const asked = questions.filter((question) => question.slot === slot);
  const came = evidence.filter(({ question }) => question.slot === slot);
  const answered = new Set(came.map(({ question }) => question.id));
  const pending = ended ? 0 : asked.filter(({ id }) => !answered.has(id)).length;
  const content = came.filter(({ question, answer }) => !isSupporting(question) && answer.kind !== "gap");
  const rows = content.filter(({ answer }) => rowsOf(answer) > 0);
  // Alertmanager tells what fires now, be it long after the window: that fills nothing.
  const filled = slot === "alerts" && alertsWithin(rows, input).length === 0 ? [] : rows;
  const unasked = input.unasked.filter((gap) => gap.slot === slot);
  // Beside what was found, "none here" of one source among several is no gap.
  // Whatever yesterday's numbers are, the median beside a p99, or other traces: what they are put beside has been found.
  const own = came.filter(({ question }) => !isBesides(question));
  const said = withoutSlices(own, input.now).filter((gap) => filled.length === 0 || !isDenial(gap));
  const gaps = once([...said.filter(isFailure), ...said.filter((gap) => !isFailure(gap)), ...unasked]);
  const state = (verdict: Verdict, headline: string, detail: string): SlotState => ({
    slot,
    title,
    verdict,
    headline,
    detail,
    gaps,
    pending,
  });

  if (filled.length > 0) {
    const partial = filled.some((item) => item.partial) || gaps.some(isFailure);
    return state(partial ? "partial" : "found", headlineOf(slot, filled, input), costOf(filled));
  }
  const failed = gaps.find(isFailure);
  if (!ended && (pending > 0 || (failed === undefined && asked.length === 0 && canStillCome(slot, environment)))) {
    return state("waiting", pending > 0 ? "asking …" : "waiting …", pending > 0 ? plural(pending, "question") : "");
  }
  if (failed) return state("failed", failed.text, failed.next);
  if (environment && !canStillCome(slot, environment)) {
    return {
      ...state("nothing", "not configured", howToAdd[slot]),
      gaps: [...gaps, notConfigured(slot, environment.name)],
    };
  }
  // Cut short: what is not known is no "nothing".
  if (ended && asked.some(({ id }) => !answered.has(id))) return state("failed", ...unanswered);
  const first = gaps[0];
  const why = first ? [first.text, first.next].filter((part) => part !== "").join(" ") : "";
  if (first && asked.length === 0) return state("nothing", "not asked", why);
  if (first && !isDenial(first)) return state("nothing", first.text, first.next);
  const isById = slot === "lines" && asked.some(({ purpose }) => purpose.kind === "lines-of-id");
  // A search that was stopped looked at a part of the time, so it denies no more than that part.
  const none = isById
    ? `no line with this id${gaps.some(isOverBudget) ? " where searched" : ""}`
    : slot === "alerts" && content.some(({ answer }) => rowsOf(answer) > 0)
      ? "no alert in this window"
      : noneOf[slot];
  if (first) return state("nothing", none, why);
  if (!ended) return state("waiting", "waiting …", "");
  return asked.length === 0
    ? state("nothing", "not asked", "Nothing was found that tells when, or of whom, to ask.")
    : state("nothing", none, "Who was asked answered, and had nothing of it.");
}

const unanswered = ["no answer yet", "It was not in when the time was up."] as const;

/** What a slot's questions said they have not; the slices of one search for an id are one look, as far as they reach. */
function withoutSlices(came: readonly Evidence[], now?: Instant): Gap[] {
  const isSlice = ({ question, answer }: Evidence): boolean =>
    question.purpose.kind === "lines-of-id" && answer.kind === "gap" && isDenial(answer);
  const looks = Map.groupBy(came.filter(isSlice), ({ question }) => question.upstream);
  const whole = [...looks].flatMap(([upstream, slices]): Gap[] => {
    const windows = slices.flatMap(({ question }) => question.window ?? []);
    const from = toInstant(Math.min(...windows.map((window) => window.from)));
    const to = toInstant(Math.max(...windows.map((window) => window.to)));
    const first = slices[0]?.answer;
    if (first?.kind !== "gap") return [];
    if (windows.length === 0) return [first];
    const when = `from ${printClock(from, now ?? to)} to ${printClock(to, now ?? to)}`;
    return [{ ...first, text: `${upstream} has no line with this id ${when}.` }];
  });
  const others = came.filter((each) => !isSlice(each));
  return [...whole, ...others.flatMap(({ answer }) => (answer.kind === "gap" ? [answer] : []))];
}

/** Looked at, and there is nothing. */
export const isDenial = ({ reason }: Gap): boolean => reason === "none-in-window" || reason === "not-found";
/** Not asked, for what it would have cost: nothing is known of it. */
export const isOverBudget = ({ reason }: Gap): boolean => reason === "over-budget";
/** The same words are said once. */
const once = (gaps: readonly Gap[]): readonly Gap[] => [...new Map(gaps.map((gap) => [gap.text, gap])).values()];

export function notConfigured(slot: Slot, environment: string): Gap {
  return {
    kind: "gap",
    reason: "not-configured",
    text: `No ${backendOf[slot]} is configured for ${environment}.`,
    next: howToAdd[slot],
  };
}

function canStillCome(slot: Slot, environment: EnvironmentSetting | null): boolean {
  if (environment === null) return true;
  return environment.upstreams.some(({ kind }) => kindsOf[slot].includes(kind));
}

/** The services a trace passed, for headlines: "3 services". */
export const countServices = (trace: Trace): string => plural(servicesOf(trace).length, "service");
