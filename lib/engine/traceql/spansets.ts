/** A query's stages over one trace: sets of spans go in and out, `|` by `|` (pkg/traceql/ast_execute.go). */
import type { Aggregate, Query, Relation, Stage } from "@/lib/engine/traceql/ast";
import { compileCondition, compileField, isTrue } from "@/lib/engine/traceql/field";
import { printAggregate, printField } from "@/lib/engine/traceql/print";
import type { StoredSpan, StoredTrace } from "@/lib/engine/traceql/storage";
import { durationValue, floatValue, intValue, type Value, valueKey } from "@/lib/engine/traceql/value";

export type Spanset = {
  readonly spans: readonly StoredSpan[];
  /** What grouping and counting found, as `by(name)` and `count()`. */
  readonly attributes: readonly (readonly [string, Value | undefined])[];
};
type Run = (sets: readonly Spanset[], trace: StoredTrace) => Spanset[];

/** Whether `a` stands to `b` as the operator says: `>` is "b is a child of a". */
function isRelated(relation: Relation, a: StoredSpan, b: StoredSpan, spans: readonly StoredSpan[]): boolean {
  if (relation === "<") return isRelated(">", b, a, spans);
  if (relation === "<<") return isRelated(">>", b, a, spans);
  if (relation === ">") return spans[b.parent] === a;
  if (relation === "~") return a !== b && b.parent >= 0 && a.parent === b.parent;
  // Parents in a circle are cut by the number of spans.
  let above = spans[b.parent];
  for (let steps = 0; above !== undefined && steps <= spans.length; steps += 1) {
    if (above === a) return true;
    above = spans[above.parent];
  }
  return false;
}

function scalarOf({ op, of }: Aggregate): (spans: readonly StoredSpan[], trace: StoredTrace) => Value | undefined {
  if (of === null) return (spans) => intValue(spans.length);
  const evaluate = compileField(of);
  return (spans, trace) => {
    const values = spans.flatMap((span) => evaluate(span, trace) ?? []);
    const numbers = values.map(({ value }) => (typeof value === "number" ? value : Number.NaN));
    const [first] = values;
    if (first === undefined || numbers.some(Number.isNaN)) return undefined;
    const like = (value: number): Value =>
      first.type === "duration" ? durationValue(value) : first.type === "int" ? intValue(value) : floatValue(value);
    const sum = numbers.reduce((total, each) => total + each, 0);
    if (op === "sum") return like(sum);
    if (op === "avg")
      return first.type === "duration" ? durationValue(sum / numbers.length) : floatValue(sum / numbers.length);
    return like(op === "max" ? Math.max(...numbers) : Math.min(...numbers));
  };
}

const unique = (sets: readonly Spanset[]): StoredSpan[] => [...new Set(sets.flatMap(({ spans }) => spans))];
const withSpans = (set: Spanset, spans: readonly StoredSpan[]): Spanset[] =>
  spans.length > 0 ? [{ ...set, spans }] : [];

function compileOperation({ op, left, right }: Extract<Stage, { readonly kind: "operation" }>): Run {
  const runLeft = compileStage(left);
  const runRight = compileStage(right);
  return (sets, trace) =>
    sets.flatMap((set) => {
      const a = runLeft([set], trace);
      const b = runRight([set], trace);
      if (op.kind === "and") return a.length > 0 && b.length > 0 ? withSpans(set, unique([...a, ...b])) : [];
      if (op.kind === "or") return withSpans(set, unique([...a, ...b]));
      const from = unique(a);
      const to = unique(b);
      const { relation, mode } = op;
      if (mode === "not")
        return withSpans(
          set,
          to.filter((span) => !from.some((each) => isRelated(relation, each, span, trace.spans))),
        );
      const pairs = to.flatMap((span) =>
        from.filter((each) => isRelated(relation, each, span, trace.spans)).map((each) => [each, span] as const),
      );
      return withSpans(set, [...new Set(mode === "union" ? pairs.flat() : pairs.map(([, span]) => span))]);
    });
}

function compileStage(stage: Stage): Run {
  switch (stage.kind) {
    case "filter": {
      const isMatching = compileCondition(stage.field);
      return (sets, trace) =>
        sets.flatMap((set) =>
          withSpans(
            set,
            set.spans.filter((span) => isMatching(span, trace)),
          ),
        );
    }
    case "operation":
      return compileOperation(stage);
    case "pipeline":
      return compileStages(stage.stages);
    case "scalar": {
      const { aggregate, op, value } = stage;
      const scalar = scalarOf(aggregate);
      return (sets, trace) =>
        sets.flatMap((set) => {
          const found = scalar(set.spans, trace);
          return isTrue(op, found, value)
            ? [{ ...set, attributes: [...set.attributes, [printAggregate(aggregate), found] as const] }]
            : [];
        });
    }
    case "by": {
      const evaluate = compileField(stage.field);
      const name = `by(${printField(stage.field)})`;
      return (sets, trace) =>
        sets.flatMap((set) =>
          [...Map.groupBy(set.spans, (span) => valueKey(evaluate(span, trace))).values()].map((spans) => {
            const [first] = spans;
            return { spans, attributes: [...set.attributes, [name, first && evaluate(first, trace)] as const] };
          }),
        );
    }
    case "coalesce":
      return (sets) => (sets.length > 0 ? [{ spans: unique(sets), attributes: [] }] : []);
    case "select":
      return (sets) => [...sets];
  }
}

function compileStages(stages: readonly Stage[]): Run {
  const runs = stages.map(compileStage);
  return (sets, trace) => runs.reduce<Spanset[]>((current, run) => run(current, trace), [...sets]);
}

/** What a query's pipeline keeps of a trace; empty where it does not match. */
export function compileQuery({ stages }: Query): (trace: StoredTrace) => Spanset[] {
  const run = compileStages(stages);
  return (trace) => run([{ spans: trace.spans, attributes: [] }], trace);
}
