import "server-only";
/**
 * An expression and the labels of one of its results -> the same expression for exactly that result. A label is asked of
 * a selector only where it passes through to the result unchanged; the rest of the text stays as written.
 *
 *   sum by (svc) (rate(e[5m])) / on (svc) sum by (svc) (rate(t[5m]))       svc="a", severity="page" (the rule's)
 *                     {svc="a"}                           {svc="a"}
 */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { printMatcher, regexAlternatives, selectorsOf } from "@/lib/query/promql";
import { partsOf } from "@/lib/query/promql-tree";
import { isSound, unquoted } from "@/lib/query/quoted";
import type { Labels, Matcher } from "@/lib/signal/labels";

type Edit = { readonly at: number; readonly text: string };
/** By label: what is asked of a selector through which it passes. */
type Wanted = Readonly<Record<string, Matcher>>;

/** `label=~"value|"`: this value, or no such label at all. */
export const orAbsent = (label: string, value: string): Matcher => ({
  ...{ label, op: "=~" },
  value: regexAlternatives([value, ""]),
});

/**
 * `labels`: of the result itself, without those that the rule or the server adds; `unsure` are names of those of which
 * nobody can say whether the rule added them. Unsound text comes back as it is.
 */
export function narrowTo(query: string, labels: Labels, unsure: readonly string[] = []): string {
  const tree = parser.parse(query);
  const root = tree.topNode.firstChild;
  if (!root || !isSound(tree, query)) return query;
  const edits: Edit[] = [];
  const wanted = Object.entries(labels).map(([label, value]): [string, Matcher] => [
    label,
    unsure.includes(label) ? orAbsent(label, value) : { label, op: "=", value },
  ]);
  push(query, root, Object.fromEntries(wanted), edits);
  // Last edit first, so that earlier offsets stay true.
  return edits
    .sort((a, b) => b.at - a.at)
    .reduce((out, { at, text }) => out.slice(0, at) + text + out.slice(at), query);
}

/** The names in `by (…)`, `on (…)`, `group_left (…)`. */
export const namesIn = (query: string, node: SyntaxNode | null | undefined): string[] =>
  (node ? partsOf(node) : []).flatMap((child) => {
    const text = query.slice(child.from, child.to);
    return child.name === "QuotedLabelName" ? (unquoted(text) ?? []) : child.name === "LabelName" ? text : [];
  });

const only = (labels: Wanted, names: readonly string[]): Wanted =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
const without = (labels: Wanted, names: readonly string[]): Wanted =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));

function push(query: string, node: SyntaxNode, labels: Wanted, edits: Edit[]): void {
  if (Object.keys(labels).length === 0) return;
  switch (node.name) {
    case "VectorSelector":
      edits.push(...narrowedSelector(query, node, labels));
      return;
    case "AggregateExpr":
      for (const child of partsOf(node.getChild("FunctionCallBody") ?? node))
        push(query, child, throughAggregate(query, node, labels), edits);
      return;
    case "FunctionCall":
      pushCall(query, node, labels, edits);
      return;
    case "BinaryExpr":
      pushBinary(query, node, labels, edits);
      return;
    default:
      // Parentheses, signs, ranges, offsets and `@` let every label through.
      for (const child of partsOf(node)) push(query, child, labels, edits);
  }
}

function narrowedSelector(query: string, node: SyntaxNode, labels: Wanted): Edit[] {
  const list = node.getChild("LabelMatchers");
  const [written] = selectorsOf(query.slice(node.from, node.to));
  const texts = Object.values(labels)
    .filter(
      ({ label, op, value }) =>
        !written?.matchers.some((own) => own.label === label && own.op === op && own.value === value),
    )
    .sort((a, b) => (a.label < b.label ? -1 : 1))
    .map(printMatcher);
  if (texts.length === 0) return [];
  const text = texts.join(",");
  if (!list) return [{ at: node.to, text: `{${text}}` }];
  return [{ at: list.from + 1, text: partsOf(list).length > 0 ? `${text},` : text }];
}

/** `topk` and its like choose among series, which keep all their labels. */
const choosing = new Set(["Topk", "Bottomk", "LimitK", "LimitRatio"]);

function throughAggregate(query: string, node: SyntaxNode, labels: Wanted): Wanted {
  const op = node.getChild("AggregateOp")?.firstChild?.name ?? "";
  const modifier = node.getChild("AggregateModifier");
  const names = namesIn(query, modifier?.getChild("GroupingLabels"));
  // The groups of `topk` are no labels of its own making, but narrowing within a group changes who is chosen: that is wanted.
  if (choosing.has(op)) return labels;
  const made = op === "CountValues" ? namedByText(query, node.getChild("FunctionCallBody")) : [];
  if (modifier?.getChild("Without")) return without(labels, [...names, ...made]);
  return modifier ? without(only(labels, names), made) : {};
}

/** The first text argument: `count_values("version", x)` makes that label. */
function namedByText(query: string, body: SyntaxNode | null): string[] {
  const literal = body?.getChild("StringLiteral");
  const name = literal ? unquoted(query.slice(literal.from, literal.to)) : undefined;
  return name === undefined ? [] : [name];
}

/** Their result has no labels of what they look at. */
const opaque = new Set(["Absent", "AbsentOverTime", "Scalar", "Vector", "Time"]);

function pushCall(query: string, node: SyntaxNode, labels: Wanted, edits: Edit[]): void {
  const name = node.getChild("FunctionIdentifier")?.firstChild?.name ?? "";
  const body = node.getChild("FunctionCallBody");
  if (!body || opaque.has(name)) return;
  const made =
    name === "LabelReplace" || name === "LabelJoin"
      ? namedByText(query, body)
      : name.startsWith("Histogram")
        ? ["le"]
        : [];
  const [first, ...rest] = partsOf(body);
  // The second argument of `info()` names labels of other series.
  for (const child of name === "Info" ? [first] : [first, ...rest])
    if (child) push(query, child, without(labels, made), edits);
}

const setOperators = new Set(["And", "Unless", "Or"]);

function pushBinary(query: string, node: SyntaxNode, labels: Wanted, edits: Edit[]): void {
  const [left, op, ...rest] = partsOf(node);
  const right = rest.at(-1);
  if (!left || !op || !right) return;
  const [a, b] = sidesOf(query, op.name, rest.find(({ name }) => name === "MatchingModifierClause") ?? null, labels);
  push(query, left, a, edits);
  push(query, right, b, edits);
}

/** What of the result's labels stands on the left side, and what on the right. Source: Prometheus, "Vector matching". */
function sidesOf(
  query: string,
  op: string,
  clause: SyntaxNode | null,
  labels: Wanted,
): readonly [left: Wanted, right: Wanted] {
  const [matching, included] = clause?.getChildren("GroupingLabels") ?? [];
  const names = namesIn(query, matching);
  const shared = clause?.getChild("On")
    ? only(labels, names)
    : clause?.getChild("Ignoring")
      ? without(labels, names)
      : labels;
  if (op === "Or") return [labels, labels];
  if (setOperators.has(op)) return [labels, shared];
  const extra = namesIn(query, included);
  const many = without(labels, extra);
  const one = { ...shared, ...only(labels, extra) };
  if (clause?.getChild("GroupLeft")) return [many, one];
  if (clause?.getChild("GroupRight")) return [one, many];
  return [shared, shared];
}
