import "server-only";
/**
 * The steps of a Grafana rule -> one expression of its data source's language, threshold at its end: then it is split as
 * any other rule. Source: Grafana, "Alert rule evaluation" and its provisioning API.
 *
 *   A = rate(x[5m])   B = reduce(last, A)   C = threshold(B > 0.05)   condition C        (rate(x[5m])) > 0.05
 */

export type GrafanaEvaluator = { readonly type: string; readonly params: readonly number[] };
export type GrafanaStep = { readonly refId: string } & (
  | { readonly kind: "query"; readonly expression: string; readonly datasource: string }
  /** `reduce` and `resample`: the same series, at one instant or another step. */
  | { readonly kind: "same"; readonly of: string }
  | { readonly kind: "threshold"; readonly of: string; readonly evaluator: GrafanaEvaluator }
  | { readonly kind: "math"; readonly expression: string }
  | {
      readonly kind: "classic";
      readonly conditions: readonly {
        readonly of: string;
        readonly evaluator: GrafanaEvaluator;
        readonly operator: "and" | "or";
      }[];
    }
);

export type GrafanaExpression = { readonly expression: string; readonly datasource: string };

/** null where a step is missing, goes in a circle, or is of a kind that no query can say. Deep chains end at ten. */
export function grafanaExpression(steps: readonly GrafanaStep[], condition: string): GrafanaExpression | null {
  const expression = written(steps, condition, 10);
  const query = steps.find((step) => step.kind === "query");
  return expression === null || query?.kind !== "query" ? null : { expression, datasource: query.datasource };
}

function written(steps: readonly GrafanaStep[], refId: string, depth: number): string | null {
  const step = steps.find((each) => each.refId === refId);
  if (!step || depth === 0) return null;
  const of = (name: string): string | null => written(steps, name.replace(/^\$?\{?(\w+)\}?$/, "$1"), depth - 1);
  switch (step.kind) {
    case "query":
      return `(${step.expression})`;
    case "same":
      return of(step.of);
    case "threshold":
      return compared(of(step.of), step.evaluator);
    case "math":
      return mathOf(step.expression, of);
    case "classic": {
      const parts = step.conditions.map(({ of: name, evaluator }) => compared(of(name), evaluator));
      return parts.reduce<string | null>((sum, part, index) => {
        if (part === null || (sum === null && index > 0)) return null;
        return index === 0 ? part : `${sum} ${step.conditions[index]?.operator ?? "and"} ${part}`;
      }, null);
    }
  }
}

const operators: Readonly<Record<string, string>> = { gt: ">", lt: "<", gte: ">=", lte: "<=", eq: "==", ne: "!=" };

function compared(query: string | null, { type, params: [low = 0, high = 0] }: GrafanaEvaluator): string | null {
  if (query === null) return null;
  const operator = operators[type];
  if (operator) return `${query} ${operator} ${low}`;
  const or = type.endsWith("_included") ? "=" : "";
  if (type.startsWith("within_range")) return `${query} >${or} ${low} <${or} ${high}`;
  if (type.startsWith("outside_range")) return `(${query} <${or} ${low} or ${query} >${or} ${high})`;
  return type === "no_value" ? `absent(${query})` : null;
}

/** `$A / ${B} * 100 > 5 && $C < 3`. Functions (`abs($A)`) are PromQL's own names where both have them. */
function mathOf(expression: string, of: (name: string) => string | null): string | null {
  const names = [...new Set(Array.from(expression.matchAll(/\$\{?(\w+)\}?/g), ([, name = ""]) => name))];
  const texts = new Map(names.map((name) => [name, of(name)]));
  if (names.length === 0 || [...texts.values()].includes(null)) return null;
  const text = expression
    .replace(/\$\{?(\w+)\}?/g, (_, name: string) => texts.get(name) ?? "")
    .replaceAll("&&", " and ")
    .replaceAll("||", " or ");
  return text.replace(/ {2,}/g, " ").trim();
}
