/** How a firing ended: its value fell, its series vanished, or the server that evaluated it was gone. */
import type { Incident } from "@/lib/alert-incidents";
import { answersOf, type Evidence } from "@/lib/evidence";
import { instantOf, type Series } from "@/lib/signal/series";
import { hour, type Instant, minute } from "@/lib/signal/time";

export type Ending = "value fell" | "series vanished" | "rule server gone" | "resolved" | "not known";

/** null while it is not over. `known` of its environment; the drawn expression says most, where the page holds it. */
export function endingOf({ endsAt, within }: Incident, known: readonly Evidence[]): Ending | null {
  if (endsAt === null) return null;
  const drawn = answersOf(known, "series").filter(
    ({ question: { purpose } }) =>
      purpose.kind === "alert-expression" && purpose.part === 0 && purpose.of === "value" && !purpose.isAbsence,
  );
  const reaching = drawn.flatMap(({ answer }) => answer.series).filter((series) => lastOf(series) >= endsAt - hour);
  const records = answersOf(known, "series")
    .filter(({ question }) => question.purpose.kind === "alert-record")
    .flatMap(({ answer }) => answer.series);
  const away = 2 * Math.max(within, minute);
  // Something else was recorded after it: whoever records was there.
  const isAlive = records.some((series) => hasSample(series, endsAt + away, endsAt + hour));
  if (reaching.some((series) => hasSample(series, endsAt + minute, endsAt + 10 * minute))) return "value fell";
  if (isAlive) return reaching.length > 0 ? "series vanished" : "resolved";
  // All records break off at once, and there were several: nobody wrote any more.
  const together = records.filter((series) => hasSample(series, endsAt - away, endsAt + away));
  return together.length > 2 && new Set(together.map(({ labels }) => labels.alertname)).size > 1
    ? "rule server gone"
    : "not known";
}

const lastOf = (series: Series): Instant => instantOf(series, series.values.length - 1);

function hasSample(series: Series, from: number, to: number): boolean {
  if (series.step === 0) return false;
  const first = Math.max(0, Math.ceil((from - series.start) / series.step));
  const last = Math.min(series.values.length - 1, Math.floor((to - series.start) / series.step));
  for (let at = first; at <= last; at += 1) if ((series.values[at] ?? null) !== null) return true;
  return false;
}
