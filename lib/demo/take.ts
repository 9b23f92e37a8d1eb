/**
 * A take is one rehearsed run of a route: spans, lines and how it ends, in microseconds from its start. Requests are
 * draws from a pool of takes, so a day of them can be counted without being played.
 *
 *   script (tree of steps) + fault + dice  ->  take
 */
import { bell, dice, mix, mixText } from "@/lib/demo/chance";
import type { Batch, Count, Fault, RouteScript, Says, SpanAttributes, Step } from "@/lib/demo/script";
import type { Failure, Measure } from "@/lib/demo/telemetry";
import type { Level } from "@/lib/signal/lines";
import { spanKinds } from "@/lib/signal/trace";

export type TakeEvent = { readonly at: number; readonly name: string; readonly attributes: SpanAttributes };

export type TakeSpan = {
  /** Row of the parent, -1 for the root; parents stand before their children. */
  readonly parent: number;
  readonly service: string;
  readonly name: string;
  /** OpenTelemetry's number. */
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  /** What went wrong in or beneath it. */
  readonly failure: Failure | null;
  readonly attributes: SpanAttributes;
  readonly events: readonly TakeEvent[];
  readonly measure: Measure | null;
  readonly status: number;
  /** What its service counted at its end. */
  readonly counts: readonly Count[];
};

export type TakeLine = {
  readonly span: number;
  readonly at: number;
  readonly level: Level;
  readonly text: string;
  readonly fields: Says["fields"];
};

export type Take = {
  /** Number among all takes of its world. */
  readonly id: number;
  readonly route: string;
  /** What its root takes; null = it is somebody's request. */
  readonly batch: Batch | null;
  readonly spans: readonly TakeSpan[];
  /** Ascending in time. */
  readonly lines: readonly TakeLine[];
  /** Until the last span ended. */
  readonly duration: number;
  readonly failed: boolean;
};

type Stage = {
  readonly fault: Fault | null;
  readonly roll: () => number;
  readonly spans: TakeSpan[];
  readonly lines: TakeLine[];
};
type Played = { readonly end: number; readonly failure: Failure | null };

/** Log-normal around the median: half of the runs within ±25 %, one in a hundred at 2.3 times. */
const about = (ms: number, roll: () => number): number =>
  Math.max(20, Math.round(ms * 1_000 * Math.exp(0.36 * bell(mix(roll() * 2 ** 32), mix(roll() * 2 ** 32)))));

function printPlaces(text: string, duration: number, status: number): string {
  return text
    .replaceAll("{ms}", `${Math.max(1, Math.round(duration / 1_000))}`)
    .replaceAll("{seconds}", (duration / 1e6).toFixed(2))
    .replaceAll("{status}", `${status}`);
}

const isSaid = ({ when, share }: Pick<Says, "when" | "share">, failure: Failure | null, roll: () => number): boolean =>
  (when === "always" || (when === "failed") === (failure !== null)) && (share >= 1 || roll() < share);

/** By name; those that are met here. */
const rpcCodes: Readonly<Record<string, number>> = {
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  Internal: 13,
  Unavailable: 14,
};
const statusOf = (measure: Measure | null, status: number, failure: Failure | null): SpanAttributes => {
  if (measure?.protocol === "grpc")
    return { "rpc.grpc.status_code": failure ? (rpcCodes[failure.code ?? ""] ?? 2) : 0 };
  return measure?.protocol === "http" ? { "http.response.status_code": status } : {};
};

/** Thousands of spans share what few of them say. */
const nothingSaid: SpanAttributes = {};
const nothingHappened: readonly TakeEvent[] = [];
const nothingCounted: readonly Count[] = [];

/** A step's attributes by how it ended: a pool of takes, kept for good, has each a hundred times. */
const attributesOfSteps = new WeakMap<Step, Map<string, SpanAttributes>>();

