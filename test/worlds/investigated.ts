/** One world looked at as a reader would: its trace id pasted, the real planner and clients, no mapping. */
import { setTimeout as wait } from "node:timers/promises";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { type Explanation, nothingYet } from "@/lib/explanation";
import { investigate, type RunLine } from "@/lib/investigate";
import { parseLead } from "@/lib/lead";
import type { EnvironmentSetting, MappingSetting, UpstreamKind } from "@/lib/setting";
import type { Others, Whose } from "@/lib/signal/alert";
import type { Instant, Window } from "@/lib/signal/time";
import { createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";
import { environment } from "@/test/installation";
import type { Placed } from "@/test/worlds/placed";

export type Investigated = {
  readonly environment: EnvironmentSetting;
  readonly questions: readonly Question[];
  readonly evidence: readonly Evidence[];
  readonly unasked: readonly Unasked[];
  readonly explanation: Explanation;
  readonly window: Window | null;
  /** Of an alert. */
  readonly whose: readonly Whose[];
  readonly others: Others | null;
  /** As they were written. */
  readonly lines: readonly RunLine[];
};

const configOf = (id: string, kind: UpstreamKind, url: string): UpstreamConfig => ({
  ...{ id, kind, name: kind, url, headers: {}, tenants: [], tls: { ca: null, cert: null, key: null } },
  ...{ timeoutMs: 20_000, concurrency: 6, maxBytes: 50_000_000, maxQuestions: 200 },
});

type Urls = Partial<Readonly<Record<UpstreamKind, string>>>;

/** `urls` by kind of upstream; time stands still at the drawing's `now`. No mapping, unless to see one go wrong. */
export function investigated(
  { drawing, now, leadId }: Placed,
  urls: Urls,
  mappings: readonly MappingSetting[] = [],
): Promise<Investigated> {
  const kinds = (["prometheus", "loki", "tempo", "jaeger"] as const).filter((kind) => urls[kind] !== undefined);
  return lookedAt(leadId, environment(kinds, { name: drawing.name, mappings }), urls, () => now);
}

/** `text` pasted into a console that knows `own` alone. */
export async function lookedAt(
  text: string,
  own: EnvironmentSetting,
  urls: Urls,
  clock: () => Instant,
): Promise<Investigated> {
  const setting = { environments: [own] };
  const configs = own.upstreams.map(({ id, kind }) => configOf(id, kind, urls[kind] ?? ""));
  const { ask } = createAsk(configs, clock);
  const budget = createBudget();
  const lead = parseLead(text);
  if (!lead.ok) throw new Error(lead.message);
  const effects = {
    ask: (question: Question, signal: AbortSignal) => ask(question, signal, budget),
    now: clock,
    sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined),
  };
  const questions = new Map<string, Question>();
  const evidence = new Map<string, Evidence>();
  let superseded: ReadonlySet<string> = new Set();
  let unasked: readonly Unasked[] = [];
  let explanation: Explanation = nothingYet;
  let window: Window | null = null;
  let [whose, others]: [readonly Whose[], Others | null] = [[], null];
  const lines: RunLine[] = [];
  const request = { lead: lead.lead, window: null, deep: false, mappings: [] };
  for await (const line of investigate(request, setting, effects, new AbortController().signal)) {
    lines.push(line);
    if (line.type === "window") {
      window = line.window;
      [whose, others] = [line.whose ?? [], line.others ?? null];
    }
    if (line.type === "planned") {
      for (const question of line.questions) questions.set(question.id, question);
      superseded = new Set(line.superseded ?? []);
      unasked = line.unasked;
    }
    if (line.type === "evidence") evidence.set(line.evidence.question.id, line.evidence);
    if (line.type === "findings") explanation = line.explanation;
  }
  return {
    environment: own,
    questions: [...questions.values()].filter(({ id }) => !superseded.has(id)),
    evidence: [...evidence.values()].filter(({ question }) => !superseded.has(question.id)),
    unasked,
    explanation,
    window,
    whose,
    others,
    lines,
  };
}
