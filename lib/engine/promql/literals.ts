/** Numbers and durations as PromQL and the HTTP API write them. */

const unitMs = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const units = ["y", "w", "d", "h", "m", "s", "ms"] as const;

/** `1h30m` in ms; units only in falling order, each once. Undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (!parts || text === "") return undefined;
  return units.reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unitMs[unit], 0);
}

/** `90000` -> `1m30s`; years, weeks and days only where nothing is left over. */
export function printDuration(ms: number): string {
  if (ms === 0) return "0s";
  let rest = ms;
  let text = "";
  for (const unit of units) {
    const size = unitMs[unit];
    const whole = unit === "y" || unit === "w" || unit === "d";
    if (whole && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** A number of the grammar, without sign: decimal, hexadecimal, octal with a leading 0, Inf, NaN. Undefined if it is none. */
export function parseNumber(text: string): number | undefined {
  const plain = text.replaceAll("_", "");
  if (/^inf$/i.test(plain)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(plain)) return Number.NaN;
  if (/^0x[\da-f]+$/i.test(plain)) return Number(plain);
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  return /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

/** A value as in the text format of labels (`le`) and parameters; Go's spelling, signs allowed. */
export function parseFloatText(text: string): number | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const value = /^infinity$/i.test(rest)
    ? Number.POSITIVE_INFINITY
    : /^0[0-7]+$/.test(rest)
      ? Number(rest)
      : parseNumber(rest);
  return value === undefined ? undefined : sign === "-" ? -value : value;
}

const special = (value: number): string | undefined =>
  Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? undefined : value > 0 ? "+Inf" : "-Inf";
/** Go writes at least two digits of exponent. */
const padded = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");

/** As samples are sent: the shortest digits, an exponent below 1e-6 and from 1e21. */
export const printValue = (value: number): string =>
  special(value) ?? (Object.is(value, -0) ? "-0" : padded(String(value)));

/** As `value` of an alert: always with exponent. */
export const printExponent = (value: number): string => special(value) ?? padded(value.toExponential());

/** As `count_values` and `format_query` write: never an exponent. */
export function printPlain(value: number): string {
  const text = special(value) ?? (Object.is(value, -0) ? "-0" : String(value));
  const [, sign = "", first = "", more = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const power = Number(exponent);
  const digits = first + more;
  return power < 0 ? `${sign}0.${"0".repeat(-power - 1)}${digits}` : `${sign}${digits.padEnd(power + 1, "0")}`;
}

/** Go's `%g`, as notes show numbers: an exponent below 1e-4 and from 1e6, or from as many digits as are asked for. */
export function printShort(value: number, digits?: number): string {
  const text = special(value);
  if (text !== undefined || value === 0) return text ?? "0";
  const [mantissa = "", exponent = "0"] = value.toExponential(digits === undefined ? undefined : digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < (digits ?? 6)) return String(Number(`${mantissa}e${exponent}`));
  return padded(
    `${mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa}e${power < 0 ? "-" : "+"}${Math.abs(power)}`,
  );
}
