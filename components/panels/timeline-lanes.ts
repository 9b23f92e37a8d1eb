/**
 * What is known -> the lanes of the time block, in an order that holds once drawn:
 *
 *   entry service   errors, latency, requests      three places, kept from the start
 *   others          the two that changed most      two places, filled once all series are in
 *   folded          what else changed · "12 other series quiet: …"
 *
 * Before all is in, the two places wait: a rank that changes under the eye is worse than one that comes late. Pure.
 */
import { type Extremes, extremesOf, type Points, pointsOf } from "@/components/panels/lane-points";
import { topOf, valueWords } from "@/components/panels/lane-words";
import { type LaneRole, type LaneSeries, laneSeries } from "@/components/panels/timeline-series";
import { answersOf, type Evidence, type Gap, type Question, type Unasked } from "@/lib/evidence";
import type { Explanation } from "@/lib/findings";
import type { Identity } from "@/lib/identity/identity";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Exemplar, Unit } from "@/lib/signal/series";
import { type Service, sameService, serviceKey } from "@/lib/signal/service";
import type { Instant, Window } from "@/lib/signal/time";
import { servicesOf } from "@/lib/signal/trace";
import { traceOf, verdictOf } from "@/lib/slot";

export type ChartLane = {
  readonly key: string;
  readonly role: LaneRole;
  readonly name: string;
  readonly about: string;
  readonly unit: Unit;
  readonly points: Points;
  readonly extremes: Extremes;
  /** Of the scale, in the lane's unit, and in words: "40 %". */
  readonly top: number;
  readonly topWords: string;
  readonly onset: Instant | null;
  readonly verdict: "changed" | "quiet" | "too-few" | "unknown";
  /** "0.1 % → 38 %, since 14:03:10Z": what the findings say of it. */
  readonly words: string;
  readonly exemplars: readonly Exemplar[];
  readonly evidence: readonly Evidence[];
  /** One of the two that a phone shows. */
  readonly foremost: boolean;
};
/** A place that is kept and still, or for good, empty: `words` say why, in place. */
export type EmptyLane = {
  readonly key: string;
  readonly name: string;
  readonly about: string;
  readonly words: string;
  readonly waiting: boolean;
  readonly foremost: boolean;
};
export type Place = { readonly lane: ChartLane } | { readonly empty: EmptyLane };

export type TimelineLanes = {
  readonly entry: readonly Place[];
  readonly others: readonly Place[];
  /** Behind "show": what else changed first, then the quiet ones. */
  readonly folded: readonly ChartLane[];
  /** "12 other series quiet: gateway latency, cart errors, …"; empty while nothing can be said. */
  readonly foldedWords: string;
  /** All series are in: the order is final. */
  readonly settled: boolean;
};

export type TimelineInput = {
  readonly questions: readonly Question[];
  readonly evidence: readonly Evidence[];
  readonly unasked: readonly Unasked[];
  readonly explanation: Explanation;
  readonly environment: EnvironmentSetting | null;
  readonly identities: readonly Identity[];
  readonly stream: "open" | "ended" | "lost";
};

/** Keys of the charts among these places. */
export const keysOf = (places: readonly Place[]): string[] =>
  places.flatMap((place) => ("lane" in place ? [place.lane.key] : []));

const places = ["errors", "latency", "requests"] as const;
const placeNames = { errors: "Error ratio", latency: "Latency", requests: "Requests" } as const;
/** Charts beside those of the entry service. */
const otherPlaces = 2;

/** The service that met the request first; without a trace the first that was recognised. */
export function entryService({ evidence, identities }: Pick<TimelineInput, "evidence" | "identities">): Service | null {
  const trace = traceOf(evidence)?.answer.trace;
  return (trace && servicesOf(trace)[0]) ?? identities[0]?.service ?? null;
}

/** `kept`: keys of the other places as drawn before, so that later evidence moves nothing. */
export function timelineLanes(state: TimelineInput, window: Window, kept: readonly string[] = []): TimelineLanes {
  const { questions, evidence, explanation } = state;
  const ended = state.stream !== "open";
  const place = new Map(questions.map(({ id }, index) => [id, index]));
  const all = laneSeries(evidence, explanation.movements, (id) => place.get(id) ?? questions.length, ended);
  const red = questions.filter(({ purpose }) => purpose.kind === "red");
  const answered = new Set(evidence.map(({ question }) => question.id));
  const settled =
    ended || (red.length > 0 && explanation.movements.length > 0 && red.every(({ id }) => answered.has(id)));

  const entry = entryService(state);
  const ofEntry = (role: LaneRole): LaneSeries | undefined =>
    all.find(
      (each) => each.role === role && each.service !== null && entry !== null && sameService(each.service, entry),
    );
  const reserved = places.map((role) => ({ role, series: ofEntry(role) }));
  const taken = new Set(reserved.map(({ series }) => series?.key));
  const ranked = all.filter(({ key }) => !taken.has(key)).toSorted(byChange);
  const chosen = settled ? chosenOthers(ranked, kept) : [];
  const rest = settled ? ranked.filter(({ key }) => !chosen.some((each) => each.key === key)) : [];
  const foremost = new Set(
    [...reserved.flatMap(({ series }) => series ?? []), ...chosen]
      .toSorted(byChange)
      .slice(0, 2)
      .map(({ key }) => key),
  );

  const draw = (series: LaneSeries): ChartLane => chartLane(series, window, evidence, foremost.has(series.key));
  const why = whyEmpty(state);
  const empty = (key: string, name: string, about: string, first: boolean): Place => ({
    empty: { key, name, about, ...why, foremost: first && foremost.size < 2 },
  });
  return {
    entry: reserved.map(({ role, series }, index) =>
      series
        ? { lane: draw(series) }
        : empty(`empty ${role}`, placeNames[role], entry ? serviceKey(entry) : "", index < 2),
    ),
    others: Array.from({ length: otherPlaces }, (_, index) => {
      const series = chosen[index];
      if (series) return { lane: draw(series) };
      const waiting = !settled;
      const words = waiting ? why.words : all.length === 0 ? why.words : "No further series was found.";
      return {
        empty: { key: `empty other ${index}`, name: "Others", about: "", words, waiting, foremost: false },
      };
    }),
    folded: rest.map(draw),
    foldedWords: settled ? foldedWords(rest) : all.length > 0 ? `${all.length} series so far, more are asked for` : "",
    settled,
  };
}

