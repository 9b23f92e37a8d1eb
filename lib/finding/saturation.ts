/** Answers to what runs full or stands still -> what each of these series did. */
import { amongLooks, type ChangePoint, changePointOf } from "@/lib/detect/change-point";
import { answersOf, type Evidence, type NamedByAll, type Purpose, type SaturationPart } from "@/lib/evidence";
import { judgedOf, type Told, wordsOf } from "@/lib/finding/judged";
import type { Judged } from "@/lib/finding/seen";
import { stateChangeOf } from "@/lib/finding/states";
import { printSince } from "@/lib/finding/words";
import type { Series } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { type Instant, printClock } from "@/lib/signal/time";

type Saturation = Extract<Purpose, { kind: "saturation" }>;

const carries = ({ labels }: Series, { where, clusters = [] }: NamedByAll): boolean =>
  Object.entries(where).every(([label, value]) => labels[label] === value) &&
  (clusters.length === 0 || labels.cluster === undefined || clusters.includes(labels.cluster));

/**
 * Whose series this is; null where its labels fit two services, or where a name whose namespace is not known is there in
 * several, or its cluster: another team's workload may be called the same.
 */
function serviceOf(series: Series, { services }: Saturation, all: readonly Series[]): Service | null {
  const fitting = services.filter((named) => carries(series, named));
  const [first] = fitting;
  if (!first || new Set(fitting.map(({ service }) => serviceKey(service))).size > 1) return null;
  const alike = all.filter((each) => carries(each, first));
  const clusters = new Set(alike.flatMap(({ labels }) => labels.cluster ?? []));
  if (clusters.size > 1) return null;
  if ("namespace" in first.where || series.labels.namespace === undefined) return first.service;
  const spaces = new Set(alike.map(({ labels }) => labels.namespace));
  return spaces.size === 1 || series.labels.namespace === first.service.namespace ? first.service : null;
}

/** Findings are worked out again after every answer; what a series did stays the same. */
const detected = new WeakMap<Series, ChangePoint>();

function claimOf(series: Series, { state, unit, rateWindow }: SaturationPart, interval: number): ChangePoint {
  const held = detected.get(series);
  if (held) return held;
  const step = Math.max(1, series.step);
  const found = state
    ? stateChangeOf(series.values, interval / step)
    : changePointOf(series.values, { unit, step, interval, rateWindow });
  // That a pool or a queue is told of at all, or no longer, is not that it runs full.
  const claim: ChangePoint =
    found.verdict === "changed" && (found.before === null || found.after === null)
      ? { verdict: "quiet", level: found.before ?? found.after }
      : found;
  detected.set(series, claim);
  return claim;
}

/** "open since 14:03:10Z ± 30 s", "closed" */
function stateWords(claim: ChangePoint, { on, off }: { on: string; off: string }, { onset, end, now }: Told): string {
  if (claim.verdict === "too-few") return `${claim.because}: too few to judge`;
  if (claim.verdict === "quiet") return claim.level === 1 ? `${on} all the time` : off;
  const word = claim.direction === "up" ? on : off;
  const since = onset ? printSince(onset, now) : "";
  return end === null ? `${word} since ${since}` : `${word} from ${since} until ${printClock(end, now)}`;
}

/** Series of services that were not asked for are no one's and left out. `looks` = how many series are judged together. */
export const saturationOf = (known: readonly Evidence[], now: Instant, looks: number): Judged[] =>
  answersOf(known, "series").flatMap(({ question: { id, purpose }, answer }): Judged[] => {
    if (purpose.kind !== "saturation") return [];
    return answer.series.flatMap((series, index): Judged[] => {
      const signal = series.labels.signal ?? "";
      const part = Object.hasOwn(purpose.parts, signal) ? purpose.parts[signal] : undefined;
      const service = serviceOf(series, purpose, answer.series);
      if (!part || !service) return [];
      const { state, unit, named } = part;
      const title = named === undefined ? part.title : `${part.title} ${series.labels[named] ?? ""}`;
      const about = { question: id, index, cites: [id], service, role: "saturation" as const, title, unit };
      return [
        judgedOf(amongLooks(claimOf(series, part, purpose.interval), looks), {
          ...{ about, series, counts: null, now },
          say: (claim, told) => (state ? stateWords(claim, state, told) : wordsOf(claim, told)),
        }),
      ];
    });
  });
