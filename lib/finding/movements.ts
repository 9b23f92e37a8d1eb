/** Answers to rate, errors and latency questions -> what each series did, in words, ranked. */
import { amongLooks, type ChangePoint, type ChangePointOptions, changePointOf } from "@/lib/detect/change-point";
import { ratioSeries } from "@/lib/detect/ratio";
import { answersOf, type Evidence, type Found, type Purpose, type QuestionId, type SeriesRole } from "@/lib/evidence";
import { judgedOf, usualInWords, wordsOf } from "@/lib/finding/judged";
import { saturationOf } from "@/lib/finding/saturation";
import type { Judged } from "@/lib/finding/seen";
import { type Samples, type SamplesBehind, samplesIn, sharperBy } from "@/lib/finding/sharper";
import { tailWords } from "@/lib/finding/tail";
import { labelsKey } from "@/lib/signal/labels";
import { indexAt, instantOf, type Series, type Unit } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { day, type Instant, printClock, toInstant } from "@/lib/signal/time";

type Red = Extract<Purpose, { kind: "red" }>;
type Asked = { readonly evidence: Found<"series">; readonly purpose: Red };

/** A share is taken of the requests of the same upstream, family, label and scope: two namespaces may share a name. */
const familyOf = ({ evidence, purpose }: Asked): string =>
  JSON.stringify([evidence.question.upstream, purpose.recipe, purpose.label, purpose.scope ?? ""]);

const serviceOf = ({ services, label }: Red, series: Series): Service | null =>
  services.find(({ value }) => value === series.labels[label])?.service ?? null;

/** The requests that belong to `series`: the same labels, else the only series of the same service. */
function requestsFor(series: Series, asked: Asked, rates: readonly Asked[]): { series: Series; id: QuestionId } | null {
  for (const rate of rates.filter((candidate) => familyOf(candidate) === familyOf(asked))) {
    const all = rate.evidence.answer.series;
    const own = all.filter(({ labels }) => labels[rate.purpose.label] === series.labels[asked.purpose.label]);
    const found =
      all.find(({ labels }) => labelsKey(labels) === labelsKey(series.labels)) ??
      (own.length === 1 ? own[0] : undefined);
    if (found) return { series: found, id: rate.evidence.question.id };
  }
  return null;
}

/** `from` on the grid of `to`, hole where it has none; `away` = ms by which it is older. */
const onGridOf = (from: Series, to: Series, away = 0): (number | null)[] =>
  Array.from({ length: to.values.length }, (_, index) => {
    const at = indexAt(from, toInstant(instantOf(to, index) - away));
    return at === undefined ? null : (from.values[at] ?? null);
  });

/**
 * How much of the rate window must be new before a role shows it. The p50 of a service of which six tenths hang needs
 * 5/6 of the window; the p99 one where a twenty-fifth hangs needs a quarter.
 */
const latenessOf: Partial<Record<SeriesRole, number>> = { "latency-p50": 0.9, "latency-p99": 0.25 };
/** Only of these does absence mean something: a latency without requests is a hole, no change. */
const presenceMatters: ReadonlySet<SeriesRole> = new Set(["rate", "other"]);

type Detected = {
  readonly requests: Series | null;
  /** As drawn, or the share of the requests. */
  readonly series: Series;
  readonly counts: readonly (number | null)[] | null;
  readonly yesterday: Series | null;
  readonly found: ChangePoint;
  /** What would be claimed of today alone. */
  readonly today: ChangePoint;
  readonly options: ChangePointOptions;
};
/** Findings are worked out again after every answer; what a series did stays the same while its requests do. */
const detected = new WeakMap<Series, Detected>();

function detect(
  drawn: Series,
  requests: Series | null,
  { purpose, role, unit, yesterday }: { purpose: Red; role: SeriesRole; unit: Unit; yesterday: Series | null },
): Detected {
  const held = detected.get(drawn);
  if (held?.requests === requests && held.yesterday === yesterday) return held;
  const series = role === "error-ratio" && requests ? ratioSeries(drawn, requests) : drawn;
  const counts = requests && (unit === "ratio" || unit === "seconds") ? onGridOf(requests, series) : null;
  const options: ChangePointOptions = {
    unit,
    step: Math.max(1, series.step),
    interval: purpose.interval,
    rateWindow: purpose.rateWindow,
    lateness: latenessOf[role] ?? 0,
    counted: unit === "per-second" && (role === "rate" || role === "errors"),
    ...(counts ? { trials: counts } : {}),
  };
  const today = changePointOf(series.values, options);
  const found = yesterday
    ? changePointOf(series.values, { ...options, yesterday: onGridOf(yesterday, series, day) })
    : today;
  const fresh = { requests, series, counts, yesterday, found, today, options };
  detected.set(drawn, fresh);
  return fresh;
}

type Look = {
  readonly rates: readonly Asked[];
  readonly yesterdays: Yesterdays;
  readonly medians: Medians;
  readonly samples: SamplesBehind;
  readonly now: Instant;
  readonly looks: number;
};

