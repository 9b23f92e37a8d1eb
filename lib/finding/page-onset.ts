/** Movements -> the page's onset: the earliest among the changed series of the entry service, or none. */
import type { Onset } from "@/lib/finding/finding";
import { isWorse } from "@/lib/finding/movements";
import type { Judged } from "@/lib/finding/seen";
import { nounOf } from "@/lib/finding/words";
import { type Service, sameService } from "@/lib/signal/service";

const earliest = (a: Judged, b: Judged): number =>
  (a.onset?.at ?? 0) - (b.onset?.at ?? 0) || b.size - a.size || (a.question < b.question ? -1 : 1) || a.index - b.index;
const widthOf = ({ onset }: Judged): number => (onset ? onset.to - onset.from : Number.POSITIVE_INFINITY);

/**
 * `path` with the entry service first; empty = no trace, then any service's series count. An entry service that has no
 * series hands over to the next on the path. Where others began within the uncertainty of the earliest, errors speak before
 * latency and requests, and of those the sharpest: one that rather followed is no beginning.
 */
export function leadingOf(movements: readonly Judged[], path: readonly Service[]): Judged | null {
  const measured = path.find((service) =>
    movements.some((each) => each.role !== "saturation" && each.service && sameService(each.service, service)),
  );
  const own = measured
    ? movements.filter(({ service }) => service !== null && sameService(service, measured))
    : path.length === 0
      ? movements
      : [];
  // What runs full is a cause or a consequence; since when it is felt, requests tell.
  const changed = own.filter(
    ({ verdict, onset, role }) => verdict === "changed" && onset !== null && role !== "saturation",
  );
  const worse = changed.filter(isWorse);
  const candidates = (worse.length > 0 ? worse : changed).toSorted(earliest);
  const first = candidates[0];
  if (!first?.onset) return null;
  const { from, to } = first.onset;
  const together = candidates.filter(({ onset }) => onset !== null && onset.at <= to && onset.to >= from);
  const errors = together.filter(({ role }) => role === "error-ratio" || role === "errors");
  // `code="Aborted"` says which; "RPCs a client got wrong" are the same calls, all together.
  const coded = together.every(({ role }) => role === "other")
    ? together.filter(({ title }) => title.includes("{"))
    : [];
  const [head = first, ...others] = errors.length > 0 ? errors : coded.length > 0 ? coded : together;
  return others.reduce((best, next) => (widthOf(next) < widthOf(best) ? next : best), head);
}

export const onsetOf = (leading: Judged | null): Onset | null =>
  leading?.onset
    ? {
        ...leading.onset,
        cites: leading.cites,
        of: [leading.service?.name, nounOf(leading.role, leading.title)].filter(Boolean).join(" "),
      }
    : null;
