/**
 * What is known -> the lanes of the time block, in an order that holds once drawn:
 *
 *   own             what the alert looks at            one place, where the lead is an alert
 *   entry service   errors, latency, requests      three places, kept from the start
 *   others          the story's, what changed most two places (and what the entry service left), once all are in
 *   folded          what else changed · "12 other series quiet: …"
 *
 * Before all is in, the two places wait: a rank that changes under the eye is worse than one that comes late. Pure.
 */
import { type SeriesPlace, storyMovement } from "@/components/panels/cited-series";
import { type Extremes, extremesOf, mostPoints, type Points, pointsOf } from "@/components/panels/lane-points";
import { topOf, valueWords } from "@/components/panels/lane-words";
import { boundOf, ownMissing, ownSeries, type Threshold } from "@/components/panels/own-series";
import { type LaneRole, type LaneSeries, laneSeries } from "@/components/panels/timeline-series";
import { answersOf, type Evidence, type Gap, type Question, type Slot, type Unasked } from "@/lib/evidence";
import { type Explanation, restInWords } from "@/lib/explanation";
import type { Identity } from "@/lib/identity/identity";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Exemplar, Series, Unit } from "@/lib/signal/series";
import { type Service, sameService, serviceKey } from "@/lib/signal/service";
import { type Instant, type Window, widen } from "@/lib/signal/time";
import { servicesOf } from "@/lib/signal/trace";
import { traceOf, verdictOf } from "@/lib/slot";

export type ChartLane = {
  readonly key: string;
  readonly place: SeriesPlace;
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
  /** "the entry service, changed most and first": why it is shown. */
  readonly because: string;
  readonly state: LaneSeries["state"];
  readonly exemplars: readonly Exemplar[];
  readonly evidence: readonly Evidence[];
  readonly series: Series;
  /** The same series as it was earlier, moved under this one; null = not asked. */
  readonly ghost: Points | null;
  readonly thresholds: readonly Threshold[];
  /** The series it is compared with, where its rule names no number. */
  readonly bound: Points | null;
  /** One of the two that a phone shows. */
  readonly foremost: boolean;
};
/** What is drawn over the series of the window: all of it, unless the reader looks closer. */
export type Look = {
  readonly shown: Window;
  readonly ghosts: ReadonlyMap<string, Series>;
  readonly thresholds: readonly Threshold[];
};
/** Right below a place that says why: the two are drawn as one block. */
export const asAbove = "as above";
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
  /** null: the lead is no alert. */
  readonly own: Place | null;
  readonly entry: readonly Place[];
  readonly others: readonly Place[];
  /** Behind "show": what else changed first, then the quiet ones. */
  readonly folded: readonly ChartLane[];
  /** "12 other series quiet: gateway latency, cart errors, …"; empty while nothing can be said. */
  readonly foldedWords: string;
  /** What stands in each place once the order is final, to be handed in again; empty before. */
  readonly keys: readonly string[];
  /** All series are in: the order is final. */
  readonly settled: boolean;
  /** Came after the places were given, and changed more than one of them: "payment's error ratio changed more". */
  readonly better: { readonly words: string; readonly keys: readonly string[] } | null;
};

export type TimelineInput = {
  readonly questions: readonly Question[];
  readonly evidence: readonly Evidence[];
  readonly unasked: readonly Unasked[];
  readonly explanation: Explanation;
  readonly environment: EnvironmentSetting | null;
  readonly identities: readonly Identity[];
  readonly stream: "open" | "ended" | "lost";
  /** Nothing was answered since the findings were told: what an answer made the planner ask is among `questions`. */
  readonly caughtUp: boolean;
  /** The lead is an alert: its own expression has a place of its own. */
  readonly ofAlert?: boolean;
};

const roles = ["errors", "latency", "requests"] as const;
const roleNames = { errors: "Error ratio", latency: "Latency", requests: "Requests" } as const;
/** While one of these is asked, further services may become known, and with them series. */
const tellsServices: ReadonlySet<Slot> = new Set(["spike", "trace", "lines"]);
/** Charts beside those of the entry service. */
const noOthers: readonly undefined[] = [undefined, undefined];