/** One series of an answer; `looks` = how many are judged with it. */
function judge(
  asked: Asked,
  index: number,
  { rates, yesterdays, medians, samples, now, looks }: Look,
): Judged | undefined {
  const { evidence, purpose } = asked;
  const drawn = evidence.answer.series[index];
  if (!drawn) return undefined;
  const id = evidence.question.id;
  const requests = purpose.role === "rate" ? null : requestsFor(drawn, asked, rates);
  const isShare = purpose.role === "errors" && requests !== null;
  const unit: Unit = isShare ? "ratio" : purpose.unit;
  const role: SeriesRole = isShare ? "error-ratio" : purpose.role;
  const yesterday = yesterdays.of(id, drawn, isShare ? requests : null);
  const { series, counts, found, today, options } = detect(drawn, requests?.series ?? null, {
    purpose,
    role,
    unit,
    yesterday,
  });
  const claimed = (point: ChangePoint): ChangePoint =>
    point.verdict === "changed" && (point.before === null || point.after === null) && !presenceMatters.has(role)
      ? { verdict: "quiet", level: point.before ?? point.after }
      : amongLooks(point, looks);
  const [coarse, alone] = [claimed(found), claimed(today)];
  const behind = coarse.verdict === "changed" ? samples(id, drawn) : null;
  const claim = behind ? sharper(behind, coarse, series, purpose.interval) : coarse;
  const usual = alone.verdict === "changed" && claim.verdict !== "changed" ? alone : null;
  const median = role === "latency-p99" && claim.verdict === "changed" ? medians(id, drawn) : null;
  const tail = median && tailOf(median.series, claim, series, options);
  return judgedOf(usual ? { verdict: "quiet", level: usual.before } : claim, {
    usual: usual !== null,
    about: {
      question: id,
      index,
      cites: [
        id,
        ...(isShare ? [requests.id] : []),
        ...(median && tail ? [median.id] : []),
        ...(claim === coarse || !behind ? [] : [behind.id]),
      ].sort(),
      service: serviceOf(purpose, drawn),
      role,
      title: isShare ? "Error ratio" : titleIn(purpose, drawn),
      unit,
    },
    series,
    counts,
    tail,
    now,
    say: (point, told) => (usual ? usualInWords(usual, told) : wordsOf(point, told)),
  });
}

/** What is counted differently is told apart by its own title. */
const titleIn = ({ role, title, label, services }: Red, { labels }: Series): string =>
  (role === "other" || role.startsWith("latency")
    ? services.find(({ value }) => value === labels[label])?.title
    : undefined) ?? title;

/** Samples are weighed once for a claim. */
const sharpened = new WeakMap<Samples["series"], { readonly found: ChangePoint; readonly fine: ChangePoint }>();
function sharper(behind: Samples, found: ChangePoint, series: Series, interval: number): ChangePoint {
  const held = sharpened.get(behind.series);
  if (held?.found === found) return held.fine;
  const fine = sharperBy(behind, found, series, interval);
  sharpened.set(behind.series, { found, fine });
  return fine;
}

/** The median beside a p99 series of that question, and the question that told it. */
type Medians = (question: QuestionId, p99: Series) => { readonly series: Series; readonly id: QuestionId } | null;

function mediansOf(known: readonly Evidence[]): Medians {
  const answers = answersOf(known, "series").flatMap(({ question: { id, purpose }, answer }) =>
    purpose.kind === "red-median" ? answer.series.map((series) => ({ of: purpose.of, id, series })) : [],
  );
  return (question, { labels }) =>
    answers.find((each) => each.of === question && labelsKey(each.series.labels) === labelsKey(labels)) ?? null;
}

/** What was said of a median stays while the claim about its p99 does. */
const tails = new WeakMap<Series, { readonly claim: ChangePoint; readonly words: string | null }>();
function tailOf(median: Series, claim: ChangePoint, p99: Series, options: ChangePointOptions): string | null {
  const held = tails.get(median);
  if (held?.claim === claim) return held.words;
  const words = tailWords(claim, onGridOf(median, p99), { ...options, lateness: latenessOf["latency-p50"] ?? 0 });
  tails.set(median, { claim, words });
  return words;
}

type Yesterdays = {
  /** What `series` of that question did a day earlier; of a share, what the same share was. null = not asked, or not kept. */
  readonly of: (
    question: QuestionId,
    series: Series,
    requests: { series: Series; id: QuestionId } | null,
  ) => Series | null;
};

/** Shares are worked out once: what was detected is remembered by the series it was detected of. */
const shares = new WeakMap<Series, { readonly requests: Series; readonly share: Series }>();

function yesterdaysOf(known: readonly Evidence[]): Yesterdays {
  const answers = new Map(
    answersOf(known, "series").flatMap(({ question: { purpose }, answer }) =>
      purpose.kind === "red-yesterday" ? [[purpose.of, answer.series] as const] : [],
    ),
  );
  const same = (question: QuestionId, { labels }: Series): Series | null =>
    answers.get(question)?.find((each) => labelsKey(each.labels) === labelsKey(labels)) ?? null;
  return {
    of: (question, series, requests) => {
      const own = same(question, series);
      if (!own || !requests) return own;
      const all = same(requests.id, requests.series);
      if (!all) return null;
      const held = shares.get(own);
      if (held?.requests === all) return held.share;
      const share = ratioSeries(own, all);
      shares.set(own, { requests: all, share });
      return share;
    },
  };
}

