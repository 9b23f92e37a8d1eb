/** What a LogQL text means, before it is put to any lines. */
import type { rangeOperations, vectorOperations } from "@/lib/engine/logql/tokens";
import type { Matcher } from "@/lib/signal/labels";

export type Comparison = "=" | "!=" | ">" | ">=" | "<" | "<=";

export type LabelFilter =
  | { readonly kind: "matcher"; readonly matcher: Matcher }
  | {
      readonly kind: "number" | "duration" | "bytes";
      readonly label: string;
      readonly op: Comparison;
      /** Plain, nanoseconds or bytes. */
      readonly value: number;
    }
  | { readonly kind: "ip"; readonly label: string; readonly op: "=" | "!="; readonly pattern: string }
  | { readonly kind: "and" | "or"; readonly left: LabelFilter; readonly right: LabelFilter };

export type LineOperator = "|=" | "!=" | "|~" | "!~" | "|>" | "!>";
export type NamedMatcher = { readonly name: string; readonly matcher: Matcher | null };
export type Extraction = { readonly label: string; readonly path: string };

export type Stage =
  | { readonly kind: "line"; readonly op: LineOperator; readonly any: readonly { text: string; isIp: boolean }[] }
  | { readonly kind: "labels"; readonly filter: LabelFilter }
  | { readonly kind: "json" | "unpack" | "decolorize" }
  | { readonly kind: "json-some"; readonly take: readonly Extraction[] }
  | { readonly kind: "logfmt"; readonly isStrict: boolean; readonly keepsEmpty: boolean }
  | { readonly kind: "logfmt-some"; readonly take: readonly Extraction[]; readonly isStrict: boolean }
  | { readonly kind: "regexp" | "pattern" | "line-format"; readonly text: string }
  | {
      readonly kind: "label-format";
      readonly formats: readonly { readonly label: string; readonly from: string; readonly isTemplate: boolean }[];
    }
  | { readonly kind: "drop" | "keep"; readonly labels: readonly NamedMatcher[] };

export type Logs = { readonly kind: "logs"; readonly matchers: readonly Matcher[]; readonly stages: readonly Stage[] };

export type Grouping = { readonly without: boolean; readonly labels: readonly string[] };
export type Unwrap = {
  readonly label: string;
  readonly conversion: "bytes" | "duration" | "duration_seconds" | null;
  readonly filters: readonly LabelFilter[];
};
export type RangeOperation = (typeof rangeOperations)[number];
export type VectorOperation = (typeof vectorOperations)[number];
export type BinaryOperator =
  | "or"
  | "and"
  | "unless"
  | "=="
  | "!="
  | ">"
  | ">="
  | "<"
  | "<="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^";

export type RangeAggregation = {
  readonly kind: "range";
  readonly operation: RangeOperation;
  readonly parameter: number | null;
  readonly logs: Logs;
  readonly unwrap: Unwrap | null;
  /** Nanoseconds. */
  readonly range: number;
  readonly offset: number;
  readonly grouping: Grouping | null;
};
export type Matching = {
  readonly isBool: boolean;
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly card: "one-to-one" | "many-to-one" | "one-to-many";
  readonly include: readonly string[];
};
export type Metric =
  | RangeAggregation
  | {
      readonly kind: "vector";
      readonly operation: VectorOperation;
      readonly parameter: number;
      readonly grouping: Grouping | null;
      readonly of: Metric;
    }
  | {
      readonly kind: "binary";
      readonly op: BinaryOperator;
      readonly matching: Matching;
      readonly left: Metric;
      readonly right: Metric;
    }
  | { readonly kind: "number" | "vector-of"; readonly value: number }
  | {
      readonly kind: "label-replace";
      readonly of: Metric;
      readonly target: string;
      readonly replacement: string;
      readonly source: string;
      readonly pattern: string;
    };
export type Query = Logs | Metric;