/** What changed before what did not, more before less; ties by key, so that arrival does not matter. */
function byChange(a: LaneSeries, b: LaneSeries): number {
  const rank = ({ movement }: LaneSeries): number => (movement?.verdict === "changed" ? movement.size : -1);
  return rank(b) - rank(a) || a.preference - b.preference || (a.key < b.key ? -1 : 1);
}

/** Those kept from before, then the best; one latency of a service is enough. */
function chosenOthers(ranked: readonly LaneSeries[], kept: readonly string[]): readonly LaneSeries[] {
  const chosen = kept.flatMap((key) => ranked.find((each) => each.key === key) ?? []).slice(0, otherPlaces);
  for (const series of ranked) {
    if (chosen.length >= otherPlaces) break;
    if (!chosen.some((each) => each.role === series.role && each.about === series.about)) chosen.push(series);
  }
  return chosen;
}

/** "2 more changed: …" and "12 other series quiet: gateway latency, cart errors, …" */
export function foldedWords(rest: readonly LaneSeries[]): string {
  const say = (list: readonly LaneSeries[], head: string): string[] => {
    if (list.length === 0) return [];
    const named = list.slice(0, 4).map(({ about, name }) => `${about} ${name.toLowerCase()}`.trim());
    return [`${list.length} ${head}: ${named.join(", ")}${list.length > 4 ? ", …" : ""}`];
  };
  const changed = rest.filter(({ movement }) => movement?.verdict === "changed");
  const few = rest.filter(({ movement }) => movement?.verdict === "too-few");
  const quiet = rest.filter(({ movement }) => movement?.verdict === "quiet");
  const unjudged = rest.filter(({ movement }) => movement === null);
  return [
    ...say(changed, "more changed"),
    ...say(quiet, "other series quiet"),
    ...say(few, "with too few samples"),
    ...say(unjudged, "not judged"),
  ].join(" · ");
}

function chartLane(each: LaneSeries, window: Window, evidence: readonly Evidence[], foremost: boolean): ChartLane {
  const { key, role, name, about, unit, series, movement } = each;
  const points = pointsOf(series, window);
  const extremes = extremesOf(points);
  const top = topOf(extremes.highest, unit);
  return {
    key,
    role,
    name,
    about,
    unit,
    points,
    extremes,
    top,
    topWords: valueWords(top, unit),
    onset: movement?.onset?.at ?? null,
    verdict: movement?.verdict ?? "unknown",
    words: movement?.words ?? "",
    exemplars: role === "latency" ? exemplarsOf(each, evidence, window) : [],
    evidence: each.evidence,
    foremost,
  };
}

/** More dots than this hide the line they sit on. */
const mostExemplars = 24;

/** Exemplars of the same service, the slowest of them, by time. */
function exemplarsOf(lane: LaneSeries, evidence: readonly Evidence[], window: Window): readonly Exemplar[] {
  const service = lane.service;
  if (service === null) return [];
  return answersOf(evidence, "exemplars")
    .flatMap(({ question: { purpose }, answer }) =>
      purpose.kind === "exemplars"
        ? answer.exemplars.filter(({ labels }) => {
            const value = labels[purpose.label];
            return purpose.services.some((one) => one.value === value && sameService(one.service, service));
          })
        : [],
    )
    .filter(({ at, value }) => value !== null && at >= window.from && at <= window.to)
    .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .slice(0, mostExemplars)
    .toSorted((a, b) => a.at - b.at);
}

const waitingWords = "asking …";
/** Why a kept place is empty: still asked, or the gap of its slot. */
function whyEmpty(state: TimelineInput): { words: string; waiting: boolean } {
  const verdict = verdictOf("spike", { ...state, ended: state.stream !== "open" });
  if (verdict.verdict === "waiting") return { words: waitingWords, waiting: true };
  if (verdict.verdict === "found" || verdict.verdict === "partial")
    return state.stream === "open"
      ? { words: waitingWords, waiting: true }
      : { words: "No such series was found for this service.", waiting: false };
  return { words: wordsOf(verdict.gaps, `${verdict.headline}. ${verdict.detail}`), waiting: false };
}

/** The first gap as one line. */
export const wordsOf = (gaps: readonly Gap[], otherwise: string): string => {
  const gap = gaps[0];
  return gap ? `${gap.text} ${gap.next}`.trim() : otherwise;
};
