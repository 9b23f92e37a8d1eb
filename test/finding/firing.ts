/** Each finding in a case where it must fire, where it must stay silent, and where an upstream is missing; and their parts. */
import type { Evidence, Purpose, Question } from "@/lib/evidence";
import type { FindingKind } from "@/lib/explanation";
import { at, evidenceOf, gapOf, linesFrom, redOf, seriesFrom, serviceFrom, traceAnswer } from "@/test/draw";
import {
  annotations,
  errors,
  failuresByPod,
  grafanaDown,
  healthyTrace,
  latency,
  lines,
  noAnnotations,
  noTrace,
  payment920,
  quietErrors,
  quietLatency,
  rate,
  trace,
} from "@/test/finding/checkout";

export type Row = {
  readonly fires: readonly Evidence[];
  readonly silent: readonly Evidence[];
  /** As `fires`, and part of it failed or was cut. */
  readonly missing: readonly Evidence[];
  readonly now?: ReturnType<typeof at>;
};

export const services = ["gateway", "order", "stock", "payment"].map(serviceFrom);
export const measured = ["gateway", "order", "payment"].map(serviceFrom);
export const named = services.map((service) => ({ service, where: { job: service.name } }));
export const failed = (evidence: Evidence): Evidence => ({
  ...evidence,
  answer: gapOf("timeout", "No answer in 10 s."),
});
/** A second store that was asked the same, and did not answer. */
const other = (evidence: Evidence, purpose: Purpose = evidence.question.purpose): Evidence => ({
  ...failed(evidence),
  question: {
    ...evidence.question,
    purpose,
    id: `${evidence.question.id} 2`,
    upstream: `${evidence.question.upstream}-2`,
  },
});
const cut = (evidence: Evidence): Evidence => ({ ...evidence, partial: true, notes: ["trace exceeds max size"] });
const traced = (text: string): Evidence => evidenceOf(traceAnswer(text), { kind: "trace-by-id" });
const series = (
  all: readonly { readonly text: string; readonly labels: Readonly<Record<string, string>> }[],
  purpose: Purpose,
  more: Partial<Question> = {},
): Evidence => evidenceOf({ kind: "series", series: all.map(seriesFrom) }, purpose, more);

export const levels = (error: string, of = services): Evidence =>
  series(
    [
      { text: "20x180", labels: { detected_level: "info" } },
      { text: error, labels: { detected_level: "error" } },
    ],
    { kind: "lines-by-level", services: of },
  );
const around = (early: string): Evidence =>
  evidenceOf(
    {
      kind: "lines",
      limited: false,
      lines: linesFrom(
        `${early}\n${[42, 44, 46].map((second) => `14:03:${second}.100 ERROR payment handshake failed`).join("\n")}`,
      ),
    },
    { kind: "lines-around", services },
    { window: { from: at("13:58:00"), to: at("14:08:00") } },
  );
const pods = (a: number, b: number): Evidence => failuresByPod({ a, b, c: 1 }, named);
export const saturation = (cpu: string): Evidence =>
  series([{ text: cpu, labels: { signal: "cpu", job: "payment" } }], {
    ...{ kind: "saturation", services: named, interval: 15_000 },
    parts: { cpu: { title: "CPU throttled", unit: "ratio", rateWindow: 0 } },
  });
/** How much a counter of lost telemetry rose. */
export const lost = (count: number, metric = "otelcol_receiver_refused_spans"): Evidence =>
  evidenceOf(
    { kind: "series", series: [seriesFrom({ values: [count], step: 0, labels: { told: "lost", metric } })] },
    { kind: "telemetry-loss", services: named },
  );
const breaker = (text: string): Evidence =>
  series([{ text, labels: { signal: "breaker", job: "mailer" } }], {
    ...{ kind: "saturation", beside: true, interval: 15_000 },
    parts: {
      breaker: { title: "circuit breaker", unit: "count", rateWindow: 0, state: { on: "open", off: "closed" } },
    },
    services: [{ service: serviceFrom("mailer"), where: { job: "mailer" } }],
  });
const counts = (text: string): Evidence =>
  series(
    [{ text, labels: { status: "429" } }],
    { kind: "refusals", of: "alb", status: "status", served: { kind: "own" }, read: { lines: 0, refused: [] } },
    { id: "counts" },
  );
