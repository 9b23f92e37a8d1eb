/** Go's and Prometheus' spellings of numbers, durations and sizes, and their errors, as Loki reads them. */
import { quoted } from "@/lib/query/quoted";

export type Read = { readonly value: number } | { readonly error: string };

const goUnits: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** `1h2m3.5s`, `-5ms`, `0` -> nanoseconds. Source: https://pkg.go.dev/time#ParseDuration */
export function readGoDuration(text: string): Read {
  const invalid = { error: `time: invalid duration ${quoted(text)}` };
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return { value: 0 };
  if (rest === "") return invalid;
  let total = 0;
  let at = 0;
  while (at < rest.length) {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest.slice(at))?.[0];
    if (number === undefined) return invalid;
    at += number.length;
    const unit = /^[^.\d]+/.exec(rest.slice(at))?.[0];
    if (unit === undefined) return { error: `time: missing unit in duration ${quoted(text)}` };
    const factor = goUnits[unit];
    if (factor === undefined) return { error: `time: unknown unit ${quoted(unit)} in duration ${quoted(text)}` };
    total += Number(number) * factor;
    at += unit.length;
  }
  return { value: sign === "-" ? -total : total };
}

const promUnits = { y: 31_536_000e9, w: 604_800e9, d: 86_400e9, h: 3600e9, m: 60e9, s: 1e9, ms: 1e6 } as const;
const promDuration = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** `1d12h`, units descending -> nanoseconds. Source: https://pkg.go.dev/github.com/prometheus/common/model#ParseDuration */
export function readPromDuration(text: string): Read {
  if (text === "") return { error: "empty duration string" };
  if (text === "0") return { value: 0 };
  const found = promDuration.exec(text);
  const unit = /[^\d.]+/.exec(text)?.[0] ?? "";
  if (!found && /^\d+[^\d.]+/.test(text) && !(unit in promUnits))
    return { error: `unknown unit ${quoted(unit)} in duration ${quoted(text)}` };
  if (!found) return { error: `not a valid duration string: ${quoted(text)}` };
  return { value: Object.values(promUnits).reduce((sum, unit, i) => sum + Number(found[i + 1] ?? 0) * unit, 0) };
}

/** Either spelling, as the lexer of Loki takes it. */
export function readDuration(text: string): Read {
  const read = readPromDuration(text);
  return "value" in read ? read : readGoDuration(text);
}

const sizes: Readonly<Record<string, number>> = { "": 1, b: 1 };
const sizeOf = (unit: string): number | undefined => {
  const plain = sizes[unit];
  if (plain !== undefined) return plain;
  const [, letter = "", isBinary] = /^([kmgtpe])(i?)b?$/.exec(unit) ?? [];
  const power = "kmgtpe".indexOf(letter) + 1;
  return letter === "" ? undefined : (isBinary ? 1024 : 1000) ** power;
};

/** `5KB`, `1.5 MiB`, `42` -> bytes. Source: https://pkg.go.dev/github.com/dustin/go-humanize#ParseBytes */
export function readBytes(text: string): Read {
  const number = /^[\d.,]*/.exec(text)?.[0] ?? "";
  const value = readFloat(number.replaceAll(",", ""));
  if ("error" in value) return value;
  const unit = text.slice(number.length).trim().toLowerCase();
  const size = sizeOf(unit);
  return size === undefined ? { error: `unhandled size name: ${unit}` } : { value: Math.trunc(value.value * size) };
}

const decimal = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?$/;
const infinite: Readonly<Record<string, number>> = { inf: 1 / 0, infinity: 1 / 0, nan: Number.NaN };

/** Source: https://pkg.go.dev/strconv#ParseFloat */
export function readFloat(text: string): Read {
  const invalid = { error: `strconv.ParseFloat: parsing ${quoted(text)}: invalid syntax` };
  const word = infinite[text.replace(/^[+-]/, "").toLowerCase()];
  if (word !== undefined) return { value: text.startsWith("-") ? -word : word };
  if (!decimal.test(text) || text.includes("_")) return invalid;
  const value = Number(text);
  return Number.isFinite(value)
    ? { value }
    : { error: `strconv.ParseFloat: parsing ${quoted(text)}: value out of range` };
}

/** Shortest digits that mean this number, never with an exponent: how Loki writes samples. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const text = Object.is(value, -0) ? "-0" : String(value);
  const [, sign = "", whole = "", fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length
    ? sign + digits + "0".repeat(point - digits.length)
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Nanoseconds as Go prints a duration: `1h2m3.5s`, `0s`, `15ms`. */
export function printGoDuration(nanos: number): string {
  if (nanos === 0) return "0s";
  const size = Math.abs(nanos);
  const sign = nanos < 0 ? "-" : "";
  if (size < 1e9) {
    const [unit, factor] =
      size < 1e3 ? (["ns", 1] as const) : size < 1e6 ? (["µs", 1e3] as const) : (["ms", 1e6] as const);
    return `${sign}${printFloat(size / factor)}${unit}`;
  }
  const hours = Math.floor(size / 3600e9);
  const minutes = Math.floor((size % 3600e9) / 60e9);
  const seconds = `${printFloat((size % 60e9) / 1e9)}s`;
  return sign + (hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : "") + seconds;
}