/**
 * The service that met the request first and whose series are asked for. Without a trace: the one the story speaks of, else
 * the first that moved; only where nothing is judged any that was recognised, by name.
 */
export function entryService({
  questions,
  evidence,
  identities,
  explanation,
}: Pick<TimelineInput, "questions" | "evidence" | "identities" | "explanation">): Service | null {
  const trace = traceOf(evidence)?.answer.trace;
  const spoken = [storyMovement(explanation), ...explanation.movements].flatMap((each) => each?.service ?? []);
  const named = identities.map(({ service }) => service).toSorted((a, b) => (serviceKey(a) < serviceKey(b) ? -1 : 1));
  const path = trace ? servicesOf(trace) : [...spoken, ...named];
  const measured = questions.flatMap(({ purpose }) =>
    purpose.kind === "red" ? purpose.services.map(({ service }) => service) : [],
  );
  return path.find((service) => measured.some((other) => sameService(service, other))) ?? path[0] ?? null;
}

/** `kept`: keys of the places as drawn before ("" where empty), so that later evidence moves nothing. */
export function timelineLanes(
  state: TimelineInput,
  window: Window,
  kept: readonly string[] = [],
  look: Look = { shown: window, ghosts: new Map(), thresholds: [] },
): TimelineLanes {
  const { questions, evidence, explanation } = state;
  const ended = state.stream !== "open";
  const all = laneSeries(evidence, explanation.movements, ended);
  const answered = new Set(evidence.map(({ question }) => question.id));
  // Once drawn, an order stands: a later question is no reason to take lanes away.
  const settled =
    ended ||
    kept.length > 0 ||
    (state.caughtUp &&
      all.length > 0 &&
      all.every(({ movement }) => movement !== null) &&
      answersOf(evidence, "series").every(
        // Only the findings tell whose these are: their word is waited for, and without one the end.
        ({ question: { id, purpose }, answer }) =>
          purpose.kind !== "saturation" ||
          answer.series.length === 0 ||
          explanation.movements.some(({ question }) => question === id),
      ) &&
      questions.every(({ id, slot }) => answered.has(id) || !tellsServices.has(slot)));

  // Without a trace only what was judged tells whose lanes come first: until then the places wait.
  const entry = settled || traceOf(evidence) ? entryService(state) : null;
  const cited = storyMovement(explanation);
  const isCited = ({ place }: LaneSeries): boolean =>
    cited !== null && place.question === cited.question && place.index === cited.index;
  const ofEntry = (role: LaneRole): LaneSeries | undefined =>
    all.find(
      (each) => each.role === role && each.service !== null && entry !== null && sameService(each.service, entry),
    );
  const own = roles.map(ofEntry);
  const [first, ...conditions] = state.ofAlert ? ownSeries(evidence) : [];
  const byWeight = (a: LaneSeries, b: LaneSeries): number => Number(isCited(b)) - Number(isCited(a)) || byChange(a, b);
  const chosen = settled
    ? filled(own, [...conditions, ...all.toSorted(byWeight)], kept, isCited)
    : [...own, ...noOthers];
  const taken = new Set(chosen.flatMap((each) => each?.key ?? []));
  const rest = settled ? [...conditions, ...all.toSorted(byChange)].filter(({ key }) => !taken.has(key)) : [];
  const foremost = new Set(
    chosen
      .flatMap((each) => each ?? [])
      .toSorted(byWeight)
      .slice(0, 2)
      .map(({ key }) => key),
  );

  const draw = (series: LaneSeries): ChartLane => chartLane(series, look, evidence, foremost.has(series.key));
  const ownPlace = first ? { lane: chartLane(first, look, evidence, true) } : emptyOwn(state);
  const why = whyEmpty(state, all.length > 0);
  const places = chosen.map((series, index): Place => {
    if (series) return { lane: draw(series) };
    // One dead upstream needs to be told once, not five times; a lane that is drawn between two is in neither's block.
    const isBelow = index > 0 && chosen[index - 1] === undefined;
    const words = isBelow && !why.waiting ? asAbove : why.words;
    const role = roles[index];
    const about = role && entry ? entry.name : "";
    return {
      empty: {
        key: `empty ${index}`,
        name: role ? roleNames[role] : "Others",
        about,
        words,
        waiting: why.waiting,
        // Until there are two to show, a phone keeps the place of the first.
        foremost: index < 2 - foremost.size,
      },
    };
  });
  return {
    own: state.ofAlert ? ownPlace : null,
    entry: places.slice(0, roles.length),
    others: places.slice(roles.length),
    keys: settled ? chosen.map((each) => each?.key ?? "") : [],
    folded: rest.map(draw),
    foldedWords: settled ? foldedWords(rest) : `${all.length === 0 ? "No" : all.length} series so far`,
    settled,
    better: kept.length === 0 ? null : betterOf(chosen, rest),
  };
}

