/**
 * "order requests fell from 10 /s to 0 at 14:03:10Z: fewer asked": traffic that is all but gone, told apart from telemetry
 * that is gone. Of several services the one nearest to the entry speaks: what it no longer asks, the others no longer get.
 */
import { movementPhrase } from "@/lib/finding/onset";
import { type Claim, isPending, type Judged, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { failedScrapes, lossesOf } from "@/lib/finding/telemetry-loss";
import { list, plain, printUncertainty } from "@/lib/finding/words";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Service, sameService } from "@/lib/signal/service";
import { type Instant, minute, printClock } from "@/lib/signal/time";

/** What is left of the requests when they are all but gone. */
const mostLeft = 0.05;
/** Fewer requests than that come and go by themselves, a second. */
const leastBefore = 0.1;
const reads = ["red", "saturation", "telemetry-loss"] as const;

const isGone = ({ role, verdict, direction, before, after, presence, onset }: Judged): boolean =>
  role === "rate" &&
  verdict === "changed" &&
  onset !== null &&
  (before ?? 0) >= leastBefore &&
  (presence === "vanished" || (direction === "down" && (after ?? 0) <= mostLeft * (before ?? 0)));

const isOf = (service: Service | null, other: Service | null): boolean =>
  service !== null && other !== null && sameService(service, other);

/** Told at the end of what was asked, minutes after `since`. */
function isTold(series: Series, since: Instant): boolean {
  for (let index = series.values.length - 1; index >= 0; index -= 1)
    if (series.values[index] != null) return instantOf(series, index) >= since + 2 * minute;
  return false;
}

type Reason = { readonly words: string; readonly cites: readonly string[]; readonly isSure: boolean };

/** Whether nobody asked, or nobody told. */
function reasonOf(gone: Judged, seen: Seen): Reason {
  const since = gone.onset?.to ?? seen.now;
  const failed = gone.service ? failedScrapes(seen, gone.service) : null;
  if (failed) {
    const lost = gone.presence === "vanished";
    const words = `${failed.words}, so ${lost ? "its telemetry is gone, and whether it was asked is not known" : "fewer may have been counted than asked"}`;
    return { words, cites: failed.cites, isSure: false };
  }
  if (gone.presence !== "vanished")
    return { words: "fewer asked, or what was asked never ended; its counter is still told", cites: [], isSure: true };
  // A latency needs requests, so only what is told without them shows that the service is.
  const alive = seen.movements.filter(
    ({ service, role, series }) => role === "saturation" && isOf(service, gone.service) && isTold(series, since),
  );
  return alive.length > 0
    ? {
        words: "other metrics of it are still told, so it seems to run, and counts no request",
        cites: alive.flatMap(({ cites }) => cites),
        isSure: true,
      }
    : { words: "nobody asked, or its telemetry is gone; nothing seen here tells which", cites: [], isSure: false };
}

export const vanishedTraffic: Claim = {
  reads,
  judge: (seen) => {
    if (isPending(seen, reads)) return [];
    const all = seen.movements.filter(
      (each) => isGone(each) && (seen.path.length === 0 || seen.path.some((service) => isOf(service, each.service))),
    );
    const place = ({ service }: Judged): number => seen.path.findIndex((each) => isOf(each, service));
    const [first, ...others] = all.toSorted((a, b) => place(a) - place(b) || (a.onset?.at ?? 0) - (b.onset?.at ?? 0));
    if (!first?.onset) return [];
    const { words, cites, isSure } = reasonOf(first, seen);
    const names = [
      ...new Set(others.flatMap(({ service }) => (isOf(service, first.service) ? [] : (service?.name ?? [])))),
    ];
    const also = names.length > 0 ? ` Requests of ${list(names)} are gone, too.` : "";
    const until = first.end === null ? "" : `, until ${printClock(first.end, seen.now)}`;
    const weakenedBy = [
      ...missingFor(seen, reads),
      ...lossesOf(seen, "metrics"),
      ...(isSure ? [] : ["whether it was asked is not told"]),
    ];
    const read = isSure && weakenedBy.length > 0 ? "as far as could be read, " : "";
    return [
      {
        id: `vanished-traffic ${first.question} ${first.index}`,
        kind: "vanished-traffic",
        sentence: [
          movementPhrase(first),
          plain(
            ` at ${printClock(first.onset.at, seen.now)} (${printUncertainty(first.onset)})${until}: ${read}${words}.${also}`,
          ),
        ],
        score: (isSure ? 0.7 : 0.5) - (weakenedBy.length > (isSure ? 0 : 1) ? 0.1 : 0),
        at: first.onset.at,
        cites: unique([...first.cites, ...others.flatMap((each) => each.cites), ...cites]),
        weakenedBy,
      },
    ];
  },
};
