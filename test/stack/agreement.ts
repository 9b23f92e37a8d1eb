/** Two answers of Prometheus' API, compared: the same series, at the same times, with the same numbers, notes and refusals. */

export type Ask = (path: string, parameters: readonly (readonly [string, string])[]) => Promise<Told>;
export type Told = { readonly status: number; readonly type: string; readonly body: unknown };

type Samples = { readonly key: string; readonly points: readonly (readonly [unknown, unknown])[] };
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const part = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const pair = (value: unknown): readonly [unknown, unknown] => [list(value)[0], list(value)[1]];

const keyOf = (labels: unknown): string =>
  JSON.stringify(isRecord(labels) ? Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)) : labels);

/** The samples of a query's answer, series by series, in its own order. */
function samplesIn(body: unknown): readonly Samples[] {
  const data = part(body, "data");
  const result = part(data, "result");
  if (part(data, "resultType") === "scalar" || part(data, "resultType") === "string")
    return [{ key: "", points: [pair(result)] }];
  return list(result).map((series) => {
    const values = part(series, "values");
    const points = values === undefined ? [pair(part(series, "value"))] : list(values).map(pair);
    return { key: keyOf(part(series, "metric")), points };
  });
}

const numberOf = (text: unknown): number =>
  text === "+Inf" ? Number.POSITIVE_INFINITY : text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
/** Within 1e-9 of each other, relative; NaN is NaN, and what is no number is the same text. */
function areEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [left, right] = [numberOf(a), numberOf(b)];
  return Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));
}

const sorted = (notes: unknown): string => JSON.stringify([...list(notes)].sort());

export type Comparison = { readonly samples: number; readonly differences: readonly string[] };

/** What differs, in sentences; `ordered` where the order of the series is part of the answer. */
export function compared(real: Told, ours: Told, ordered: boolean): Comparison {
  const differences: string[] = [];
  const differ = (what: string, a: unknown, b: unknown): void => {
    if (a !== b) differences.push(`${what}: real ${a}, embedded ${b}`);
  };
  differ("status", real.status, ours.status);
  for (const name of ["status", "errorType", "error"]) differ(name, part(real.body, name), part(ours.body, name));
  for (const name of ["warnings", "infos"]) differ(name, sorted(part(real.body, name)), sorted(part(ours.body, name)));
  differ("resultType", part(part(real.body, "data"), "resultType"), part(part(ours.body, "data"), "resultType"));

  const wanted = samplesIn(real.body);
  const told = samplesIn(ours.body);
  const byKey = new Map(told.map((series) => [series.key, series]));
  if (ordered) differ("order", wanted.map(({ key }) => key).join(), told.map(({ key }) => key).join());
  differ("series", wanted.length, told.length);
  let samples = 0;
  for (const { key, points } of wanted) {
    const own = byKey.get(key);
    if (!own) {
      differences.push(`missing ${key}`);
      continue;
    }
    if (own.points.length !== points.length)
      differences.push(`${key}: ${points.length} points, embedded ${own.points.length}`);
    for (const [i, [at, value]] of points.entries()) {
      const [ownAt, ownValue] = own.points[i] ?? [];
      samples += 1;
      if (at !== ownAt || !areEqual(value, ownValue)) {
        differences.push(`${key} at ${at}: ${value}, embedded ${ownValue} at ${ownAt}`);
        break;
      }
    }
  }
  return { samples, differences };
}

/** Asks over HTTP, as a form. */
export const askAt =
  (url: string): Ask =>
  async (path, parameters) => {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      body: new URLSearchParams(parameters.map(([name, value]) => [name, value])),
    });
    return told(response);
  };

export async function told(response: Response): Promise<Told> {
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  const body: unknown = type.includes("json") ? JSON.parse(text) : text;
  return { status: response.status, type, body };
}
