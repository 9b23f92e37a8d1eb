/** A request to Loki -> its parameters, with Loki's defaults and complaints. Times are epoch nanoseconds. */
import { refuse } from "@/lib/engine/logql/refusal";
import { readFloat, readPromDuration } from "@/lib/engine/logql/units";
import { type Instant, toUnixNanos } from "@/lib/signal/time";

export type Parameters = {
  readonly text: (name: string) => string;
  readonly all: (name: string) => string[];
};

/** Of the URL, and of a form where one is posted. */
export async function parametersOf(request: Request): Promise<Parameters> {
  const { searchParams } = new URL(request.url);
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
  const form = new URLSearchParams(request.method === "POST" && isForm ? await request.text() : "");
  const all = (name: string): string[] => [...form.getAll(name), ...searchParams.getAll(name)];
  return { all, text: (name) => all(name)[0] ?? "" };
}

const notInteger = (text: string): string => `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;

/** Nanoseconds or seconds as an integer, seconds with a fraction, or RFC 3339; undefined: the error. */
function readTime(text: string): bigint | string {
  if (text.includes(".")) {
    const read = readFloat(text);
    if ("value" in read) {
      const whole = Math.trunc(read.value);
      return BigInt(whole) * 1_000_000_000n + BigInt(Math.round((read.value - whole) * 1_000)) * 1_000_000n;
    }
  }
  if (/^[+-]?\d{1,19}$/.test(text)) return BigInt(text) * (text.length <= 10 ? 1_000_000_000n : 1n);
  const [, seconds = "", fraction = "", zone = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const ms = Date.parse(`${seconds}${zone}`);
  return Number.isNaN(ms) ? notInteger(text) : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

function timeOf(parameters: Parameters, name: string, otherwise: bigint): bigint {
  const text = parameters.text(name);
  const read = text === "" ? otherwise : readTime(text);
  return typeof read === "bigint"
    ? read
    : refuse(name === "time" ? read : `could not parse '${name}' parameter: ${read}`);
}

export const instantOf = (parameters: Parameters, now: Instant): bigint =>
  timeOf(parameters, "time", BigInt(toUnixNanos(now)));

export type Bounds = { readonly start: bigint; readonly end: bigint };

/** An hour to now unless told otherwise. */
export function boundsOf(parameters: Parameters, now: Instant): Bounds {
  const present = BigInt(toUnixNanos(now));
  const since = parameters.text("since");
  const back = since === "" ? { value: 3600e9 } : readPromDuration(since);
  if ("error" in back) return refuse(`could not parse 'since' parameter: ${back.error}`);
  const end = timeOf(parameters, "end", present);
  const start = timeOf(parameters, "start", (end > present ? present : end) - BigInt(back.value));
  return { start, end };
}

/** 400 where a range is none. */
export function checkBounds({ start, end }: Bounds): void {
  if (end < start) refuse("end timestamp must not be before or equal to start time");
}

export function limitOf(parameters: Parameters, name = "limit", otherwise = 100): number {
  const text = parameters.text(name);
  if (text === "") return otherwise;
  if (!/^[+-]?\d+$/.test(text)) return refuse(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (Math.abs(Number(text)) >= 2 ** 63)
    return refuse(`strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(text) > 0 ? Number(text) : refuse("limit must be a positive value");
}

export function directionOf(parameters: Parameters): "forward" | "backward" {
  const text = parameters.text("direction");
  const lower = text.toLowerCase();
  if (lower === "" || lower === "backward") return "backward";
  return lower === "forward" ? "forward" : refuse(`invalid direction '${text}'`);
}

/** Nanoseconds. */
function spanOf(parameters: Parameters, name: string, otherwise: number): number {
  const text = parameters.text(name);
  if (text === "") return otherwise;
  const seconds = readFloat(text);
  if ("value" in seconds) return Math.trunc(seconds.value * 1e9);
  const duration = readPromDuration(text);
  return "value" in duration ? duration.value : refuse(`cannot parse ${JSON.stringify(text)} to a valid duration`);
}

export function stepOf(parameters: Parameters, { start, end }: Bounds): number {
  const usual = Math.max(Math.floor(Number(end - start) / 1e9 / 250), 1) * 1e9;
  const step = spanOf(parameters, "step", usual);
  if (step <= 0)
    return refuse("zero or negative query resolution step widths are not accepted. Try a positive integer");
  if (Math.floor(Number(end - start) / step) > 11_000)
    return refuse(
      "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter",
    );
  return step;
}

export function intervalOf(parameters: Parameters): number {
  const interval = spanOf(parameters, "interval", 0);
  return interval >= 0 ? interval : refuse("interval must be >= 0");
}

/** The instants at or after a time, as whole microseconds: a world's lines stand on those. */
export const toMicros = (nanos: bigint): number => Number((nanos + 999n) / 1_000n);