/** Of the places that are no one's by right the least gives way, where what is folded changed and ranks before it. */
function betterOf(chosen: readonly (LaneSeries | undefined)[], rest: readonly LaneSeries[]): TimelineLanes["better"] {
  const [best] = rest;
  const free = chosen.map((each, index) => ({ each, index })).slice(roles.length);
  const least = free.reduce((held, next) =>
    !held.each || (next.each && byChange(held.each, next.each) > 0) ? held : next,
  );
  const isBetter = best?.movement?.verdict === "changed" && (!least.each || byChange(best, least.each) < 0);
  // One kind of a service is enough: its p99 beside its mean tells nothing new.
  const isTold = chosen.some((each) => each && best && each.role === best.role && each.about === best.about);
  if (!best || !isBetter || (isTold && best.role !== "other")) return null;
  const keys = chosen.map((each, index) => (index === least.index ? best.key : (each?.key ?? "")));
  return { words: `${best.about}’s ${best.name.toLowerCase()} changed more`, keys };
}

/**
 * Those of the entry service where they are, what was kept where it was, and in the places still free the best of the
 * others; one latency of a service is enough.
 */
function filled(
  own: readonly (LaneSeries | undefined)[],
  ranked: readonly LaneSeries[],
  kept: readonly string[],
  isCited: (series: LaneSeries) => boolean,
): readonly (LaneSeries | undefined)[] {
  const chosen = [...own, ...noOthers].map((series, index) => ranked.find(({ key }) => key === kept[index]) ?? series);
  // What the story rests on is drawn, though its service has a lane of the kind, and though the places are taken.
  const first = ranked[0];
  if (first && isCited(first) && chosen.every((each) => each?.key !== first.key)) {
    const free = chosen.indexOf(undefined);
    chosen[free < 0 ? roles.length : free] = first;
  }
  const isFree = (series: LaneSeries): boolean =>
    !chosen.some(
      (each) =>
        each &&
        each.role === series.role &&
        each.about === series.about &&
        (series.role !== "other" || each.name === series.name),
    );
  return chosen.map((series, index) => {
    const next = series ?? ranked.find(isFree);
    chosen[index] = next;
    return next;
  });
}

/** As the findings rank them, what changed before what did not; ties by key, so that arrival does not matter. */
function byChange(a: LaneSeries, b: LaneSeries): number {
  const changed = ({ movement }: LaneSeries): number => (movement?.verdict === "changed" ? 1 : 0);
  const rank = ({ movement }: LaneSeries): number => movement?.rank ?? Number.MAX_SAFE_INTEGER;
  const size = ({ movement }: LaneSeries): number => movement?.size ?? 0;
  return (
    changed(b) - changed(a) ||
    rank(a) - rank(b) ||
    size(b) - size(a) ||
    a.preference - b.preference ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  );
}

/** "2 more changed: …; 12 other series quiet: gateway p99 latency, cart error ratio and 10 others" */
export function foldedWords(rest: readonly LaneSeries[]): string {
  const unjudged = rest.filter(({ movement }) => movement === null).length;
  const words = [
    restInWords(rest.flatMap(({ movement }) => movement ?? [])),
    unjudged > 0 ? `${unjudged} not judged` : "",
  ];
  return rest.length === 0 ? "No other series." : words.filter((part) => part !== "").join("; ");
}

