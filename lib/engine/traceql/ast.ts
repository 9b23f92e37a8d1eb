/** A TraceQL query as a tree (grafana/tempo, pkg/traceql/expr.y), without metrics arithmetic and `compare`. */
import type { Value } from "@/lib/engine/traceql/value";

export type Scope = "any" | "resource" | "span" | "event" | "link" | "instrumentation";
export type Intrinsic =
  | "duration"
  | "name"
  | "status"
  | "statusMessage"
  | "kind"
  | "childCount"
  | "parent"
  | "nestedSetLeft"
  | "nestedSetRight"
  | "nestedSetParent"
  | "span:id"
  | "span:parentID"
  | "traceDuration"
  | "rootName"
  | "rootServiceName"
  | "trace:id"
  | "event:name"
  | "event:timeSinceStart"
  | "link:spanID"
  | "link:traceID"
  | "instrumentation:name"
  | "instrumentation:version";

export type Attribute =
  | { readonly kind: "intrinsic"; readonly intrinsic: Intrinsic }
  | { readonly kind: "attribute"; readonly scope: Scope; readonly ofParent: boolean; readonly name: string };

export type ComparisonOp = "=" | "!=" | "<" | "<=" | ">" | ">=";
export type FieldOp = ComparisonOp | "=~" | "!~" | "&&" | "||" | "+" | "-" | "*" | "/" | "%" | "^";
export type Field =
  | { readonly kind: "static"; readonly value: Value }
  | { readonly kind: "field"; readonly attribute: Attribute }
  | { readonly kind: "binary"; readonly op: FieldOp; readonly left: Field; readonly right: Field }
  | { readonly kind: "unary"; readonly op: "-" | "!"; readonly of: Field }
  /** `of != nil`, or `of = nil` where not `expected`. */
  | { readonly kind: "exists"; readonly of: Field; readonly expected: boolean };

const relations = [">", ">>", "<", "<<", "~"] as const;
export type Relation = (typeof relations)[number];
/** How the matching right-hand spans are told: those related, those not related, both sides of each relation. */
export type Mode = "plain" | "not" | "union";
export type SpansetOp =
  | { readonly kind: "and" }
  | { readonly kind: "or" }
  | { readonly kind: "related"; readonly relation: Relation; readonly mode: Mode };

export type AggregateOp = "count" | "avg" | "max" | "min" | "sum";
export type Aggregate = { readonly op: AggregateOp; readonly of: Field | null };

export type Stage =
  | { readonly kind: "filter"; readonly field: Field }
  | { readonly kind: "operation"; readonly op: SpansetOp; readonly left: Stage; readonly right: Stage }
  | { readonly kind: "pipeline"; readonly stages: readonly Stage[] }
  | { readonly kind: "scalar"; readonly aggregate: Aggregate; readonly op: ComparisonOp; readonly value: Value }
  | { readonly kind: "by"; readonly field: Field }
  | { readonly kind: "coalesce" }
  | { readonly kind: "select"; readonly attributes: readonly Attribute[] };

export type Metrics =
  | { readonly kind: "rate" | "count_over_time"; readonly by: readonly Attribute[] }
  | {
      readonly kind: "min_over_time" | "max_over_time" | "avg_over_time" | "sum_over_time" | "histogram_over_time";
      readonly of: Attribute;
      readonly by: readonly Attribute[];
    }
  | {
      readonly kind: "quantile_over_time";
      readonly of: Attribute;
      readonly quantiles: readonly number[];
      readonly by: readonly Attribute[];
    };
/** What is done to the series of a metrics query. */
export type SecondStage =
  | { readonly kind: "topk" | "bottomk"; readonly count: number }
  | { readonly kind: "keep"; readonly op: ComparisonOp; readonly value: number };

export type Query = {
  readonly stages: readonly Stage[];
  readonly metrics: Metrics | null;
  readonly secondStages: readonly SecondStage[];
  readonly hints: ReadonlyMap<string, Value>;
};

export const isRelation = (text: string): text is Relation => relations.some((each) => each === text);
