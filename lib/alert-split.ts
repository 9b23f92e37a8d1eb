/**
 * An alert that sums its services away, taken apart again: what its expression sums, service by service. Where one alone
 * has such series it is that one's; of several, those that moved when the alert's value did.
 */
import { apartOf, type Began, type Candidate, isNear, type Moved, noOthers } from "@/lib/alert-apart";
import type { MovedSoFar } from "@/lib/alert-moved";
import { amongLooks, changePointOf } from "@/lib/detect/change-point";
import type { Evidence, Question } from "@/lib/evidence";
import { type Leaf, leafOf } from "@/lib/query/alert-leaf";
import { alertSubjects, expressionNames, subjectLabels } from "@/lib/query/alert-subjects";
import { printLabel } from "@/lib/query/promql";
import type { Facts } from "@/lib/recipes/facts";
import { gridOf, stepFor } from "@/lib/recipes/grid";
import { keeping } from "@/lib/recipes/held";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";
import type { Series, Unit } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { clipTo, minute, second, toInstant, widen } from "@/lib/signal/time";

export type Summed = {
  /** Who evaluates the rule. */
  readonly upstream: UpstreamSetting;
  /** What is drawn of it, without its bound. */
  readonly query: string;
  readonly unit: Unit;
  /** The alert holds where its value is low. */
  readonly isLow: boolean;
  /** How far each value looks back, ms. */
  readonly reach: number;
  /** Between two evaluations, ms. */
  readonly interval: number | null;
};

const leaves = keeping<Leaf | null>(8);
const finest = 15 * second;

/** null: it cannot be taken apart, or its series name no service. */
export function splitBy(facts: Omit<Facts, "subjects">, began: Began, summed: Summed): MovedSoFar | null {
  const leaf = leaves(summed.query, () => leafOf(summed.query));
  if (!leaf || summed.upstream.kind !== "prometheus") return null;
  const asked = splitQuestion(facts, began, summed, leaf);
  const questions = [asked];
  const told = facts.evidence.find(({ question: { id } }) => id === asked.id);
  if (!told) return { subjects: [], questions, isOpen: true, others: noOthers };
  const parts = partsOf(told, summed);
  const found = parts.length === 0 ? null : whoseOf(parts, facts, began, summed, leaf);
  return { ...(found ?? { subjects: [], others: noOthers }), questions, isOpen: false };
}

function splitQuestion(
  { now, cites }: Omit<Facts, "subjects">,
  began: Began,
  { upstream, interval }: Summed,
  { text, metric }: Leaf,
): Question {
  const window = clipTo(widen({ from: began.at, to: began.at }, 30 * minute, 15 * minute), now);
  const step = stepFor(window, Math.max(finest, interval ?? 0));
  const query = `sum by (${subjectLabels.map(printLabel).join(", ")}) (${text})`;
  return question({
    ...{ upstream, slot: "spike", purpose: { kind: "identity", signal: "alerts", label: "any" } },
    call: { api: "prometheus-range", query, step },
    ...{ window: gridOf(window, step, now), after: cites },
    why: `whose ${metric} the alert sums up`,
  });
}

type Part = { readonly service: Service; readonly series: Series };

/** The series of one service are summed: those of its containers, of its routes. */
function partsOf({ answer }: Evidence, { query }: Summed): Part[] {
  if (answer.kind !== "series") return [];
  const names = expressionNames(query);
  const parts = answer.series.flatMap((series): Part[] => {
    const [first] = alertSubjects(names, series.labels);
    return first ? [{ service: first.service, series }] : [];
  });
  const groups = Map.groupBy(parts, ({ service }) => serviceKey(service));
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [head, ...others] = own;
      return head
        ? [{ service: head.service, series: others.reduce((sum, { series }) => summedOf(sum, series), head.series) }]
        : [];
    });
}

function summedOf(a: Series, b: Series): Series {
  const away = Math.round((a.start - b.start) / a.step);
  const values = Array.from(a.values, (value, at) => {
    const other = b.values[at + away] ?? null;
    return value === null ? other : value + (other ?? 0);
  });
  return { ...a, values };
}

function whoseOf(
  parts: readonly Part[],
  { now }: Omit<Facts, "subjects">,
  began: Began,
  { unit, isLow, reach }: Summed,
  { metric }: Leaf,
): Moved | null {
  const [only, another] = parts;
  if (only && !another) {
    const { name, namespace } = only.service;
    const subject = { service: { name, namespace: null }, kubernetesNamespace: namespace };
    return { subjects: [{ subject, label: null, why: `${metric}, which it alone has` }], others: noOthers };
  }
  const counted = unit === "per-second" || unit === "count";
  const moved = parts.flatMap(({ service, series }): Candidate[] => {
    // What was never counted is none.
    const values = counted ? Array.from(series.values, (value) => value ?? 0) : series.values;
    const options = { unit, step: series.step, interval: series.step, rateWindow: reach };
    const found = amongLooks(changePointOf(values, options), parts.length);
    if (found.verdict !== "changed" || found.direction !== (isLow ? "down" : "up")) return [];
    const at = (position: number) => toInstant(series.start + position * series.step);
    const onset = { at: at(found.onset.at), from: at(found.onset.from), to: at(found.onset.to) };
    const [before, after] = [found.before ?? 0, found.after ?? 0];
    return isNear(onset, began) ? [{ service, before, after, onset, by: Math.abs(after - before) }] : [];
  });
  return moved.length === 0 ? null : apartOf(moved, { noun: metric, unit, began, now, looked: parts.length });
}