function chartLane(each: LaneSeries, look: Look, evidence: readonly Evidence[], foremost: boolean): ChartLane {
  const { key, place, role, name, about, unit, series, movement } = each;
  const { shown } = look;
  const inside = pointsOf(series, shown);
  const extremes = extremesOf(inside);
  // A sample beyond each end, so that a line runs through the edge of what is shown.
  const points = pointsOf(series, widen(shown, series.step, series.step), mostPoints + 2);
  const earlier = look.ghosts.get(key);
  const ghost = earlier ? pointsOf(earlier, widen(shown, earlier.step, earlier.step), mostPoints + 2) : null;
  const thresholds = look.thresholds.filter(
    ({ question, index }) => question === place.question && index === place.index,
  );
  const compared = role === "alert" ? boundOf(evidence, place) : null;
  const bound = compared ? pointsOf(compared, widen(shown, compared.step, compared.step), mostPoints + 2) : null;
  const highest = Math.max(extremes.highest, ...[ghost, bound].map((each) => (each ? extremesOf(each).highest : 0)));
  // A rule's line far above all samples would press them to the floor: then it is said, and not drawn.
  const drawn = thresholds.map(({ value }) => value).filter((value) => value <= highest * 4);
  const top = topOf(Math.max(highest, ...drawn.map((value) => value * 1.1)), unit);
  return {
    key,
    place,
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
    words: role === "alert" ? (each.evidence[0]?.question.text ?? "") : (movement?.words ?? ""),
    // Its name stands in the gutter already.
    because: movement?.because.split(", ").slice(1).join(", ") ?? "",
    state: each.state,
    exemplars: role === "latency" ? exemplarsOf(each, evidence, shown) : [],
    evidence: each.evidence,
    series,
    ghost,
    thresholds,
    bound,
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
        ? answer.exemplars.filter(({ labels }) =>
            purpose.services.some(
              ({ service: one, value, label = purpose.label }) => labels[label] === value && sameService(one, service),
            ),
          )
        : [],
    )
    .filter(({ at, value }) => value !== null && at >= window.from && at <= window.to)
    .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .slice(0, mostExemplars)
    .toSorted((a, b) => a.at - b.at);
}

/** Its place is kept from the start; a rule that cannot be drawn says why. */
function emptyOwn(state: TimelineInput): Place {
  const { evidence, questions, unasked } = state;
  const isAsked = questions.some(({ purpose }) => purpose.kind === "alert-expression");
  const said = ownMissing(evidence);
  const told = unasked.filter(({ slot }) => slot === "spike");
  const waiting = said === null && state.stream === "open" && (isAsked || told.length === 0);
  const words = said ?? wordsOf(told, "What this alert looks at is not known.");
  return {
    empty: {
      key: "empty own",
      name: "This alert",
      about: "what it looks at",
      words: waiting ? "asking …" : words,
      waiting,
      foremost: true,
    },
  };
}

/** Why a kept place is empty: still asked, nothing left to fill it with, or the gap of its slot. */
function whyEmpty(state: TimelineInput, any: boolean): { words: string; waiting: boolean } {
  const { verdict, gaps, headline, detail } = verdictOf("spike", { ...state, ended: state.stream !== "open" });
  if (state.stream === "open" && verdict !== "failed" && verdict !== "nothing")
    return { words: "asking …", waiting: true };
  if (any) return { words: "No further series is known for the services on this path.", waiting: false };
  // An answer came, and held nothing of these lanes.
  if (gaps.length === 0 && (verdict === "found" || verdict === "partial"))
    return { words: "No other series was found.", waiting: false };
  return { words: wordsOf(gaps, `${headline}. ${detail}`), waiting: false };
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The first gap as one line. */
export const wordsOf = (gaps: readonly Gap[], otherwise: string): string => {
  const gap = gaps[0];
  if (!gap) return capital(otherwise);
  return `${/[.!?…]$/.test(gap.text) ? gap.text : `${gap.text}.`} ${gap.next}`.trim();
};
