/**
 * A Prometheus drawn as text, put to the embedded evaluator: one series a row, a sample every 30 s from 13:33:00.
 *
 *   up{job="payment"}                     1x90          a gauge: values, how often
 *   requests_total{job="payment"}         + 3x60 9x30   a counter: what each sample adds
 *   kube_pod_created{pod="payment-0"}     _x40 14:01:45x50   a time of the drawn day, in epoch seconds
 */
import { matchesAll } from "@/lib/engine/promql/matching";
import { instantQuery, rangeQuery } from "@/lib/engine/promql/query";
import type { Storage, StoredSeries } from "@/lib/engine/promql/storage";
import type { Answer, Question } from "@/lib/evidence";
import { selectorsOf } from "@/lib/query/promql";
import { second, toUnixSeconds } from "@/lib/signal/time";
import { readJson } from "@/lib/upstream/readers";
import { at, drawnWindow } from "@/test/draw";

const every = 30 * second;

function valuesOf(text: string): (number | null)[] {
  const adds = text.startsWith("+");
  let sum = 0;
  return text
    .replace(/^\+\s*/, "")
    .split(/\s+/)
    .flatMap((word) => {
      const [, value = "", times = "1"] = /^(.+?)(?:x(\d+))?$/.exec(word) ?? [];
      return Array.from({ length: Number(times) }, () => {
        if (value === "_") return null;
        const number = value.includes(":") ? toUnixSeconds(at(value)) : Number(value);
        sum += number;
        return adds ? sum : number;
      });
    });
}

function seriesOf(row: string): StoredSeries {
  const [selector] = selectorsOf(row.slice(0, row.lastIndexOf("}") + 1));
  if (!selector) throw new Error(`cannot read series: ${row}`);
  const values = valuesOf(row.slice(row.lastIndexOf("}") + 1).trim());
  const held = values.flatMap((value, index) =>
    value === null ? [] : [{ at: drawnWindow.from + index * every, value }],
  );
  return {
    labels: Object.fromEntries([
      ["__name__", selector.name ?? ""],
      ...selector.matchers.map(({ label, value }): [string, string] => [label, value]),
    ]),
    at: Float64Array.from(held.map((each) => each.at)),
    values: Float64Array.from(held.map(({ value }) => value)),
    // A target that goes away is marked so with its next scrape.
    ends: values.flatMap((value, index) =>
      value === null && index > 0 && values[index - 1] !== null ? [drawnWindow.from + index * every] : [],
    ),
  };
}

function instantAnswer(question: Question, query: string, storage: Storage, at: number): Answer {
  const outcome = instantQuery(query, storage, at);
  if (!outcome.ok) throw new Error(`${outcome.text}\n${query}`);
  if (outcome.result.type !== "vector") throw new Error("no vector");
  const result = outcome.result.series.map(({ labels, point: [instant, value] }) => ({
    metric: labels,
    value: [instant / 1_000, String(value)],
  }));
  return read(question, { resultType: "vector", result });
}

function read(question: Question, data: unknown): Answer {
  const reader = question.purpose.kind === "changes-of-cluster" ? "cluster-changes" : "series";
  const reading = readJson(new TextEncoder().encode(JSON.stringify({ status: "success", data })), {
    ...{ reader, question, now: drawnWindow.to, upstream: question.upstream },
  });
  if (!("answer" in reading)) throw new Error("unreadable");
  return reading.answer;
}

/** Answers range and instant questions from what is drawn, through the reader of the real server's answers. */
export function drawnPrometheus(text: string): (question: Question) => Answer {
  const held = text
    .split("\n")
    .map((row) => row.trim())
    .filter((row) => row !== "" && !row.startsWith("#"))
    .map(seriesOf);
  const storage: Storage = {
    select: (matchers, after, until) =>
      held
        .filter(({ labels }) => matchesAll(matchers, labels))
        .flatMap((each) => {
          const kept = [...each.at.keys()].filter((index) => {
            const instant = each.at[index] ?? 0;
            return instant > after && instant <= until;
          });
          const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (index) => column[index] ?? 0);
          return kept.length === 0 ? [] : [{ ...each, at: pick(each.at), values: pick(each.values) }];
        }),
  };
  return (question) => {
    const { call, window } = question;
    if (call.api === "prometheus-instant") return instantAnswer(question, call.query, storage, call.at);
    if (call.api !== "prometheus-range" || window === null) throw new Error("not a range question");
    const outcome = rangeQuery(call.query, storage, window.from, window.to, call.step);
    if (!outcome.ok) throw new Error(`${outcome.text}\n${call.query}`);
    if (outcome.result.type !== "matrix") throw new Error("no matrix");
    const result = outcome.result.series.map(({ labels, points }) => ({
      metric: labels,
      values: points.map(([instant, value]) => [instant / 1_000, String(value)]),
    }));
    return read(question, { resultType: "matrix", result });
  };
}
