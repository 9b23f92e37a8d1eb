/** Functions of one number: mathematics, and the calendar (UTC). Parameters, where there are any, come behind the value. */

type Calculation = (value: number, first: number, second: number) => number;

const { PI } = Math;

/** By name; those in `mathFunctions` take a vector and drop the metric's name. */
export const mathFunctions: ReadonlyMap<string, Calculation> = new Map<string, Calculation>([
  ["abs", Math.abs],
  ["ceil", Math.ceil],
  ["floor", Math.floor],
  ["exp", Math.exp],
  ["sqrt", Math.sqrt],
  ["ln", Math.log],
  ["log2", Math.log2],
  ["log10", Math.log10],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
  ["sinh", Math.sinh],
  ["cosh", Math.cosh],
  ["tanh", Math.tanh],
  ["asinh", Math.asinh],
  ["acosh", Math.acosh],
  ["atanh", Math.atanh],
  ["rad", (value) => (value * PI) / 180],
  ["deg", (value) => (value * 180) / PI],
  ["sgn", (value) => (value < 0 ? -1 : value > 0 ? 1 : value)],
  ["clamp", (value, low, high) => Math.max(low, Math.min(high, value))],
  ["clamp_min", (value, low) => Math.max(low, value)],
  ["clamp_max", (value, high) => Math.min(high, value)],
  [
    "round",
    (value, nearest) => {
      // Multiplied, not divided: fewer digits are lost so, and Prometheus does it.
      const inverse = 1 / nearest;
      return Math.floor(value * inverse + 0.5) / inverse;
    },
  ],
]);

const dateOf = (seconds: number): Date => new Date(Math.trunc(seconds) * 1_000);

/** Of unix seconds; without an argument, of the time of evaluation. */
export const calendarFunctions: ReadonlyMap<string, (seconds: number) => number> = new Map<
  string,
  (seconds: number) => number
>([
  ["minute", (seconds) => dateOf(seconds).getUTCMinutes()],
  ["hour", (seconds) => dateOf(seconds).getUTCHours()],
  ["day_of_week", (seconds) => dateOf(seconds).getUTCDay()],
  ["day_of_month", (seconds) => dateOf(seconds).getUTCDate()],
  [
    "day_of_year",
    (seconds) => {
      const date = dateOf(seconds);
      const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
      return (midnight - Date.UTC(date.getUTCFullYear(), 0, 0)) / 86_400_000;
    },
  ],
  [
    "days_in_month",
    (seconds) => {
      const date = dateOf(seconds);
      return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    },
  ],
  ["month", (seconds) => dateOf(seconds).getUTCMonth() + 1],
  ["year", (seconds) => dateOf(seconds).getUTCFullYear()],
]);