/** A store that was away takes every series of every service with it: that is a hole, and no service's change. */
function withoutHolesOfTheStore(all: readonly Judged[], known: readonly Evidence[], now: Instant): Judged[] {
  const upstreamOf = new Map(known.map(({ question }) => [question.id, question.upstream]));
  const rates = all.filter(({ role }) => role === "rate");
  return all.map((movement) => {
    if (movement.presence === "there" || !movement.onset) return movement;
    const upstream = upstreamOf.get(movement.question);
    const peers = rates.filter(({ question }) => upstreamOf.get(question) === upstream);
    const together = peers.filter(
      ({ presence, onset }) =>
        presence === movement.presence &&
        Math.abs((onset?.at ?? 0) - (movement.onset?.at ?? 0)) <= 2 * movement.series.step,
    );
    const services = new Set(peers.map(({ service }) => (service ? serviceKey(service) : "")));
    if (services.size < 2 || together.length < peers.length) return movement;
    const word = movement.presence === "vanished" ? "since" : "before";
    return {
      ...movement,
      verdict: "too-few" as const,
      direction: null,
      before: movement.before ?? movement.after,
      after: null,
      onset: null,
      size: 0,
      presence: "there" as const,
      words: `no samples of any service ${word} ${printClock(movement.onset.at, now)}: the store has a hole`,
    };
  });
}

/**
 * Two stores that scrape the same service tell one movement: the answer with most samples speaks, and all are cited. Of
 * equals, the one that can be judged, then the first by question id.
 */
function onceOverUpstreams(all: readonly Judged[], known: readonly Evidence[]): Judged[] {
  const upstreamOf = new Map(known.map(({ question }) => [question.id, question.upstream]));
  const groups = Map.groupBy(all, (each) =>
    each.service
      ? `${serviceKey(each.service)} ${each.role === "saturation" ? each.title : each.role}`
      : `${each.question} ${each.index}`,
  );
  return [...groups.values()].flatMap((group) => {
    const byUpstream = [...Map.groupBy(group, ({ question }) => upstreamOf.get(question) ?? "").values()];
    const [best, ...others] = byUpstream.toSorted(
      (a, b) =>
        samplesOf(b) - samplesOf(a) ||
        Number(b.some(isJudged)) - Number(a.some(isJudged)) ||
        compare(a[0]?.question ?? "", b[0]?.question ?? ""),
    );
    if (!best || others.length === 0) return best ?? [];
    const cites = others.flat().flatMap((each) => each.cites);
    return best.map((each) => ({ ...each, cites: [...new Set([...each.cites, ...cites])].sort() }));
  });
}
const isJudged = ({ verdict }: Judged): boolean => verdict !== "too-few";
const samplesOf = (group: readonly Judged[]): number =>
  group.reduce((most, { series }) => Math.max(most, countSamples(series)), 0);
function countSamples({ values }: Series): number {
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if (values[at] !== null) count += 1;
  return count;
}

const order = (a: Judged, b: Judged): number =>
  rankOf(a) - rankOf(b) ||
  b.size - a.size ||
  compare(a.service ? serviceKey(a.service) : "", b.service ? serviceKey(b.service) : "") ||
  compare(a.role, b.role) ||
  compare(a.question, b.question) ||
  a.index - b.index;
const rankOf = ({ verdict }: Judged): number => (verdict === "changed" ? 0 : verdict === "quiet" ? 1 : 2);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every series of every RED answer, and of what runs full, judged; what changed most comes first. `known` in any order. */
export function movementsOf(known: readonly Evidence[], now: Instant): Judged[] {
  const asked = answersOf(known, "series").flatMap((evidence): Asked[] => {
    const { purpose } = evidence.question;
    return purpose.kind === "red" ? [{ evidence, purpose }] : [];
  });
  const rates = asked.filter(({ purpose }) => purpose.role === "rate");
  // Each series looked at is one more chance to be fooled.
  const looks = answersOf(known, "series").reduce((sum, { question: { purpose }, answer }) => {
    const isJudgedHere = purpose.kind === "red" || purpose.kind === "saturation";
    return sum + (isJudgedHere ? answer.series.length : 0);
  }, 0);
  const full = saturationOf(known, now, looks);
  const yesterdays = yesterdaysOf(known);
  const medians = mediansOf(known);
  const samples = samplesIn(known);
  const judged = [
    ...asked.flatMap((each) =>
      each.evidence.answer.series.flatMap(
        (_, index) => judge(each, index, { rates, yesterdays, medians, samples, now, looks }) ?? [],
      ),
    ),
    ...full,
  ];
  return onceOverUpstreams(withoutHolesOfTheStore(judged, known, now), known).sort(order);
}

/** More errors, slower, traffic that jumps or falls: what a reader is woken for, as against a recovery. */
export const isWorse = ({ role, direction }: Judged): boolean => role === "rate" || direction === "up";
