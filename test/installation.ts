/**
 * An installation drawn in a few lines, for tests of the planner: answers each question from what it holds.
 * It walks the plan to its end without a clock: `tick` moves time when nothing else can come.
 */
import { holdsLead } from "@/lib/answering";
import type { Answer, Evidence, Question } from "@/lib/evidence";
import type { Lead } from "@/lib/lead";
import { nextQuestions, type Plan } from "@/lib/plan";
import type { EnvironmentSetting, UpstreamKind, UpstreamSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";
import { type Instant, shift, type Window } from "@/lib/signal/time";
import { gapOf } from "@/test/draw";

export const upstream = (kind: UpstreamKind, environment = "shop", name: string = kind): UpstreamSetting => ({
  id: `${environment}/${name}`,
  kind,
  name,
  environment,
  publicUrl: null,
  grafanaDatasource: null,
  tenants: [],
});

export function environment(
  kinds: readonly UpstreamKind[],
  more: Partial<EnvironmentSetting> = {},
): EnvironmentSetting {
  const name = more.name ?? "shop";
  return {
    name,
    zone: "UTC",
    upstreams: kinds.map((kind) => upstream(kind, name)),
    mappings: [],
    changeStreams: [],
    annotationTags: [],
    links: [],
    lokiBudget: { sliceBytes: 5e9, totalBytes: 20e9 },
    grafanaUrl: null,
    ...more,
  };
}
export const everything: readonly UpstreamKind[] = ["prometheus", "loki", "tempo", "jaeger", "alertmanager", "grafana"];

/** What the drawn installation holds. A function per kind of purpose; absent = an empty answer. */
export type World = Partial<{
  /** Before all others; undefined = as below. */
  readonly answer: (question: Question) => Answer | undefined;
  /** Whether an answer is told to be cut. */
  readonly partial: (question: Question) => boolean;
  readonly trace: (question: Question) => Answer | undefined;
  readonly lines: (question: Question) => Answer | undefined;
  readonly volume: (question: Question) => number;
  /** Rows of the identity probe: `{ __name__, job, … }`. */
  readonly families: readonly Labels[];
  /** How many series a row of the identity probe has; 1 unless told. */
  readonly series: (labels: Labels) => number;
  /** Whether time is told so: "buckets of http_request_duration_seconds", "mean of …"; buckets unless told, 12 of them. */
  readonly forms: (form: string) => boolean;
  readonly bucketSeries: number;
  /** Error labels that exist, by counter. */
  readonly errorLabels: Readonly<Record<string, readonly string[]>>;
  readonly streamLabels: readonly string[];
  readonly streams: readonly Labels[];
  readonly samples: number;
  /** What the interval probe says of one service, by its label's value; the rest as above. Span in seconds. */
  readonly sampled: (value: string) => Sampled | undefined;
}>;

export type Sampled = { readonly samples: number; readonly span?: number; readonly errorLabels?: readonly string[] };

const instantSeries = (rows: readonly (readonly [Labels, number])[]): Answer =>
  rows.length === 0
    ? gapOf("none-in-window")
    : {
        kind: "series",
        series: rows.map(([labels, value]) => ({ labels, start: shift(0 as Instant, 0), step: 0, values: [value] })),
      };

const operand = /^(?:or )?label_replace\((?<expression>.*), "probe", "(?<group>\S+ \d+) (?<about>[^"]+)", "", ""\)$/;

