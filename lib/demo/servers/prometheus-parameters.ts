/** Parameters of Prometheus' HTTP API: form and address, times, durations, limits; refusals in its words. */
import { parseDuration } from "@/lib/engine/promql/literals";

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };
const good = <T>(value: T): Read<T> => ({ ok: true, value });
const bad = (text: string): { readonly ok: false; readonly text: string } => ({ ok: false, text });

export type Parameters = {
  /** The first of that name, or "". */
  readonly one: (name: string) => string;
  readonly all: (name: string) => readonly string[];
};

/** A form's fields come before those of the address; a body of another kind is not looked at. */
export async function parametersOf(request: Request): Promise<Parameters> {
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const form = request.method === "POST" && isForm ? [...new URLSearchParams(await request.text())] : [];
  const fields = [...form, ...new URL(request.url).searchParams];
  return {
    one: (name) => fields.find(([key]) => key === name)?.[1] ?? "",
    all: (name) => fields.filter(([key]) => key === name).map(([, value]) => value),
  };
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Unix seconds or RFC 3339, as ms. */
export function readTime(text: string): Read<number> {
  if (decimal.test(text)) return good(Math.round(Number(text) * 1_000));
  const at = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? bad(`cannot parse ${JSON.stringify(text)} to a valid timestamp`) : good(at);
}

/** As above; what is missing is `otherwise`. */
export function readOptionalTime(parameters: Parameters, name: string, otherwise: number): Read<number> {
  const text = parameters.one(name);
  if (text === "") return good(otherwise);
  const read = readTime(text);
  return read.ok ? read : bad(`invalid time value for '${name}': ${read.text}`);
}

/** Seconds, or with units, as ms; fractions of a millisecond are kept. */
export function readDuration(text: string): Read<number> {
  if (decimal.test(text)) {
    const ms = Number(text) * 1_000;
    if (Math.abs(ms) > 9_223_372_036_854)
      return bad(`cannot parse ${JSON.stringify(text)} to a valid duration. It overflows int64`);
    return good(ms);
  }
  const ms = parseDuration(text);
  return ms === undefined ? bad(`cannot parse ${JSON.stringify(text)} to a valid duration`) : good(ms);
}

/** 0: no limit. */
export function readLimit(text: string): Read<number> {
  if (text === "") return good(0);
  if (!/^[+-]?\d+$/.test(text)) return bad(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const limit = Number(text);
  if (limit > 2 ** 63) return bad(`strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  return limit < 0 ? bad("limit must be non-negative") : good(limit);
}
