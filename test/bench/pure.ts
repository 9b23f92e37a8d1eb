/** What the page and the planner compute without asking anyone: rows of a waterfall, a lead, change points. */

import { noFilter, waterfallLayout, waterfallRows } from "@/components/panels/waterfall-rows";
import { changePointOf } from "@/lib/detect/change-point";
import { logPatterns } from "@/lib/detect/log-patterns";
import { parseLead } from "@/lib/lead";
import type { Trace } from "@/lib/signal/trace";
import { readOtlp } from "@/lib/upstream/otlp";
import { type Figure, growthOf, ms, timeOf } from "@/test/bench/figure";
import { generatedTrace, generatedTraceId } from "@/test/upstream/generated-trace";

function traceOf(spans: number): Trace {
  const read = readOtlp(generatedTrace(spans).trace.resourceSpans, generatedTraceId);
  if (!read) throw new Error("the generated trace was not read");
  return read.trace;
}

/** First sight of a trace, and a search in it. */
const draw = (trace: Trace) => (): void => {
  const layout = waterfallLayout(trace);
  waterfallRows(layout);
  waterfallRows(layout, new Set(), { ...noFilter, text: "operation 7" });
};

const million = (unit: string): string => unit.repeat(Math.ceil(1_000_000 / unit.length)).slice(0, 1_000_000);
/** What has cost readers of text their linear time before. */
const hostile = ["trace_id=", "%25", "/investigate?lead=", '"trace":{', "<b>\u202e\u0000", "4bf92f3577b34da6 "];

/** Requests per second at 240 points: noise, and in every other series a step. */
function seriesOf(index: number): (number | null)[] {
  let state = index + 1;
  const noise = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 - 0.5;
  };
  return Array.from({ length: 240 }, (_, at) => 20 + 4 * noise() + (index % 2 === 0 && at > 170 ? 15 : 0));
}

/** As services talk: forty sentences, each with values of its own. */
const talk = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => {
    const said = `step ${"abcdefghijklmnopqrst"[at % 20]} of order ${at} took ${at % 977}ms for user u${at % 4_001}`;
    return at % 2 === 0 ? said : `{"level":"info","msg":"${said}","trace_id":"${`${at}`.padStart(32, "0")}"}`;
  });

export function pureFigures(): Figure[] {
  const [small, large] = growthOf(draw(traceOf(5_000)), draw(traceOf(50_000)), 15, 15);
  const leads = hostile
    .map((unit) => ({ unit, text: million(unit) }))
    .map(({ unit, text }) => ({
      unit,
      time: timeOf(() => parseLead(text), 3),
    }));
  const slowest = leads.reduce((worst, next) => (next.time > worst.time ? next : worst));
  const [few, many] = [talk(5_000), talk(50_000)];
  const [fewLines, manyLines] = growthOf(
    () => logPatterns(few),
    () => logPatterns(many),
    15,
    5,
  );
  const series = Array.from({ length: 240 }, (_, index) => seriesOf(index));
  const options = { unit: "per-second", step: 15_000, interval: 15_000, rateWindow: 60_000 } as const;
  const detect = timeOf(() => series.map((values) => changePointOf(values, options)));
  return [
    {
      what: "waterfall rows at 50,000 spans ÷ at 5,000",
      value: large / small,
      unit: "×",
      from: `${ms(large)} ÷ ${ms(small)}, with a search`,
      most: 15,
    },
    {
      what: "a megabyte of hostile text read as a lead",
      value: slowest.time,
      unit: "ms",
      from: `worst of ${leads.length}: ${JSON.stringify(slowest.unit)}`,
      most: 50,
    },
    {
      what: "patterns of 50,000 log lines ÷ of 5,000",
      value: manyLines / fewLines,
      unit: "×",
      from: `${ms(manyLines)} ÷ ${ms(fewLines)}`,
      most: 15,
    },
    {
      what: "change points of 240 series of 240 points",
      value: detect,
      unit: "ms",
      from: "60 services × rate, errors, two latencies",
      most: null,
    },
  ];
}