const byClient = evidenceOf(
  { kind: "series", series: [seriesFrom({ values: [5_300], step: 15_000, labels: { ip: "198.51.100.23" } })] },
  {
    ...{ kind: "refusals-by-client", of: "alb", client: "ip", answered: "429", total: 5_311 },
    counted: { from: at("14:03:00"), to: at("14:18:00") },
    whose: [],
  },
  { id: "clients", after: ["counts"] },
);
const plans = (clock: string): Evidence =>
  evidenceOf(
    {
      kind: "lines",
      limited: false,
      lines: linesFrom(`${clock} WARN postgres {"msg":"duration: 2380 ms plan","query_id":"-41"}`),
    },
    { kind: "database-lines", database: "postgres" },
  );
/** Thirty error lines, the newest of many: half of them say one thing, half the other; "" = each another one. */
const newest = (one: string, two: string): Evidence =>
  evidenceOf(
    {
      kind: "lines",
      limited: true,
      lines: linesFrom(
        Array.from({ length: 30 }, (_, at) => {
          const said = at % 2 === 0 ? one : two || "abcdefghijklmnopqrstuvwxyz".slice(at % 13).replaceAll("", " ");
          return `14:07:${10 + at}.100 ERROR payment ${said}`;
        }).join("\n"),
      ),
    },
    { kind: "lines-around", services },
    { window: { from: at("13:58:00"), to: at("14:08:00") } },
  );
const sharp = (first: number): string => `0.1x${first} 30x${180 - first}`;
const onsets = (payment: number): Evidence =>
  redOf("latency-p99", { payment: sharp(payment), order: sharp(121), gateway: sharp(121) });
const handing = traced("order create 0-900 [server]\n  order send 10-20 [producer] {messaging.destination.name=mails}");
const steps = (text: string): Evidence =>
  traced(`bot turn 0-900 !\n  bot ask 10-400 {gen_ai.system=x, gen_ai.request.model=mini}\n  ${text}`);
const storm = (end: string): Evidence =>
  traced(`order a 0-400 !\n  order POST b 10-20 !\n  order POST b 30-40 ${end}\n  order POST b 50-60 !`);
const slow = "gateway GET / 0-12000 [server]\n  order Create 5-11990";
const called = `order Create 0-40000 [server]
  order Charge 5-30005 ! [client]
  order Charge 30010-30100 [client]
    payment Charge 30012-30090 [server]`;
const orphaned = traced("gateway GET /cart 0-100\n  cart load 5- ?\nredis GET 5-9 ~");
const ended = redOf("errors", { gateway: "0.01x121 3.8x30 0.01x29" });
const failing = [trace, rate, errors];
const quiet = [healthyTrace, rate, quietErrors, quietLatency];

