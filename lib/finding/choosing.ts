/**
 * All movements -> which to show first, and why each: by how much it changed, how near the onset of the incident, how
 * close its service is to the request's entry or to where the trace breaks. Pure; the same for any order of arrival.
 */
import { apartInWords, mayCoincide, type Uncertain } from "@/lib/finding/apart";
import type { Calls } from "@/lib/finding/calls";
import type { Movement } from "@/lib/finding/finding";
import { asYesterday } from "@/lib/finding/judged";
import { nameOf } from "@/lib/finding/rest";
import type { Judged } from "@/lib/finding/seen";
import { legible, plural } from "@/lib/finding/words";
import type { Edge } from "@/lib/signal/edge";
import { type Service, sameService, serviceKey, shortNames } from "@/lib/signal/service";
import { minute } from "@/lib/signal/time";

export type Around = {
  /** null = no trace. */
  readonly calls: Calls | null;
  readonly entry: Service | null;
  /** Where the trace breaks. */
  readonly broken: Service | null;
  /** Onset of the incident, else the beginning of the trace. */
  readonly moment: Uncertain | null;
};

/** What was said of a movement beside what it did. */
export type Chosen<M> = M & Pick<Movement, "rank" | "because" | "distance" | "away">;

/** Beyond that a change is as large as can be: 6 deviations are the least that is claimed. */
const largest = 600;
const nearBy = 10 * minute;
/** Calls of a service that is on no trace. */
const elsewhere = 4;

const onsetAway = ({ onset }: Judged, { moment }: Around): number | null =>
  onset === null || moment === null ? null : onset.at - moment.at;

function distanceOf({ service }: Judged, { calls, entry, broken }: Around): number | null {
  if (service === null || calls === null) return null;
  const ways = [entry, broken].flatMap((to) => (to === null ? [] : (calls.between(service, to) ?? [])));
  return ways.length > 0 ? Math.min(...ways) : null;
}

/** 0..1. A recovery, and what runs full where no one felt it, weigh less than failures. */
function weightOf(movement: Judged, around: Around): number {
  const { verdict, size, role, direction } = movement;
  const close = 1 / (1 + (distanceOf(movement, around) ?? elsewhere));
  if (verdict !== "changed") return 0.1 * close + (verdict === "quiet" ? 0.01 : 0);
  const much = Math.min(1, Math.log1p(size) / Math.log1p(largest));
  const away = onsetAway(movement, around);
  const near = away === null ? 0.5 : Math.exp(-Math.abs(away) / nearBy);
  const worse = role === "rate" || direction === "up" ? 1 : 0.6;
  const felt = role === "saturation" ? 0.8 : role === "rate" ? 0.9 : 1;
  return 0.2 + 0.8 * worse * felt * (0.4 * much + 0.3 * near + 0.3 * close);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `the entry service`, `where the trace breaks`, `2 calls below gateway`. "" without a trace. */
function placeOf({ service }: Judged, { calls, entry, broken }: Around): string {
  if (service === null || calls === null || entry === null) return "";
  const isEntry = sameService(service, entry);
  if (broken !== null && sameService(service, broken))
    return isEntry ? "the entry, where the trace breaks" : "where the trace breaks";
  if (isEntry) return "the entry service";
  const below = calls.below(service);
  return below === undefined
    ? besideWords(service, calls.beside(service))
    : `${plural(below, "call")} below ${entry.name}`;
}

/** `behind the queue mails of order, not on this trace`. */
function besideWords(service: Service, edge: Edge | undefined): string {
  if (!edge) return "not on this trace";
  const { from, to, via, through } = edge;
  if (sameService(from, service)) return `calls ${to.name}, not on this trace`;
  const way = via === "call" ? "called by" : `behind ${through === null ? "a queue" : `the queue ${through}`} of`;
  return `${way} ${from.name}, not on this trace`;
}

/** Of several that changed: which changed most, and which may have changed first. */
type Heads = { readonly most: Judged | undefined; readonly first: readonly Judged[] };

function reasonOf(movement: Judged, { most, first }: Heads, around: Around): string {
  const { verdict } = movement;
  if (verdict === "too-few") return "too few samples to judge";
  if (movement.usual) return asYesterday;
  if (verdict === "quiet") return "quiet";
  const early = first.includes(movement) ? (first.length === 1 ? "first" : "among the first") : "";
  const said = [movement === most ? "most" : "", early].filter((word) => word !== "");
  if (said.length > 0) return `changed ${said.join(" and ")}`;
  const { onset } = movement;
  const { moment } = around;
  if (onset === null || moment === null) return "changed";
  if (mayCoincide(onset, moment)) return "changed around the same time";
  return `changed ${apartInWords(onset, moment)} ${onset.at < moment.at ? "before" : "after"}`;
}

/** Nobody is first where all of them may be. */
function headsOf(changed: readonly Judged[]): Heads {
  if (changed.length < 2) return { most: undefined, first: [] };
  const most = changed.reduce((held, next) => (next.size > held.size ? next : held));
  const soonest = Math.min(...changed.map(({ onset }) => onset?.to ?? Number.POSITIVE_INFINITY));
  const first = changed.filter(({ onset }) => onset !== null && onset.from <= soonest);
  return { most, first: first.length < changed.length ? first : [] };
}

/** Best first; what is known of the movements stays as it is. */
export function chosenOf<M extends Judged>(movements: readonly M[], around: Around): Chosen<M>[] {
  const weights = new Map(movements.map((movement) => [movement, weightOf(movement, around)]));
  const ranked = movements.toSorted(
    (a, b) =>
      (weights.get(b) ?? 0) - (weights.get(a) ?? 0) ||
      compare(a.service ? serviceKey(a.service) : "", b.service ? serviceKey(b.service) : "") ||
      compare(a.role, b.role) ||
      compare(a.title, b.title) ||
      compare(a.question, b.question) ||
      a.index - b.index,
  );
  const heads = headsOf(ranked.filter(({ verdict }) => verdict === "changed"));
  const shown = shortNames(ranked.flatMap(({ service }) => service ?? []));
  return ranked.map((movement, rank) => {
    const { service } = movement;
    const what = `${nameOf(movement)}${service ? ` of ${shown(service)}` : ""}`;
    const words = [what, placeOf(movement, around), reasonOf(movement, heads, around)];
    return {
      ...movement,
      rank,
      because: legible(words.filter((word) => word !== "").join(", ")),
      distance: distanceOf(movement, around),
      away: onsetAway(movement, around),
    };
  });
}
