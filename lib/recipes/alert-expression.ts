/** The lead's own expression -> what is drawn of it: each part against its bounds, for exactly the series of this alert. */
import type { Question } from "@/lib/evidence";
import { type AlertExpression, type DrawnBranch, readAlertExpression } from "@/lib/query/alert-expression";
import { readLogAlert } from "@/lib/query/logql-alert";
import { gridOf, stepFor } from "@/lib/recipes/grid";
import { keeping } from "@/lib/recipes/held";
import { question } from "@/lib/recipes/question";
import type { UpstreamKind, UpstreamSetting } from "@/lib/setting";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import type { Unit } from "@/lib/signal/series";
import { type Instant, printDuration, second, type Window } from "@/lib/signal/time";

/** An expression of many conditions shows its first ones; the alert's own is the first. */
const mostParts = 4;

export type AlertQuestion = {
  readonly upstream: UpstreamSetting;
  readonly name: string;
  readonly expression: string;
  readonly labels: Labels;
  /** Names of those labels that may be the rule's. */
  readonly unsure: readonly string[];
  /** Between two evaluations, ms. */
  readonly interval: number | null;
  readonly window: Window;
  readonly now: Instant;
  readonly activeAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly after: readonly string[];
};

const kept = keeping<AlertExpression>();
/** As the server that evaluates it reads it; the same text is read once for many plans. */
export const expressionRead = (
  kind: UpstreamKind,
  { expression, labels, unsure }: Pick<AlertQuestion, "expression" | "labels" | "unsure">,
): AlertExpression =>
  kept(JSON.stringify([kind, expression, labelsKey(labels), unsure]), () =>
    (kind === "loki" ? readLogAlert : readAlertExpression)(expression, labels, unsure),
  );

export function expressionQuestions(asked: AlertQuestion): Question[] {
  const { drawn } = expressionRead(asked.upstream.kind, asked);
  return drawn
    .slice(0, mostParts)
    .flatMap((branch, part) => [
      questionFor(asked, branch, part, "value", branch.query),
      ...branch.limits.flatMap(({ bound }) =>
        bound.kind === "query" ? [questionFor(asked, branch, part, "bound", bound.text)] : [],
      ),
    ]);
}

function questionFor(
  { upstream, name, interval, window, now, activeAt, endsAt, after }: AlertQuestion,
  branch: DrawnBranch,
  part: number,
  of: "value" | "bound",
  query: string,
): Question {
  const closest = Math.max(15 * second, interval ?? 0);
  const step = stepFor(window, closest);
  const limits = branch.limits.flatMap(({ op, bound }) =>
    bound.kind === "number" ? [{ op, value: bound.value }] : [],
  );
  const words = wordsOf(branch);
  return question({
    upstream,
    slot: "spike",
    purpose: {
      kind: "alert-expression",
      ...{ title: name, words, unit: branch.unit, part, of, limits, activeAt, endsAt },
      ...{ isAbsence: branch.isAbsence, reach: branch.reach, interval: closest },
    },
    call: { api: upstream.kind === "loki" ? "loki-range" : "prometheus-range", query, step },
    window: gridOf(window, step, now),
    why:
      part > 0
        ? `another condition of ${name}`
        : of === "bound"
          ? `what ${name} compares with`
          : `what ${name} looks at; ${words}`,
    after,
  });
}

const verbs: Readonly<Record<string, string>> = {
  ">": "above",
  ">=": "at or above",
  "<": "below",
  "<=": "at or below",
  "==": "at",
  "!=": "anywhere but at",
};

/** "alert above 5 %", "alert above 0.9 and below 1", "alert where there is no sample". */
export function wordsOf({ limits, isAbsence, unit }: Pick<DrawnBranch, "limits" | "isAbsence" | "unit">): string {
  if (isAbsence) return "alert where there is no sample";
  if (limits.length === 0) return "alert where there is a sample";
  const said = limits.map(
    ({ op, bound }) =>
      `${verbs[op] ?? op} ${bound.kind === "number" ? printValue(bound.value, unit) : "the other series"}`,
  );
  return `alert ${said.join(" and ")}`;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
function printValue(value: number, unit: Unit): string {
  switch (unit) {
    case "ratio":
      return `${short(value * 100)} %`;
    case "seconds":
      return printDuration(value * second);
    case "per-second":
      return `${short(value)} per second`;
    case "bytes":
      return Math.abs(value) >= 1e9
        ? `${short(value / 1e9)} GB`
        : Math.abs(value) >= 1e6
          ? `${short(value / 1e6)} MB`
          : `${short(value)} bytes`;
    case "count":
      return Math.abs(value) >= 1e3 ? value.toLocaleString("en-US") : short(value);
  }
}