export const rows: Readonly<Record<FindingKind, Row>> = {
  "error-origin": { fires: [trace], silent: [healthyTrace], missing: [cut(trace)] },
  onset: { fires: failing, silent: quiet, missing: [...failing, failed(latency)] },
  "change-before-onset": {
    fires: [...failing, annotations(payment920)],
    silent: [...quiet, annotations(payment920)],
    missing: [...failing, annotations(payment920), other(grafanaDown)],
  },
  "no-known-change": {
    fires: [...failing, noAnnotations],
    silent: [...failing, annotations(payment920)],
    missing: [...failing, noAnnotations, other(noAnnotations)],
  },
  "still-happening": { fires: failing, silent: quiet, missing: [...failing, failed(latency)] },
  over: { fires: [trace, rate, ended], silent: failing, missing: [trace, rate, ended, failed(latency)] },
  "truncated-trace": { fires: [orphaned], silent: [healthyTrace], missing: [orphaned, other(orphaned)] },
  "clock-ahead": { fires: [healthyTrace], silent: [noTrace], missing: [failed(healthyTrace)], now: at("13:50:00") },
  "lines-without-trace": { fires: [noTrace, lines], silent: [trace, lines], missing: [failed(noTrace), lines] },
  "failing-line": { fires: [noTrace, lines], silent: [trace, lines], missing: [failed(noTrace), lines] },
  "all-quiet": { fires: quiet, silent: failing, missing: [...quiet, other(rate)] },
  "spike-without-error-lines": {
    fires: [...failing, levels("0x180")],
    silent: [...failing, levels("0x125 3x55")],
    missing: [...failing, levels("0x180"), other(levels("0x180"))],
  },
  "new-log-pattern": {
    fires: [...failing, around("14:00:00 WARN payment pool near its limit")],
    silent: [...failing, around("14:00:00 ERROR payment handshake failed")],
    missing: [...failing, around("14:00:00 WARN payment pool near its limit"), other(around(""))],
  },
  "retry-storm": { fires: [storm("!")], silent: [storm("")], missing: [cut(storm("!"))] },
  concentration: {
    fires: [...failing, pods(400, 2)],
    silent: [...failing, pods(400, 150)],
    missing: [...failing, pods(400, 2), other(pods(400, 2))],
  },
  "telemetry-loss": {
    fires: [...quiet, lost(900)],
    silent: [...quiet, lost(0)],
    missing: [...quiet, lost(900), other(lost(900))],
  },
  "vanished-traffic": {
    fires: [healthyTrace, redOf("rate", { gateway: "10x180", order: "10x121 0x59" }), lost(0)],
    silent: [healthyTrace, rate],
    missing: [healthyTrace, redOf("rate", { gateway: "10x180", order: "10x121 _x59" }), failed(lost(0))],
  },
  "error-lines-without-spike": {
    fires: [healthyTrace, rate, quietErrors, levels("0x121 9x59", measured)],
    silent: [healthyTrace, rate, errors, levels("0x121 9x59", measured)],
    missing: [healthyTrace, rate, quietErrors, levels("0x121 9x59"), failed(latency)],
  },
  "missing-callee": {
    fires: [traced(called)],
    silent: [traced("order Create 0-400 [server]\n  order Charge 5-300 [client]\n    payment Charge 7-290 [server]")],
    missing: [cut(traced(called))],
  },
  "hung-child": {
    fires: [traced(slow)],
    silent: [traced("gateway GET / 0-120 [server]\n  order Create 1-119")],
    missing: [cut(traced(slow))],
  },
  "order-of-onsets": {
    fires: [healthyTrace, rate, onsets(100)],
    silent: [healthyTrace, rate, onsets(121)],
    missing: [healthyTrace, rate, onsets(100), other(errors)],
  },
  "ran-full": {
    fires: [...failing, saturation("0.01x90 0.6x90")],
    silent: [...failing, saturation("0.01x180")],
    missing: [...failing, saturation("0.01x90 0.6x90"), other(saturation("0.01x180"))],
  },
  "unseen-neighbour": {
    fires: [handing, breaker("0x121 1x59")],
    silent: [handing, breaker("0x180")],
    missing: [handing, breaker("0x121 1x59"), other(breaker("0x180"))],
  },
  "model-steps": {
    fires: [steps("bot look 410-414 ! {gen_ai.operation.name=execute_tool, gen_ai.tool.name=look}")],
    silent: [traced("bot turn 0-900\n  bot ask 10-400 {gen_ai.system=x, gen_ai.request.model=mini}")],
    missing: [cut(steps("bot look 410-414 ! {gen_ai.operation.name=execute_tool, gen_ai.tool.name=look}"))],
  },
  "refused-clients": {
    fires: [...quiet, counts("0x121 90x59"), byClient],
    silent: [...quiet, counts("3x180"), byClient],
    missing: [...quiet, counts("0x121 90x59"), byClient, other(counts("0x180"))],
  },
  "frequent-line": {
    fires: [rate, errors, newest("handshake failed", "handshake failed")],
    silent: [rate, errors, newest("handshake failed", "")],
    missing: [rate, errors, newest("handshake failed", "handshake failed"), other(newest("a", "b"))],
  },
  "slow-statement": {
    fires: [...failing, plans("14:02:50")],
    silent: [...failing, plans("13:35:00")],
    missing: [...failing, plans("14:02:50"), other(plans("14:02:50"))],
  },
};

/** Who calls whom, as configured. */
export const neighbours = [{ service: "order", calls: "mailer", through: "mails" }];
