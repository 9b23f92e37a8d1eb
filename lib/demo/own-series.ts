/**
 * Series that no request makes: gauges and counters with an ordinary course, and what happens to them. Any instant is
 * known by itself: a gauge is its level, ways to others and a little noise; a counter is the integral of its rate.
 *
 *   move   to |      ____________
 *             |     /            \
 *     ordinary|____/|            |\____      begins at `at`, takes `over`, comes back `lasts` after it began
 */
import { bell, mix, mixText, unit } from "@/lib/demo/chance";
import type { Jump, Move, SeriesScript } from "@/lib/demo/own-script";
import { fillPlaces } from "@/lib/demo/places";
import type { Pod, Roster } from "@/lib/demo/roster";
import { scrapeInterval, scrapesOf } from "@/lib/demo/scrapes";
import type { Happening } from "@/lib/demo/script";
import { endOf, type SampledSeries, type Wanted } from "@/lib/demo/series";
import type { Labels } from "@/lib/signal/labels";
import { day, type Instant, type Window } from "@/lib/signal/time";

export type DatedMove = { readonly at: number; readonly what: Move };
export type DatedJump = { readonly at: number; readonly what: Jump };

/** How far a move has gone at `at`, 0..1. */
function gone({ at: from, what: { over, lasts } }: DatedMove, at: number): number {
  const ramp = (since: number): number => (since <= 0 ? 0 : over <= 0 ? 1 : Math.min(1, since / over));
  return ramp(at - from) - (lasts === null ? 0 : ramp(at - from - lasts));
}
/** The integral of `gone` over time, ms. */
function goneUntil({ at: from, what: { over, lasts } }: DatedMove, at: number): number {
  const ramped = (since: number): number =>
    since <= 0 ? 0 : since < over ? (since * since) / (2 * over) : since - over / 2;
  return ramped(at - from) - (lasts === null ? 0 : ramped(at - from - lasts));
}

const grained = (value: number, grain: number): number =>
  grain > 0 ? Number((Math.round(value / grain) * grain).toPrecision(12)) : value;

function gaugeAt(series: SeriesScript, moved: readonly DatedMove[], seed: number, at: number): number {
  const { level, noise, swing, grain } = series;
  const ordinary = level * (1 + swing * Math.sin(2 * Math.PI * ((at % day) / day - 0.33)));
  const value = moved.reduce((now, move) => {
    const share = gone(move, at);
    return now * (1 - share) + move.what.to * share;
  }, ordinary);
  const second = at / 1_000;
  return grained(value * (1 + noise * bell(mix(seed, second, 1), mix(seed, second, 2))), grain);
}

/** Not every minute alike: time itself runs a little uneven, so that what grows never falls. */
const unevenFor = 140_000;
const uneven = (at: number, noise: number): number =>
  at + Math.min(0.9, noise) * (unevenFor / (2 * Math.PI)) * Math.sin((2 * Math.PI * at) / unevenFor);

/** Events until `at` since `from`: the n-th comes somewhere between n and n + 1. */
function counterAt(
  { level, noise }: SeriesScript,
  moved: readonly DatedMove[],
  jumped: readonly DatedJump[],
  seed: number,
  from: number,
  at: number,
): number {
  const grown = (until: number): number =>
    (level * until) / 1_000 +
    moved.reduce((sum, move) => sum + ((move.what.to - level) * goneUntil(move, until)) / 1_000, 0);
  const owed = Math.max(0, grown(uneven(at, noise)) - grown(uneven(from, noise)));
  const whole = Math.floor(owed);
  const counted = whole === 0 ? 0 : unit(mix(seed, whole)) <= owed - whole ? whole : whole - 1;
  return counted + jumped.reduce((sum, { at: when, what }) => sum + (when >= from && when <= at ? what.by : 0), 0);
}

/** One series of a script: whose it is, when it is told, what it says. */
type Own = {
  readonly labels: Labels;
  readonly pod: Pod | null;
  readonly target: { readonly phase: number; readonly from: number; readonly until: number };
  readonly value: (at: number) => number;
};

export type OwnSeries = (window: Window, wanted: Wanted) => SampledSeries[];

export function createOwnSeries(
  scripts: readonly SeriesScript[],
  happenings: readonly { readonly at: number; readonly what: Happening["what"] }[],
  roster: Roster,
  origin: Instant,
): OwnSeries {
  const moved = happenings.flatMap(({ at, what }): DatedMove[] => (what.kind === "move" ? [{ at, what }] : []));
  const jumped = happenings.flatMap(({ at, what }): DatedJump[] => (what.kind === "jump" ? [{ at, what }] : []));
  const all = scripts.flatMap((script): Own[] => {
    // By what it says: a story told with other names is a copy.
    const key = JSON.stringify(script);
    const isOf = ({ what }: DatedMove | DatedJump): boolean => JSON.stringify(what.series) === key;
    const mine = moved.filter(isOf).toSorted((a, b) => a.at - b.at);
    const jumps = jumped.filter(isOf);
    const own = (pod: Pod | null): Own => {
      const text = JSON.stringify([script.name, script.labels, pod?.name]);
      const seed = mixText(text);
      const isMine = ({ what }: DatedMove | DatedJump): boolean =>
        what.pod === null || pod === null || what.pod === pod.teller.number;
      const [ways, leaps] = [mine.filter(isMine), jumps.filter(isMine)];
      const target = pod ?? { phase: seed % scrapeInterval, from: origin, until: Number.POSITIVE_INFINITY };
      return {
        labels: labelsOf(script, pod),
        pod,
        target,
        value: (at) =>
          script.kind === "gauge"
            ? gaugeAt(script, ways, seed, at)
            : counterAt(script, ways, leaps, seed, target.from, at),
      };
    };
    return script.of === null
      ? [own(null)]
      : roster.pods.filter(({ service }) => service.name === script.of).map((pod) => own(pod));
  });

  return ({ from, to }, wanted) =>
    all.flatMap(({ labels, pod, target, value }): SampledSeries[] => {
      if (!wanted(labels)) return [];
      const at = scrapesOf(target, from, to);
      return at.length === 0 ? [] : [{ labels, at, values: at.map(value), endsAt: pod && endOf(pod, to) }];
    });
}

/** The places of a pod, for labels and texts. */
export const placesOfPod = ({ name, address, version, service, teller }: Pod): Labels => ({
  pod: name,
  service: service.name,
  namespace: teller.namespace,
  version,
  address,
});

function labelsOf({ name, labels, fromPod }: SeriesScript, pod: Pod | null): Labels {
  const filled = Object.fromEntries(
    Object.entries(labels).map(([label, value]) => [label, fillPlaces(value, pod ? placesOfPod(pod) : {}, 0)]),
  );
  return {
    __name__: name,
    ...(pod && fromPod ? pod.service.telemetry.podLabels(pod.teller) : {}),
    ...filled,
  };
}
