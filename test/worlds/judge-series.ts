/** Rate, errors, latency, saturation: which drawn series a number was made of, and whether it is the drawn number. */
import { selects } from "@/lib/engine/logql/filters";
import { matchersOf, selectorsIn } from "@/lib/engine/promql/expression";
import { parse } from "@/lib/engine/promql/parse";
import { answersOf, type Evidence, type QuestionId, type SeriesRole } from "@/lib/evidence";
import type { Movement } from "@/lib/finding/finding";
import { instantOf, type Series } from "@/lib/signal/series";
import { minute, shift } from "@/lib/signal/time";
import { type Cell, found, gap, isUnderTest, type Judged, wrong } from "@/test/worlds/cell";
import { isTrap, isTrapFor, type Shape, type Signal } from "@/test/worlds/drawing";
import type { OwnedSeries, Placed } from "@/test/worlds/placed";

type SeriesSignal = Exclude<Signal, "lines" | "trace" | "changes">;
const rolesOf: Readonly<Record<SeriesSignal, readonly SeriesRole[]>> = {
  rate: ["rate"],
  errors: ["errors", "error-ratio"],
  latency: ["latency-p50", "latency-p99", "latency-mean"],
  saturation: ["saturation"],
};
/** How far a number may be from the drawn one: samples are whole requests, buckets are interpolated. */
const tolerance: Readonly<Record<SeriesSignal, number>> = { rate: 0.05, errors: 0.1, latency: 0.15, saturation: 0.1 };

/** The drawn series that a query selects. */
export function selected(query: string, { series }: Placed): OwnedSeries[] {
  const parsed = parse(query);
  if (!parsed.ok) throw new Error(`cannot read ${query}`);
  const tests = selectorsIn(parsed.value).map((selector) => selects(matchersOf(selector)));
  return series.filter((each) => tests.some((test) => test(each.series.labels)));
}

const queryOf = (id: QuestionId, { evidence }: Judged["seen"]): string => {
  const call = evidence.find(({ question }) => question.id === id)?.question.call;
  return call && "query" in call ? call.query : "";
};

/** Median of the values between two instants of the story, ms after zero. */
function level(series: Series, { zero }: Placed, from: number, to: number): number | null {
  const values = Array.from({ length: series.values.length }, (_, i) => i).flatMap((i) => {
    const at = instantOf(series, i);
    const value = series.values[i] ?? null;
    return value !== null && at >= shift(zero, from) && at <= shift(zero, to) ? [value] : [];
  });
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}

type Levels = { readonly before: number | null; readonly after: number | null };

function levelsOf(evidence: Evidence, index: number, placed: Placed, edge: number): Levels {
  const { purpose } = evidence.question;
  const [series] = evidence.answer.kind === "series" ? evidence.answer.series.slice(index, index + 1) : [];
  if (!series) return { before: null, after: null };
  const settled = "rateWindow" in purpose ? purpose.rateWindow + minute : minute;
  return {
    before: level(series, placed, -22 * minute, -3 * minute),
    after: level(series, placed, edge + settled, 12 * minute),
  };
}

/** The drawn share is of the same service's requests. */
function shareOf(movement: Movement, own: Levels, edge: number, { seen, placed }: Judged): Levels {
  const labels = seriesAt(movement, seen)?.labels ?? {};
  for (const evidence of answersOf(seen.evidence, "series")) {
    const { purpose, id } = evidence.question;
    if (purpose.kind !== "red" || purpose.beside || purpose.role !== "rate" || !movement.cites.includes(id)) continue;
    const index = evidence.answer.series.findIndex((each) => each.labels[purpose.label] === labels[purpose.label]);
    const { before, after } = levelsOf(evidence, index, placed, edge);
    const ratio = (a: number | null, b: number | null): number | null => (b === null || b === 0 ? null : (a ?? 0) / b);
    return { before: ratio(own.before, before), after: ratio(own.after, after) };
  }
  return own;
}

const seriesAt = ({ question, index }: Movement, { evidence }: Judged["seen"]): Series | undefined => {
  const answer = evidence.find((each) => each.question.id === question)?.answer;
  return answer?.kind === "series" ? answer.series[index] : undefined;
};

const isNear = (value: number | null, drawn: number, within: number): boolean =>
  value !== null && Math.abs(value - drawn) <= within * Math.abs(drawn) + 1e-9;

/** What is not as drawn, in words; null = all is. */
function misread(signal: SeriesSignal, movement: Movement, shape: Shape, judged: Judged): string | null {
  const evidence = judged.seen.evidence.find(({ question }) => question.id === movement.question);
  if (!evidence) return "its evidence is not there";
  const told = levelsOf(evidence, movement.index, judged.placed, shape.at);
  const { before, after } = signal === "errors" ? shareOf(movement, told, shape.at, judged) : told;
  const within = tolerance[signal];
  // What is no longer there is level zero.
  if (!isNear(shape.after === 0 ? (after ?? 0) : after, shape.after, within))
    return `${after?.toPrecision(3)} after zero, drawn ${shape.after}`;
  // A share of few failures is a handful of whole requests: only that it was far below is asked.
  const isFew = signal === "errors" && (before ?? 0) <= shape.after / 4;
  if (!isFew && !isNear(before, shape.before, within))
    return `${before?.toPrecision(3)} before zero, drawn ${shape.before}`;
  return null;
}

