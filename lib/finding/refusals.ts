/** Counts of refusing answers by status -> the status that rose most, since when, and how many there were. */
import { changePointOf } from "@/lib/detect/change-point";
import type { Found, Purpose } from "@/lib/evidence";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Instant, minute, toInstant, type Window } from "@/lib/signal/time";

export type Risen = {
  readonly answered: string;
  readonly onset: { readonly at: Instant; readonly from: Instant; readonly to: Instant };
  /** null = it has not ended. */
  readonly end: Instant | null;
  /** Answers per minute; null = there were none. */
  readonly before: number | null;
  readonly after: number | null;
  /** Whole steps of the series, in which they were counted. */
  readonly counted: Window;
  readonly total: number;
  /** As the log names those of the path whose answers these are; null = the whole log's. */
  readonly whose: readonly string[] | null;
};

/** Fewer are no class of refusals. */
const least = 20;

/** Of one status: one series, whoever is named in it, and who is. */
type Counted = { readonly answered: string; readonly series: Series; readonly whose: readonly string[] | null };

/** Of the path alone where the lines tell so: some that were read or refused are its own. Else of the whole log. */
function countedIn(all: readonly Series[], { status, served }: Extract<Purpose, { kind: "refusals" }>): Counted[] {
  const label = served.kind === "told" ? served.label : null;
  const pattern = served.kind === "told" ? new RegExp(served.own, "i") : null;
  const named = label === null ? [] : all.filter(({ labels }) => pattern?.test(labels[label] ?? ""));
  const isTold = named.length > 0 || (served.kind === "told" && served.isSeen);
  const byStatus = Map.groupBy(isTold ? named : all, ({ labels }) => labels[status] ?? "");
  return [...byStatus].flatMap(([answered, group]): Counted[] => {
    const series = summed(group);
    const values = group.flatMap(({ labels }) => (label === null ? [] : (labels[label] ?? [])));
    return series ? [{ answered, series, whose: isTold ? [...new Set(values)].sort() : null }] : [];
  });
}

/** Series of one answer, whose points stand on one grid. */
function summed(group: readonly Series[]): Series | null {
  const [head, ...rest] = group;
  if (!head || rest.length === 0) return head ?? null;
  const start = Math.min(...group.map((each) => each.start));
  const end = Math.max(...group.map((each) => instantOf(each, each.values.length - 1)));
  const values = new Array<number>(Math.round((end - start) / head.step) + 1).fill(0);
  for (const each of group) {
    const first = Math.round((each.start - start) / head.step);
    for (let index = 0; index < each.values.length; index += 1)
      values[first + index] = (values[first + index] ?? 0) + (each.values[index] ?? 0);
  }
  return { labels: head.labels, start: toInstant(start), step: head.step, values };
}

function risenOf({ series, answered, whose }: Counted): Risen[] {
  const seconds = series.step / 1_000;
  // Where nothing was refused, Loki gives no sample.
  const perSecond = Array.from(series.values, (value) => (value ?? 0) / seconds);
  const claim = changePointOf(perSecond, {
    ...{ unit: "per-second", step: series.step, interval: series.step, rateWindow: series.step, counted: true },
  });
  if (claim.verdict !== "changed" || claim.direction !== "up") return [];
  const at = (position: number): Instant => toInstant(series.start + position * series.step);
  const first = Math.max(1, Math.floor(claim.onset.from));
  const last = Math.min(perSecond.length, Math.ceil(claim.end ?? perSecond.length)) - 1;
  let total = 0;
  for (let index = first; index <= last; index += 1) total += series.values[index] ?? 0;
  if (total < least || last < first) return [];
  const perMinute = (level: number | null): number | null => (level === null ? null : (level * minute) / 1_000);
  return [
    {
      ...{ answered, whose, total },
      onset: { at: at(claim.onset.at), from: at(claim.onset.from), to: at(claim.onset.to) },
      end: claim.end === null ? null : at(claim.end),
      ...{ before: perMinute(claim.before), after: perMinute(claim.after) },
      counted: { from: instantOf(series, first - 1), to: instantOf(series, last) },
    },
  ];
}

/** Findings and plan ask again after every answer; what was counted stays the same. */
const held = new WeakMap<Found<"series">["answer"], Risen | null>();

/** null: no status rose. Of several the one with most answers. */
export function risenRefusals({ answer, question }: Found<"series">): Risen | null {
  const { purpose }: { readonly purpose: Purpose } = question;
  if (purpose.kind !== "refusals") return null;
  const known = held.get(answer);
  if (known !== undefined) return known;
  const risen = countedIn(answer.series, purpose).flatMap(risenOf);
  const [most = null] = risen.toSorted((a, b) => b.total - a.total || (a.answered < b.answered ? -1 : 1));
  held.set(answer, most);
  return most;
}