function attributesOf(step: Step, status: number, failure: Failure | null, isThrown: boolean): SpanAttributes {
  const byOutcome = attributesOfSteps.get(step) ?? new Map<string, SpanAttributes>();
  attributesOfSteps.set(step, byOutcome);
  const outcome = JSON.stringify([status, failure?.type, failure?.code, isThrown]);
  const known = byOutcome.get(outcome);
  if (known) return known;
  const attributes = {
    ...step.attributes,
    ...statusOf(step.measure, status, failure),
    ...(failure ? { "error.type": isThrown ? failure.type : `${status}` } : {}),
  };
  byOutcome.set(outcome, attributes);
  return attributes;
}

/** Plays one step from `start` on; what it had to say and the spans beneath land on the stage. */
function play(step: Step, parent: number, start: number, stage: Stage): Played {
  const { spans, lines, roll, fault } = stage;
  const row = spans.length;
  const own = about(step.ms, roll);
  const struck = fault !== null && fault.service === step.service && fault.step === step.name;
  const base = {
    parent,
    service: step.service,
    name: step.name,
    kind: spanKinds.indexOf(step.spanKind),
    start,
    measure: step.measure,
  };
  // Holds the row, so that parents stand before their children.
  spans.push({
    ...base,
    end: start,
    failure: null,
    attributes: nothingSaid,
    events: nothingHappened,
    status: 0,
    counts: nothingCounted,
  });

  let failure = struck ? fault.fails : null;
  const events: TakeEvent[] = [];
  let now = start + Math.round(own * 0.6);
  if (struck) {
    for (const { after, level, text, fields = {} } of fault.says)
      lines.push({ span: row, at: start + after * 1_000, level, text: printPlaces(text, after * 1_000, 0), fields });
    now = start + Math.round((fault.takes ?? step.ms) * 1_000 + own * 0.2);
  }
  if (failure && !failure.swallowed)
    events.push({
      at: now,
      name: "exception",
      attributes: { "exception.type": failure.type, "exception.message": failure.message },
    });
  const messages: Step[] = [];
  for (const child of struck && failure ? [] : step.steps) {
    if (child.afterFailure !== (failure !== null)) continue;
    if (child.lag !== null) {
      messages.push(child);
      continue;
    }
    for (let i = 0; i < child.times; i++) {
      const played = play(child, row, now, stage);
      now = played.end;
      failure ??= played.failure;
    }
  }
  const end = now + Math.max(1, Math.round(own * 0.4));
  const status = failure?.status ?? 200;
  // A few microseconds between them: what is said in order stays in order.
  for (const [i, said] of step.says.filter((said) => isSaid(said, failure, roll)).entries())
    lines.push({
      span: row,
      at: said.at === "start" ? start + 5 * (i + 1) : end - 5,
      level: said.level,
      text: printPlaces(said.text, end - start, status),
      fields: said.fields,
    });
  const counted = [...step.counts, ...(struck ? (fault.counts ?? []) : [])].filter((count) =>
    isSaid(count, failure, roll),
  );
  const attributes = attributesOf(step, status, failure, events.length > 0);
  spans[row] = {
    ...base,
    end,
    failure,
    attributes,
    events: events.length > 0 ? events : nothingHappened,
    status,
    counts: counted.length > 0 ? counted : nothingCounted,
  };
  for (const message of messages) play(message, row, end + about(message.lag ?? 0, roll), stage);
  return { end, failure };
}

/** The `number`-th take of a route with or without a fault; the same for the same seed. */
export function rehearse(route: RouteScript, fault: Fault | null, seed: number, number: number, id: number): Take {
  const roll = dice(mix(seed, mixText(route.name + (fault ? `${fault.service}/${fault.step}` : "")), number));
  const stage: Stage = { fault, roll, spans: [], lines: [] };
  const { failure } = play(route.root, -1, 0, stage);
  const lines = stage.lines.toSorted((a, b) => a.at - b.at);
  const duration = stage.spans.reduce((last, { end }) => Math.max(last, end), 0);
  const { name, batch = null } = route;
  return { id, route: name, batch, spans: stage.spans, lines, duration, failed: failure !== null };
}