/** Smaller changes than this, as a factor, need not be seen. */
const plain = 1.6;

/** A drawn rise or fall that is not seen, or seen elsewhere in time. */
function unseen(movement: Movement, shape: Shape, { placed }: Judged): string | null {
  const [rises, falls] = [shape.after >= shape.before * plain, shape.after <= shape.before / plain];
  if (!rises && !falls) return null;
  if (movement.verdict !== "changed" || movement.direction !== (rises ? "up" : "down"))
    return `its ${rises ? "rise" : "fall"} is not seen: ${movement.words}`;
  const edge = placed.zero + shape.at;
  const { from = 0, to = 0 } = movement.onset ?? {};
  return edge < from - minute || edge > to + minute ? `it is seen elsewhere in time: ${movement.words}` : null;
}

/** A gap speaks of a signal when it names its subject, or says that nothing is known of the service at all. */
const topicOf: Readonly<Record<SeriesSignal, RegExp>> = {
  rate: /known metric family|no service|namespaces?|clusters?|requests/i,
  errors: /known metric family|no service|namespaces?|clusters?|fail|error|status/i,
  latency: /known metric family|no service|namespaces?|clusters?|latenc|durations?|histogram|how long/i,
  saturation: /known metric family|no service|namespaces?|clusters?|saturat|cpu|memory|throttl|pool|queue|limit/i,
};

function saidOf(signal: SeriesSignal, { seen, placed }: Judged): string | undefined {
  const [name = ""] = placed.drawing.service.split("/").slice(-1);
  const unasked = seen.unasked.find(
    ({ slot, text }) => slot === "spike" && text.includes(name) && topicOf[signal].test(text),
  );
  const answered = seen.evidence.find(
    ({ question: { purpose }, answer }) =>
      answer.kind === "gap" &&
      purpose.kind === "red" &&
      !purpose.beside &&
      rolesOf[signal].includes(purpose.role) &&
      purpose.services.some(({ service }) => isUnderTest(placed, service)),
  );
  if (unasked) return unasked.text;
  return answered?.answer.kind === "gap" ? answered.answer.text : undefined;
}

/** Whoever it was asked for: a decoy among the series of any question of these roles. */
function trapIn(signal: SeriesSignal, { seen, placed }: Judged): string | undefined {
  const asked = seen.questions.filter(
    ({ purpose }) =>
      (purpose.kind === "red" && !purpose.beside && rolesOf[signal].includes(purpose.role)) ||
      purpose.kind === (signal === "latency" ? "exemplars" : signal),
  );
  const owners = asked.flatMap(({ id }) => selected(queryOf(id, seen), placed).map(({ owner }) => owner));
  return owners.filter(isTrap).find((owner) => isTrapFor(signal, owner))?.trap;
}

export function judgeSeries(signal: SeriesSignal, judged: Judged): Cell {
  const { seen, placed } = judged;
  const expected = placed.drawing.expect[signal];
  const trap = trapIn(signal, judged);
  if (trap !== undefined) return wrong(`took the decoy: ${trap}`);
  const movements = seen.explanation.movements.filter(
    ({ role, service }) => rolesOf[signal].includes(role) && isUnderTest(placed, service),
  );
  if (movements.length === 0) {
    const said = saidOf(signal, judged);
    return said === undefined ? wrong(`nothing is said of ${signal}`) : gap(said);
  }
  // Looked at, and left open with a reason: no claim, and no denial.
  if (movements.every(({ verdict }) => verdict === "too-few"))
    return gap(movements.map(({ words }) => words).join("; "));
  const read = movements.map((movement) => {
    const own = selected(queryOf(movement.question, seen), placed).filter(
      ({ owner }) => !isTrap(owner) && owner.service === placed.drawing.service,
    );
    return { movement, names: new Set(own.map(({ series: { labels } }) => labels.__name__ ?? "")) };
  });
  const foreign = read.find(({ names }) => names.size === 0);
  if (foreign) return wrong(`took another's series: ${queryOf(foreign.movement.question, seen)}`);
  const metrics = (expected.words.split(/\s+/)[0] ?? "").split("|");
  const as = /\b(p99|mean)\b/.exec(expected.words)?.[1];
  const meant = read.filter(
    ({ names, movement }) =>
      [...names].some((name) => metrics.some((metric) => name.startsWith(metric))) &&
      (as === undefined || movement.role.endsWith(as)),
  );
  const told = new Set(movements.map(({ role, question }) => `${role} ${question}`));
  const roles = new Set(movements.map(({ role }) => role));
  if (signal !== "saturation" && told.size > roles.size) return wrong(`told twice: ${[...told].join(", ")}`);
  const used = [...new Set(read.flatMap(({ names }) => [...names]))].join(", ");
  if (expected.verdict === "found" && meant.length === 0) return wrong(`used ${used}`);
  for (const { movement } of meant) {
    const problem =
      expected.shape && (misread(signal, movement, expected.shape, judged) ?? unseen(movement, expected.shape, judged));
    if (problem) return wrong(problem);
  }
  return found(used);
}
