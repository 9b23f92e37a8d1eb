/** The verdict on each slot: a pure function of what was asked and what came. It always says something. */
import { alertsOf } from "@/lib/alerts";
import {
  answersOf,
  type Evidence,
  type Gap,
  isFailure,
  isSupporting,
  type Question,
  rowsOf,
  type Slot,
  type Unasked,
} from "@/lib/evidence";
import type { Explanation } from "@/lib/findings";
import type { EnvironmentSetting, UpstreamKind } from "@/lib/setting";
import { printBytes } from "@/lib/signal/bytes";
import { printDuration } from "@/lib/signal/time";
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

const howToAdd: Readonly<Record<Slot, string>> = {
  spike: "Add an upstream of kind prometheus.",
  lines: "Add an upstream of kind loki.",
  trace: "Add an upstream of kind tempo or jaeger.",
  changes: "Add an upstream of kind grafana, or a change stream.",
  events: "Add a change stream of kind event to this environment.",
  alerts: "Add an upstream of kind alertmanager.",
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

function headlineOf(slot: Slot, content: readonly Evidence[], explanation: Explanation): string {
  switch (slot) {
    case "spike": {
      const { movements } = explanation;
      const changed = movements.filter(({ verdict }) => verdict === "changed").length;
      if (movements.length === 0)
        return plural(
          content.reduce((sum, { answer }) => sum + rowsOf(answer), 0),
          "series",
          "series",
        );
      return changed > 0
        ? `${changed} of ${movements.length} series changed`
        : `${plural(movements.length, "series", "series")}, none changed`;
    }
    case "lines": {
      const count = (kind: "lines-of-id" | "lines-around"): number =>
        content.reduce((sum, { question, answer }) => (question.purpose.kind === kind ? sum + rowsOf(answer) : sum), 0);
      const isLimited = (kind: "lines-of-id" | "lines-around"): boolean =>
        content.some(
          ({ question, answer }) => question.purpose.kind === kind && answer.kind === "lines" && answer.limited,
        );
      const say = (kind: "lines-of-id" | "lines-around"): string =>
        `${isLimited(kind) ? "first " : ""}${count(kind).toLocaleString("en-US")}`;
      const around = count("lines-around") > 0 ? `${say("lines-around")} around` : "";
      if (count("lines-of-id") > 0) return `${say("lines-of-id")} with this id${around === "" ? "" : `, ${around}`}`;
      return around === "" ? "by level only" : `none with this id, ${around}`;
    }
    case "trace": {
      const trace = traceOf(content)?.answer.trace;
      if (!trace) return "";
      const failed = countFailed(trace);
      return `${plural(spanCount(trace), "span")}${failed > 0 ? `, ${failed} failed` : ", none failed"}`;
    }
    case "changes":
    case "events": {
      const changes = answersOf(content, "changes").flatMap(({ answer }) => answer.changes);
      const versions = content.some(({ question }) => question.purpose.kind.startsWith("versions"));
      if (changes.length === 0 && versions) return "no new version";
      return plural(changes.length, slot === "events" ? "event" : "change");
    }
    case "alerts": {
      const alerts = alertsOf(content);
      const firing = alerts.filter(({ state }) => state === "firing").length;
      return firing > 0 ? `${firing} firing` : plural(alerts.length, "alert");
    }
  }
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
  const { questions, evidence, environment, ended, explanation } = input;
  const title = slotTitles[slot];
  const asked = questions.filter((question) => question.slot === slot);
  const came = evidence.filter(({ question }) => question.slot === slot);
  const answered = new Set(came.map(({ question }) => question.id));
  const pending = ended ? 0 : asked.filter(({ id }) => !answered.has(id)).length;
  const content = came.filter(({ question, answer }) => !isSupporting(question) && answer.kind !== "gap");
  const filled = content.filter(({ answer }) => rowsOf(answer) > 0);
  const unasked = input.unasked.filter((gap) => gap.slot === slot);
  const said = came.flatMap(({ answer }) => (answer.kind === "gap" ? [answer] : []));
  const gaps: readonly Gap[] = [...said.filter(isFailure), ...said.filter((gap) => !isFailure(gap)), ...unasked];
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
    return state(partial ? "partial" : "found", headlineOf(slot, filled, explanation), costOf(filled));
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
  const first = gaps[0];
  if (first) return state("nothing", first.text, first.next);
  return ended
    ? state("nothing", "nothing found", "None of the questions brought an answer.")
    : state("waiting", "waiting …", "");
}

export function notConfigured(slot: Slot, environment: string): Gap {
  const what = kindsOf[slot].slice(0, 2).join(" or ");
  return {
    kind: "gap",
    reason: "not-configured",
    text:
      slot === "events"
        ? `No event stream is configured for ${environment}.`
        : `No ${what} is configured for ${environment}.`,
    next: howToAdd[slot],
  };
}

function canStillCome(slot: Slot, environment: EnvironmentSetting | null): boolean {
  if (environment === null) return true;
  if (slot === "events") return environment.changeStreams.some(({ kind }) => kind === "event");
  return environment.upstreams.some(({ kind }) => kindsOf[slot].includes(kind));
}

/** The services a trace passed, for headlines: "3 services". */
export const countServices = (trace: Trace): string => plural(servicesOf(trace).length, "service");
