/**
 * A line in which PostgreSQL tells of a slow statement -> which, how slow, whose, and what its plan does. `auto_explain` in
 * JSON or text, with or without a shipper's JSON around, and `log_min_duration_statement`. Pure.
 */
export type StatementLine = {
  /** `queryid` of pg_stat_statements; null = not told. */
  readonly id: string | null;
  readonly ms: number | null;
  readonly owner: string | null;
  readonly query: string | null;
  /** "Seq Scan on orders, 2,214,790 rows removed by the filter" */
  readonly step: string | null;
};

/** A longer line is read no further. */
const mostRead = 60_000;
type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function jsonOf(text: string): Json | null {
  if (!text.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}
const textAt = (json: Json | null, keys: readonly string[]): string | null => {
  const value = keys.map((key) => json?.[key]).find((each) => typeof each === "string" || typeof each === "number");
  return value === undefined || value === "" ? null : String(value);
};
const idKeys = ["query_id", "queryid", "queryId", "Query Identifier"];

type Step = { readonly words: string; readonly removed: number };
const numberOf = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 0);

/** The step that reads most rows in vain; else the outermost. */
function worstOf(plan: Json, depth = 0): Step {
  const relation = typeof plan["Relation Name"] === "string" ? ` on ${plan["Relation Name"]}` : "";
  const removed = numberOf(plan["Rows Removed by Filter"]);
  const own: Step = {
    removed,
    words: `${String(plan["Node Type"] ?? "plan")}${relation}${removed > 0 ? `, ${removed.toLocaleString("en-US")} rows removed by the filter` : ""}`,
  };
  const below = Array.isArray(plan.Plans) && depth < 40 ? plan.Plans.filter(isJson) : [];
  return below.map((each) => worstOf(each, depth + 1)).reduce((a, b) => (b.removed > a.removed ? b : a), own);
}

/** `Seq Scan on orders  (cost=…)` and, below it, `Rows Removed by Filter: 2214790`. */
function stepOfText(text: string): string | null {
  const node = /(?:^|\n)\s*(?:->\s*)?([A-Z][\w ]+?(?: using \S+)?(?: on \S+)?)(?: \w+)?\s+\(cost=/.exec(text)?.[1];
  if (node === undefined) return null;
  const removed = Number(/Rows Removed by Filter: (\d+)/.exec(text)?.[1] ?? 0);
  return `${node}${removed > 0 ? `, ${removed.toLocaleString("en-US")} rows removed by the filter` : ""}`;
}

/** null: the line tells of no slow statement. */
export function statementOf(line: string): StatementLine | null {
  const text = line.slice(0, mostRead);
  const outer = jsonOf(text);
  const message = textAt(outer, ["msg", "message", "log"]) ?? (outer ? "" : text);
  const ms = /duration: ([\d.]+) ms/.exec(message)?.[1];
  if (ms === undefined && !/auto_explain/.test(message)) return null;
  const inner = jsonOf(message.slice(Math.max(0, message.indexOf("{"))));
  const nested = isJson(outer?.plan) ? outer.plan : null;
  const told = nested ?? inner;
  const plan = [told?.Plan, outer?.Plan].find(isJson) ?? null;
  return {
    id: textAt(outer, idKeys) ?? textAt(told, idKeys) ?? /Query Identifier: (-?\d+)/.exec(message)?.[1] ?? null,
    ms: ms === undefined ? null : Number(ms),
    owner: textAt(outer, ["application_name"]) ?? /\bapp(?:lication_name)?=([\w.-]+)/.exec(message)?.[1] ?? null,
    query:
      textAt(told, ["Query Text"]) ??
      /Query Text: ([^\n]+)/.exec(message)?.[1] ??
      /ms\s+(?:statement|execute [^:]+): ([^\n]+)/.exec(message)?.[1] ??
      null,
    step: plan ? worstOf(plan).words : stepOfText(message),
  };
}