/** One row a value of the label among the families the probe asks for, and one each for its span, error labels and forms. */
function intervalRows(world: World, text: string): [Labels, number][] {
  const asked = text.split("\n").flatMap((line) => {
    const { expression = "", group = "", about = "" } = operand.exec(line)?.groups ?? {};
    return expression === "" ? [] : [{ expression, group, about }];
  });
  return asked
    .filter(({ about }) => about === "samples" || about === "changes")
    .flatMap(({ expression, group }) => {
      const label = /by \("?([^)"]+)"?\)/.exec(expression)?.[1] ?? "";
      const counter =
        /(?:\(|\{")([a-zA-Z_.]+)(?:\{|",)/.exec(expression.replace(/^.*count_over_time|^.*changes/, ""))?.[1] ?? "";
      const families = (world.families ?? []).filter(({ __name__ }) => __name__ === counter);
      const values = [...new Set(families.flatMap((row) => row[label] ?? []))].filter((value) =>
        expression.includes(value),
      );
      return values.flatMap((value): [Labels, number][] => {
        const {
          samples,
          span = 300,
          errorLabels = world.errorLabels?.[counter] ?? [],
        } = world.sampled?.(value) ?? { samples: world.samples ?? 20 };
        const told = asked
          .filter((each) => each.group === group)
          .flatMap(({ about }): [string, number][] => {
            if (about === "samples" || about === "changes") return [[about, samples]];
            if (about === "span") return [[about, span]];
            if (about.startsWith("failures in "))
              return errorLabels.includes(about.slice("failures in ".length)) ? [[about, samples]] : [];
            return (world.forms ?? ((form) => form.startsWith("buckets of ")))(about)
              ? [[about, world.bucketSeries ?? 12]]
              : [];
          });
        return told.map(([about, number]) => [{ [label]: value, probe: `${group} ${about}` }, number]);
      });
    });
}

export function answerFrom(world: World, question: Question): Answer {
  const { purpose, text } = question;
  const told = world.answer?.(question);
  if (told) return told;
  switch (purpose.kind) {
    case "trace-by-id":
      return world.trace?.(question) ?? gapOf("not-found");
    case "line-labels":
      return { kind: "names", names: world.streamLabels ?? ["service_name"] };
    case "lines-of-id":
    case "lines-around":
      return world.lines?.(question) ?? gapOf("none-in-window");
    case "lines-volume":
      return { kind: "volume", bytes: world.volume?.(question) ?? 1_000 };
    case "identity":
      return purpose.signal === "lines"
        ? { kind: "label-sets", sets: world.streams ?? [] }
        : instantSeries((world.families ?? []).map((labels) => [labels, world.series?.(labels) ?? 1]));
    case "interval":
      return instantSeries(intervalRows(world, text));
    default:
      return gapOf("none-in-window");
  }
}

export const evidenceFor = (question: Question, answer: Answer): Evidence => ({
  question,
  receipt: {
    upstream: question.upstream,
    kind: "prometheus",
    request: "GET /drawn",
    sent: 0,
    firstByte: 1,
    lastByte: 2,
    bytes: 100,
    rows: 1,
    status: 200,
    attempts: 1,
  },
  notes: [],
  partial: false,
  answer,
});

export type Walk = {
  readonly asked: readonly Question[];
  readonly known: readonly Evidence[];
  readonly plan: Plan;
  /** What was asked before anything was answered. */
  readonly first: readonly Question[];
};

export type WalkInput = {
  readonly lead: Lead;
  readonly environments: readonly EnvironmentSetting[];
  readonly world: World;
  readonly now: Instant;
  readonly window?: Window | null;
  readonly deep?: boolean;
  readonly service?: Service | null;
  /** Which of the open questions is answered next; the oldest unless told. */
  readonly pick?: (open: readonly Question[]) => number;
};

/** Asks until nothing more can be asked, answering one question at a time. */
export function walk(input: WalkInput): Walk {
  const { lead, environments, world, now, window = null, deep = false, service = null, pick = () => 0 } = input;
  const asked: Question[] = [];
  const known: Evidence[] = [];
  let first: readonly Question[] = [];
  let clock = now;
  let foundAt: Instant | null = null;
  let chosen: string | null = null;
  for (;;) {
    const told = { lead, setting: { environments }, window, known, startedAt: now, now: clock, deep, asked, service };
    const plan = nextQuestions({ ...told, foundAt, chosen });
    if (foundAt !== null) chosen = plan.environment?.name ?? chosen;
    for (const question of plan.questions) if (!asked.some(({ id }) => id === question.id)) asked.push(question);
    if (known.length === 0 && first.length === 0) first = [...asked];
    const open = asked.filter(({ id }) => !known.some(({ question }) => question.id === id));
    const next = open[pick(open)];
    if (next) {
      const evidence = { ...evidenceFor(next, answerFrom(world, next)), partial: world.partial?.(next) ?? false };
      known.push(evidence);
      if (holdsLead(evidence)) foundAt ??= clock;
    } else if (plan.wake !== null && plan.wake > clock) clock = plan.wake;
    else return { asked, known, plan, first };
    if (asked.length > 500) throw new Error("the plan does not end");
    clock = shift(clock, 1);
  }
}

export const purposes = (questions: readonly Question[]): string[] => questions.map(({ purpose }) => purpose.kind);
