/** One Grafana rule as it is provisioned -> a rule with its threshold: query, reduction and condition as one expression. */
import "server-only";
import { z } from "zod";
import { type GrafanaStep, grafanaExpression } from "@/lib/query/grafana-expression";
import { second } from "@/lib/signal/time";
import { shaped } from "@/lib/upstream/json-shape";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, found, gap, type Reading } from "@/lib/upstream/reply";

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((all) => all ?? {});
const evaluator = z.object({ type: z.string(), params: z.array(z.number()).default([]) });
const condition = z.object({
  evaluator,
  operator: z.object({ type: z.string() }).partial().nullish(),
  query: z.object({ params: z.array(z.string()).default([]) }).nullish(),
});
const model = z.object({
  type: z.string().optional(),
  expr: z.string().nullish(),
  query: z.unknown().optional(),
  expression: z.string().nullish(),
  conditions: z.array(condition).nullish(),
});
const step = z.object({ refId: z.string(), datasourceUid: z.string().default(""), model });
const rule = z.object({
  uid: z.string(),
  title: z.string(),
  ruleGroup: z.string().default(""),
  condition: z.string(),
  data: z.array(step),
  for: z.string().default("0s"),
  annotations: texts,
  labels: texts,
});

/** `__expr__`, and -100 in old exports: steps that Grafana evaluates itself. */
const isOwn = (uid: string): boolean => uid === "__expr__" || uid === "-100";

function stepOf({ refId, datasourceUid, model: told }: z.infer<typeof step>): GrafanaStep[] {
  const [first] = told.conditions ?? [];
  if (!isOwn(datasourceUid)) {
    const expression = told.expr ?? (typeof told.query === "string" ? told.query : "");
    return expression === "" ? [] : [{ refId, kind: "query", expression, datasource: datasourceUid }];
  }
  switch (told.type) {
    case "reduce":
    case "resample":
      return told.expression ? [{ refId, kind: "same", of: told.expression }] : [];
    case "threshold":
      return told.expression && first
        ? [{ refId, kind: "threshold", of: told.expression, evaluator: first.evaluator }]
        : [];
    case "math":
      return told.expression ? [{ refId, kind: "math", expression: told.expression }] : [];
    case "classic_conditions":
      return [
        {
          refId,
          kind: "classic",
          conditions: (told.conditions ?? []).map((each) => ({
            of: each.query?.params[0] ?? "",
            evaluator: each.evaluator,
            operator: each.operator?.type === "or" ? "or" : "and",
          })),
        },
      ];
    default:
      return [];
  }
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const durationOf = (text: string): number =>
  Array.from(text.matchAll(/(\d+)(ms|[smhdw])/g)).reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0) * second,
    0,
  );

export function readGrafanaRule(json: unknown, { upstream }: ReadContext): Reading | Failure {
  return shaped(rule, json, (told) => {
    const read = grafanaExpression(told.data.flatMap(stepOf), told.condition);
    if (!read)
      return found(
        gap(
          "unreadable",
          `The condition of the Grafana rule ${told.title} cannot be said as one query.`,
          "Open the rule in Grafana to see its steps.",
        ),
      );
    return found({
      kind: "rules",
      rules: [
        {
          name: told.title,
          group: told.ruleGroup,
          expression: read.expression,
          for: durationOf(told.for),
          keepFiringFor: 0,
          interval: null,
          labels: told.labels,
          annotations: told.annotations,
          problem: null,
          alerts: [],
          source: upstream,
          uid: told.uid,
        },
      ],
    });
  });
}
