/** Who calls the services of the path, and whom they call: one instant question a Prometheus over `neighbours-table.ts`. */
import type { Question } from "@/lib/evidence";
import { nameRegex } from "@/lib/identity/names";
import { printLabel, printMatcher, regexAlternatives, selector } from "@/lib/query/promql";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { printRange } from "@/lib/recipes/grid";
import { type CallRow, callRows, lagRows, neighbourParts } from "@/lib/recipes/neighbours-table";
import { question } from "@/lib/recipes/question";
import { marked } from "@/lib/recipes/red-united";
import type { Matcher } from "@/lib/signal/labels";
import { hour, minute, toInstant } from "@/lib/signal/time";

/** Edges told by one answer: sixty services with eight neighbours each. */
const mostRows = 500;
/** Counters are summed up over the window, and over no more than the end of a long one. */
const longest = 6 * hour;

/** The subjects' names as RE2, and their namespaces where all are known. */
type Named = { readonly names: string; readonly spaces: readonly string[] };

const matchersOf = (row: CallRow, end: "from" | "to", { names, spaces }: Named, more: string): string => {
  const label = row[end].at(-1) ?? "";
  const isAddress = row.isHost === true && end === "to";
  const value = isAddress ? `(?:[a-z]+:/+)?(?:${names})(?:[.:].*)?` : names;
  const space =
    row.spaces && spaces.length > 0
      ? printMatcher({ label: row.spaces[end], op: "=~", value: regexAlternatives(spaces) })
      : "";
  return [printMatcher({ label, op: "=~", value }), space, row.only?.[end] ?? "", more]
    .filter((part) => part !== "")
    .join(",");
};

/** Either end is a subject; what both tell, `or` takes once. */
function callOperands(row: CallRow, named: Named, range: string): string[] {
  const by = [...row.from, ...row.to, ...(row.queue ? [row.queue.label] : [])].map(printLabel).join(", ");
  const sums = (metric: string, more: string): string =>
    (["from", "to"] as const)
      .map((end) => `sum by (${by}) (increase(${metric}{${matchersOf(row, end, named, more)}}[${range}]))`)
      .join(" or ");
  const { failed } = row;
  const failures = "metric" in failed ? sums(failed.metric, "") : sums(row.metric, failed.matchers);
  return [
    marked(`(${sums(row.metric, "")}) > 0`, "signal", row.signal),
    marked(`(${failures}) > 0`, "signal", `${row.signal} failed`),
  ];
}

const groupEnding = "(?:[-_.](?:consumers?|group|cg|consumer[-_.]group))?";

function lagOperands(names: string, topics: readonly string[]): string[] {
  return lagRows.map(({ signal, metrics, topic, group }) => {
    const named: Matcher = { label: "__name__", op: "=~", value: metrics };
    const own = selector(null, [named, { label: group, op: "=~", value: `(?:${names})${groupEnding}` }]);
    const read = selector(null, [named, { label: topic, op: "=~", value: regexAlternatives(topics) }]);
    const told = topics.length > 0 ? `${own} or ${read}` : own;
    return marked(`max by (${printLabel(topic)}, ${printLabel(group)}) (${told})`, "signal", signal);
  });
}

/** `topics`: what spans of the path put messages into. */
export function neighbourQuestions(facts: Facts, topics: readonly string[]): Question[] {
  if (facts.subjects.length === 0) return [];
  const end = Math.min(facts.window.to, facts.now);
  const at = toInstant(end - (end % minute));
  const from = Math.max(Math.min(facts.window.from, at - 5 * minute), at - longest);
  const range = printRange(Math.ceil((at - from) / minute) * minute);
  const names = nameRegex(facts.subjects);
  const told = facts.subjects.flatMap(({ kubernetesNamespace }) => kubernetesNamespace ?? []);
  const spaces = told.length === facts.subjects.length ? [...new Set(told)].sort() : [];
  const operands = [
    ...callRows.flatMap((row) => callOperands(row, { names, spaces }, range)),
    ...lagOperands(names, topics),
  ];
  return upstreamsOf(facts.environment, "prometheus").map((upstream) =>
    question({
      upstream,
      slot: "spike",
      purpose: { kind: "neighbours", parts: neighbourParts },
      call: { api: "prometheus-instant", query: operands.join("\nor "), at, limit: mostRows },
      window: { from: toInstant(from), to: at },
      why: "who calls the services on the path and whom they call, by service graph, mesh, clients and consumer groups",
      after: facts.cites,
    }),
  );
}
