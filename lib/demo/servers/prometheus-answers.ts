/** Prometheus' envelope: data with notes, or an error with its kind, each kind with its status. */
import { printValue } from "@/lib/engine/promql/literals";
import type { Point, Result } from "@/lib/engine/promql/query";
import type { Labels } from "@/lib/signal/labels";

const statuses = { bad_data: 400, execution: 422, timeout: 503, unavailable: 500 } as const;
export type ErrorType = keyof typeof statuses;

export type Answer =
  | {
      readonly kind: "data";
      readonly data: unknown;
      readonly warnings?: readonly string[];
      readonly infos?: readonly string[];
    }
  | { readonly kind: "error"; readonly type: ErrorType; readonly text: string }
  | { readonly kind: "nothing" };

export const error = (type: ErrorType, text: string): Answer => ({ kind: "error", type, text });
export const invalid = (parameter: string, text: string): Answer =>
  error("bad_data", `invalid parameter "${parameter}": ${text}`);
export const truncated = "results truncated due to limit";

/** At most `limit` (0: all), and what is said when there were more. */
export const cut = <T>(
  all: readonly T[],
  limit: number,
): { readonly kept: readonly T[]; readonly warnings: readonly string[] } =>
  limit > 0 && all.length > limit ? { kept: all.slice(0, limit), warnings: [truncated] } : { kept: all, warnings: [] };

export function responseOf(answer: Answer): Response {
  if (answer.kind === "nothing") return new Response(null, { status: 204 });
  const headers = { "content-type": "application/json", vary: "Accept-Encoding, Origin" };
  if (answer.kind === "error") {
    const body = { status: "error", errorType: answer.type, error: answer.text };
    return new Response(JSON.stringify(body), { status: statuses[answer.type], headers });
  }
  const { data, warnings = [], infos = [] } = answer;
  const notes = { ...(warnings.length > 0 ? { warnings } : {}), ...(infos.length > 0 ? { infos } : {}) };
  return new Response(JSON.stringify({ status: "success", data, ...notes }), { status: 200, headers });
}

export const plainText = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });

/** In the order of their names. */
export const sortedLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const sample = ([at, value]: Point): [number, string] => [at / 1_000, printValue(value)];

/** `data` of a query: at most `limit` series. */
export function printResult(
  result: Result,
  limit: number,
): { readonly data: object; readonly warnings: readonly string[] } {
  switch (result.type) {
    case "scalar":
      return { data: { resultType: "scalar", result: sample(result.point) }, warnings: [] };
    case "string":
      return { data: { resultType: "string", result: [result.at / 1_000, result.text] }, warnings: [] };
    case "vector": {
      const { kept, warnings } = cut(result.series, limit);
      const rows = kept.map(({ labels, point }) => ({ metric: sortedLabels(labels), value: sample(point) }));
      return { data: { resultType: "vector", result: rows }, warnings };
    }
    case "matrix": {
      const { kept, warnings } = cut(result.series, limit);
      const rows = kept.map(({ labels, points }) => ({ metric: sortedLabels(labels), values: points.map(sample) }));
      return { data: { resultType: "matrix", result: rows }, warnings };
    }
  }
}
