/** A whole run -> one answer: JSON for programs, Markdown for a chat. Waits for the end of the run. */
import { addressOfLead, printAddress } from "@/lib/address";
import { type AlertFacts, alertFacts } from "@/lib/alert-facts";
import { type Evidence, type Question, slots, type Unasked } from "@/lib/evidence";
import { type Explanation, nothingYet } from "@/lib/explanation";
import type { Identity } from "@/lib/identity/identity";
import type { RunLine } from "@/lib/investigate";
import type { LeadReading } from "@/lib/lead-kinds";
import type { EnvironmentSetting, Setting } from "@/lib/setting";
import type { Whose } from "@/lib/signal/alert";
import { type Instant, printInstant, type Window } from "@/lib/signal/time";
import { spanCount } from "@/lib/signal/trace";
import { type SlotState, verdictOf } from "@/lib/slot";
import { summaryMarkdown } from "@/lib/summary";

export type FinalInput = {
  readonly lead: string;
  /** As the address spells them. */
  readonly mappings: readonly string[];
  readonly service: string | null;
  readonly origin: string;
  readonly setting: Setting;
  readonly now: () => Instant;
};

export type Format = "ndjson" | "stream" | "json" | "markdown";
const formats: ReadonlyMap<string, Format> = new Map([
  ["application/x-ndjson", "ndjson"],
  // The same lines under a name that the server compresses, flushed line by line; the page asks for it.
  ["application/stream+json", "stream"],
  ["application/json", "json"],
  ["text/markdown", "markdown"],
]);
export const contentTypes: Readonly<Record<Format, string>> = {
  ndjson: "application/x-ndjson",
  stream: "application/stream+json",
  json: "application/json",
  markdown: "text/markdown; charset=utf-8",
};

/** The first of what is accepted that there is; NDJSON for everyone else, curl's star included. */
export function formatOf(accept: string | null): Format {
  const wanted = (accept ?? "").split(",").map((part) => part.split(";")[0]?.trim().toLowerCase() ?? "");
  return wanted.map((type) => formats.get(type)).find((format) => format !== undefined) ?? "ndjson";
}

/** Where the reader's links lead: the configured address, else the (already checked) host that was asked. */
export function originOf(request: Request, publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl;
  const { protocol, host } = new URL(request.url);
  return `${protocol}//${request.headers.get("host") ?? host}`;
}

type Whole = {
  readonly environment: EnvironmentSetting | null;
  readonly window: Window | null;
  readonly identities: readonly Identity[];
  readonly explanation: Explanation;
  readonly evidence: readonly Evidence[];
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
  readonly slots: readonly SlotState[];
  readonly link: string;
  readonly now: Instant;
  /** Where the lead is an alert: its own words, links and last firings. */
  readonly alert: AlertFacts | null;
  /** And the services it is about. */
  readonly whose: readonly Whose[];
};

async function wholeOf(
  lines: AsyncGenerator<RunLine>,
  { lead, mappings, service, origin, setting, now }: FinalInput,
): Promise<Whole> {
  let environment: EnvironmentSetting | null = null;
  let window: Window | null = null;
  let whose: readonly Whose[] = [];
  let identities: readonly Identity[] = [];
  let explanation: Explanation = nothingYet;
  let unasked: readonly Unasked[] = [];
  let endedAt: Instant | null = null;
  let reading: LeadReading | null = null;
  let superseded: ReadonlySet<string> = new Set();
  const told: Evidence[] = [];
  const planned = new Map<string, Question>();
  for await (const line of lines) {
    if (line.type === "window") {
      environment = setting.environments.find(({ name }) => name === line.environment) ?? null;
      window = line.window;
      whose = line.whose ?? [];
    } else if (line.type === "hello") reading = line.lead.reading;
    else if (line.type === "end") endedAt = line.now;
    else if (line.type === "identity") identities = line.identities;
    else if (line.type === "evidence") told.push(line.evidence);
    else if (line.type === "findings") explanation = line.explanation;
    else if (line.type === "planned") {
      for (const question of line.questions) planned.set(question.id, question);
      unasked = line.unasked;
      superseded = new Set(line.superseded ?? []);
    }
  }
  // What was asked for another time or environment is no part of the answer; what is told again is told once.
  const questions = [...planned.values()].filter(({ id }) => !superseded.has(id));
  const evidence = [...new Map(told.map((each) => [each.question.id, each])).values()].filter(
    ({ question }) => !superseded.has(question.id),
  );
  const input = { questions, evidence, unasked, explanation, environment, ended: true, now: now(), window };
  const states = slots.map((slot) => verdictOf(slot, input));
  const address = { ...addressOfLead(lead), environment: environment?.name ?? null, window, mappings, service };
  const link = `${origin}${printAddress(address)}`;
  return {
    environment,
    window,
    identities,
    explanation,
    evidence,
    questions,
    unasked,
    slots: states,
    link,
    // A run that was joined looked when it ran, not when it was asked for.
    now: endedAt ?? now(),
    whose,
    alert: alertOf(reading, evidence, endedAt ?? now(), setting, environment),
  };
}

const alertOf = (
  reading: LeadReading | null,
  evidence: readonly Evidence[],
  now: Instant,
  { environments }: Setting,
  environment: EnvironmentSetting | null,
): AlertFacts | null =>
  reading?.kind === "alert"
    ? alertFacts(
        reading,
        evidence,
        now,
        environments.map(({ name }) => name),
        environment?.ignoredAlertLabels,
      )
    : null;

export async function finalMarkdown(lines: AsyncGenerator<RunLine>, input: FinalInput): Promise<string> {
  const whole = await wholeOf(lines, input);
  return summaryMarkdown({ ...whole, lead: input.lead, environment: whole.environment?.name ?? null });
}

/** Everything but the bulk: traces and lines are counted, not repeated; NDJSON carries them. */
export async function finalJson(lines: AsyncGenerator<RunLine>, input: FinalInput): Promise<unknown> {
  const { environment, window, evidence, ...rest } = await wholeOf(lines, input);
  return {
    lead: input.lead,
    environment: environment?.name ?? null,
    window: window && { from: printInstant(window.from), to: printInstant(window.to) },
    asOf: printInstant(rest.now),
    link: rest.link,
    story: rest.explanation.story.map(({ text }) => text).join(""),
    strong: rest.explanation.strong,
    weak: rest.explanation.weak,
    slots: rest.slots.map(({ slot, verdict, headline, detail, gaps }) => ({ slot, verdict, headline, detail, gaps })),
    findings: rest.explanation.findings.map(({ id, kind, sentence, score, weakenedBy }) => ({
      id,
      kind,
      text: sentence.map(({ text }) => text).join(""),
      score,
      weakenedBy,
    })),
    ...(rest.alert ? { alert: { ...rest.alert, whose: rest.whose } } : {}),
    identities: rest.identities,
    unasked: rest.unasked,
    evidence: evidence.map(({ question, receipt, notes, partial, answer }) => ({
      question,
      receipt,
      notes,
      partial,
      answer:
        answer.kind === "gap"
          ? answer
          : { kind: answer.kind, rows: answer.kind === "trace" ? spanCount(answer.trace) : receipt.rows },
    })),
  };
}
