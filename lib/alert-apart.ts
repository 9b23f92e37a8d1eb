/** Services that moved when an alert's value did -> those that leave all others far behind, in words; none where too many moved alike. */
import type { Named } from "@/lib/alert-named";
import { list, plural, printValue } from "@/lib/finding/words";
import type { Others } from "@/lib/signal/alert";
import type { Unit } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { type Instant, minute, printClock } from "@/lib/signal/time";

/** The alert's value left its normal life `at`; `isSeen`: its series tell that, else only its record or link. */
export type Began = { readonly at: Instant; readonly isSeen: boolean };
export type Moved = { readonly subjects: readonly Named[]; readonly others: Others };
export const noOthers: Others = { text: "", services: [] };

export type Candidate = {
  readonly service: Service;
  /** In the unit that is compared. */
  readonly before: number;
  readonly after: number;
  readonly onset: Onset;
  /** How much it moved, by which it is ranked. */
  readonly by: number;
};
type Onset = { readonly at: Instant; readonly from: Instant; readonly to: Instant };

/** What moved this long before or after the alert's value moved with it. */
const near = 5 * minute;
/** A record tells when the condition held: that is behind the onset by the range of its rates and its `for`. */
const lag = 20 * minute;
/** By so many times the next must be left behind. */
const clearly = 2;
/** What fails at one end of a call fails at the other: a caller, the one it calls, and the one behind that. */
const most = 3;

export const isNear = ({ from, to }: Onset, { at, isSeen }: Began): boolean =>
  to >= at - (isSeen ? near : lag) && from <= at + near;

/** Without its own series, its record or the link tells when it began. */
export const when = ({ isSeen }: Began): string => (isSeen ? "when the alert's value moved" : "when the alert began");

export type Compared = {
  /** "failed requests" */
  readonly noun: string;
  readonly unit: Unit;
  readonly began: Began;
  readonly now: Instant;
  /** How many services were looked at. */
  readonly looked: number;
};

/** `moved`: near the onset, of each service its largest. */
export function apartOf(moved: readonly Candidate[], { noun, unit, began, now, looked }: Compared): Moved {
  const sorted = weighed(moved, began);
  const count = leading(sorted.map(({ weight }) => weight));
  const taken = sorted.slice(0, count);
  const rest = sorted.slice(count);
  const amount = ({ before, after }: Candidate): string =>
    `from ${printValue(before, unit)} to ${printValue(after, unit)}`;
  const subjects = taken.map(({ each }): Named => {
    const { name, namespace } = each.service;
    const why = `${noun} ${amount(each)} at ${printClock(each.onset.at, now)}, ${when(began)}`;
    return { subject: { service: { name, namespace: null }, kubernetesNamespace: namespace }, label: null, why };
  });
  const services = rest.map(({ key }) => key);
  const still = looked - sorted.length;
  const quiet = still <= 0 ? "" : `; those of ${plural(still, "other service")} did not`;
  const [next] = rest;
  const text =
    count === 0
      ? `The ${noun} of ${list(services)} moved alike ${when(began)}${quiet}: none stands apart.`
      : `Nothing names a service, so the ${noun} of all were compared${next ? `: next is ${next.key} (${amount(next.each)})` : ""}${quiet}.`;
  return { subjects, others: { text, services } };
}

/** The weightiest first: how much, less the further from the alert's onset it began; of a service its weightiest alone. */
function weighed(moved: readonly Candidate[], { at }: Began) {
  const all = moved.map((each) => {
    const away = Math.max(0, each.onset.from - at, at - each.onset.to);
    return { each, key: serviceKey(each.service), weight: each.by / (1 + away / near) };
  });
  const sorted = all.toSorted((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  return [...new Map(sorted.toReversed().map((each) => [each.key, each])).values()].toReversed();
}

/** How many lead by far: the fewest that leave all behind them clearly; 0 where those are too many. */
function leading(weights: readonly number[]): number {
  for (let count = 1; count <= most; count += 1) {
    const [last, next] = [weights[count - 1], weights[count]];
    if (last === undefined) return 0;
    if (next === undefined || last >= clearly * next) return count;
  }
  return 0;
}
