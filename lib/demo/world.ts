/**
 * A scenario with incidents placed in it, as every backend would see it. Nothing is stored: each answer is computed
 * from the script and the seed when asked, so the same question has the same answer, and windows compose.
 * All windows here are half-open, [from, to). It knows no present: whoever asks beyond now sees what will be.
 */

import { alertOf, alertSeries, type WorldAlert } from "@/lib/demo/alerts";
import { type AnnotationRow, annotationRows } from "@/lib/demo/annotations";
import { createDraws, type Draw } from "@/lib/demo/draws";
import { exemplarsOf, type WorldExemplar } from "@/lib/demo/exemplars";
import type { Ids } from "@/lib/demo/ids";
import { lineOfRequest, linesOfRequest, surroundingLines, type WorldLine } from "@/lib/demo/lines";
import { createMeters } from "@/lib/demo/meters";
import { type ResourceSpans, resourceSpansOf } from "@/lib/demo/otlp";
import { createOwnLines } from "@/lib/demo/own-lines";
import { createOwnSeries } from "@/lib/demo/own-series";
import { chanceOf, type Request, requestOf } from "@/lib/demo/request";
import { type DatedDeploy, rosterOf } from "@/lib/demo/roster";
import type { Incident, RuleScript, Scenario } from "@/lib/demo/script";
import { requestSeries, type SampledSeries, type Wanted } from "@/lib/demo/series";
import { surroundingSeries } from "@/lib/demo/surroundings";
import { createTally } from "@/lib/demo/tally";
import { hour, type Instant, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";

/** What the collectors keep, as shares (0..1). A kept trace always has all its lines. */
export type Sampling = {
  readonly traces: { readonly ok: number; readonly failed: number };
  /** Of requests whose trace is not kept: how many have their lines kept. */
  readonly lines: number;
};

export type WorldOptions = {
  readonly seed: number;
  /** When the incident's clock stands at zero. */
  readonly zero: Instant;
  /** How far before zero the world begins (ms); counters start there. 50 h unless given. */
  readonly history?: number;
  /** Everything unless given. */
  readonly sampling?: Sampling;
};

export type World = {
  readonly name: string;
  readonly zero: Instant;
  readonly origin: Instant;
  /** How its ids are written. */
  readonly ids: Ids;
  /** Whether it holds lines that no request makes, whatever ids stand in them. */
  readonly hasOwnStreams: boolean;
  /** The file of rules, whether they ever fired or not. */
  readonly rules: readonly RuleScript[];
  /** Started in the window, ascending. */
  readonly requests: (window: Window) => Request[];
  /** Whose last span ended in the window, ascending in end. */
  readonly finished: (window: Window) => Request[];
  /** By its trace id, kept or not. */
  readonly request: (traceId: string) => Request | undefined;
  /** Counts up to `until` and keeps the sums, so that no question has to wait for it. */
  readonly count: (until: Instant) => void;
  readonly isTraceKept: (request: Request) => boolean;
  readonly traceOf: (request: Request) => ResourceSpans[];
  readonly linesOf: (request: Request) => WorldLine[];
  /** The `index`-th line of its take: for who wants to know what was said only of some. */
  readonly lineOf: (request: Request, index: number) => WorldLine | undefined;
  /** Whether what it made its services say was kept. */
  readonly areLinesKept: (request: Request) => boolean;
  /** At work in the window, with their lines kept: who may have said something then. */
  readonly speakers: (window: Window) => Request[];
  /** Lines of the window that belong to no request, in no order. */
  readonly ownLines: (window: Window) => WorldLine[];
  /** All kept lines, ascending. */
  readonly lines: (window: Window) => WorldLine[];
  /** As scraped. */
  readonly series: (window: Window, wanted?: Wanted) => SampledSeries[];
  /** Of kept traces only, by the scrape that first saw them. */
  readonly exemplars: (window: Window, wanted?: Wanted) => WorldExemplar[];
  readonly deploys: (window: Window) => DatedDeploy[];
  readonly annotations: (window: Window) => AnnotationRow[];
  /** Pending or firing at some time in the window. */
  readonly alerts: (window: Window) => WorldAlert[];
};

const everything: Sampling = { traces: { ok: 1, failed: 1 }, lines: 1 };
const originGrid = 10 * minute;

/** The world as `scenario` and `incidents` have it. Cheap to make (tens of ms); counters far from the origin cost once. */
export function createWorld(scenario: Scenario, incidents: readonly Incident[], options: WorldOptions): World {
  const { seed, zero, history = 50 * hour, sampling = everything } = options;
  const { namespace } = scenario;
  const origin = toInstant(Math.floor((zero - history) / originGrid) * originGrid);
  const happenings = [...scenario.ordinary, ...incidents.flatMap(({ script }) => script)];
  const dated = happenings.map(({ at, what }) => ({ at: zero + at, what }));
  const everDeployed = dated
    .flatMap(({ at, what }): DatedDeploy[] =>
      what.kind === "deploy" || what.kind === "rollback" ? [{ at: toInstant(at), what }] : [],
    )
    .toSorted((a, b) => a.at - b.at);
  const deploys = everDeployed.filter(({ at }) => at > origin);
  const faults = dated.flatMap(({ at, what }) =>
    what.kind === "fault"
      ? [{ from: at, until: what.lasts === null ? Number.POSITIVE_INFINITY : at + what.lasts, fault: what }]
      : [],
  );
  const alerts = dated.flatMap(({ at, what }) => (what.kind === "alert" ? [alertOf(toInstant(at), what)] : []));

  const roster = rosterOf(scenario, everDeployed, origin);
  const draws = createDraws(scenario, faults, roster, seed, origin);
  const meters = createMeters(scenario.services, draws.takes, roster);
  const tally = createTally(draws, meters, origin);
  const ownSeries = createOwnSeries(scenario.series, dated, roster, origin);
  const ownStreams = createOwnLines(scenario.streams, dated, roster, seed, origin);
  const annotations = annotationRows(deploys, alerts, namespace);

  const requests = ({ from, to }: Window): Request[] => {
    const found: Request[] = [];
    for (let atSecond = Math.floor(from / second); atSecond * second < to; atSecond++)
      for (const draw of draws.ofSecond(atSecond))
        if (draw.at >= from * 1_000 && draw.at < to * 1_000) found.push(requestOf(draw, draws));
    return found.toSorted((a, b) => a.startMicros - b.startMicros);
  };
  /** Started early enough to be still at work in the window. */
  const atWork = ({ from, to }: Window): Request[] =>
    requests({ from: shift(from, -draws.longest), to }).filter(({ endMicros }) => endMicros >= from * 1_000);

  const keptShare = (failed: boolean): number => (failed ? sampling.traces.failed : sampling.traces.ok);
  const isTraceKept = ({ chance, failed }: Request): boolean => chance < keptShare(failed);
  const isDrawKept = (draw: Draw): boolean => chanceOf(draw) < keptShare(draw.take.failed);
  const areLinesKept = (request: Request): boolean => isTraceKept(request) || 1 - request.chance <= sampling.lines;
  const speakers = (window: Window): Request[] => atWork(window).filter(areLinesKept);
  const ownLines = (window: Window): WorldLine[] => [
    ...surroundingLines(roster, deploys, scenario, window),
    ...ownStreams(window),
  ];
  const isIn = (window: Window, micros: number): boolean => micros >= window.from * 1_000 && micros < window.to * 1_000;

  return {
    name: scenario.name,
    zero,
    origin,
    ids: scenario.ids,
    hasOwnStreams: scenario.streams.length > 0,
    rules: rulesOf(scenario.rules, alerts),
    requests,
    finished: (window) =>
      atWork(window)
        .filter(({ endMicros }) => isIn(window, endMicros))
        .toSorted((a, b) => a.endMicros - b.endMicros),
    request: (traceId) => {
      const place = scenario.ids.parse(seed, traceId);
      const draw = place && draws.ofSecond(place.second).find(({ index }) => index === place.index);
      return draw && requestOf(draw, draws);
    },
    count: (until) => {
      tally.at(until);
    },
    isTraceKept,
    traceOf: (request) => resourceSpansOf(request, scenario, isTraceKept),
    linesOf: linesOfRequest,
    lineOf: (request, index) => lineOfRequest(request, index),
    areLinesKept,
    speakers,
    ownLines,
    lines: (window) =>
      [
        ...speakers(window)
          .flatMap((request) => linesOfRequest(request))
          .filter(({ micros }) => isIn(window, micros)),
        ...ownLines(window),
      ].toSorted((a, b) => a.micros - b.micros),
    series: (window, wanted = () => true) => [
      ...requestSeries(meters, tally, window, wanted),
      ...surroundingSeries(roster, deploys, scenario, origin, window, wanted),
      ...ownSeries(window, wanted),
      ...alertSeries(alerts, window, wanted),
    ],
    exemplars: (window, wanted = () => true) => exemplarsOf(draws, meters, tally, window, isDrawKept, wanted),
    deploys: ({ from, to }) => deploys.filter(({ at }) => at >= from && at < to),
    annotations: ({ from, to }) => annotations.filter(({ time }) => time >= from && time < to),
    alerts: ({ from, to }) =>
      alerts.filter(({ activeAt, endsAt }) => activeAt < to && (endsAt === null || endsAt > from)),
  };
}

/** What fires has a rule, be it in the scenario's file or not. */
const rulesOf = (rules: readonly RuleScript[], alerts: readonly WorldAlert[]): RuleScript[] => {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  for (const { name, ruleLabels: labels, annotations, expression, activeAt, firesAt } of alerts)
    if (!byName.has(name)) byName.set(name, { name, labels, annotations, expression, pendingFor: firesAt - activeAt });
  return [...byName.values()];
};
