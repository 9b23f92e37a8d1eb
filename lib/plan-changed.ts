/**
 * What seems to have changed is asked for once more: of a p99 the median beside it; all of it a day earlier, since what a
 * nightly job does is no news; of the counter that leads the page its raw samples around the onset. Behind all else, and
 * only where something was claimed, so that a quiet page costs nothing more.
 */
import { type Evidence, isFailure, type Question } from "@/lib/evidence";
import { movementsOf } from "@/lib/finding/movements";
import { leadingOf } from "@/lib/finding/page-onset";
import type { Judged } from "@/lib/finding/seen";
import { fullestTrace } from "@/lib/fullest-trace";
import type { Plan, PlanInput } from "@/lib/planning";
import { isBesides } from "@/lib/question-kinds";
import { medianQuestion } from "@/lib/recipes/red-median";
import { samplesQuestion } from "@/lib/recipes/red-samples";
import { yesterdayQuestion } from "@/lib/recipes/red-yesterday";
import { servicesOf } from "@/lib/signal/trace";

/** Range questions that one investigation may put to one Prometheus: two waves of six. */
const mostRanges = 12;
/** Of sixty questions an investigation: what is only told better is not asked beyond, for a few lines are still to be read. */
const crowded = 56;

const isOfErrors = ({ role }: Judged): boolean => role === "error-ratio" || role === "errors";

/**
 * Those asked already stay as long as the question they belong to; more come once every range has its answer, and none
 * may follow: the order of arrival decides nothing.
 */
export function planChanged({ environment, questions }: Plan, { known, asked, startedAt }: PlanInput): Question[] {
  if (!environment) return [];
  const current = new Set(questions.map(({ id }) => id));
  const before = (asked ?? known.map(({ question }) => question)).filter(
    (each) => isBesides(each) && "of" in each.purpose && current.has(each.purpose.of),
  );
  const answered = new Set(known.map(({ question }) => question.id));
  const stores = environment.upstreams.filter(({ kind }) => kind === "prometheus");
  // A trace that is still to come, be it by an exemplar, brings a whole path of questions.
  const isOpen = ({ id, upstream, call, purpose: { kind } }: Question): boolean =>
    !answered.has(id) &&
    (kind === "trace-search" ||
      kind === "trace-by-id" ||
      kind === "exemplars" ||
      (stores.some((store) => store.id === upstream) &&
        (call.api === "prometheus-range" || kind === "identity" || kind === "interval")));
  if (questions.some(isOpen)) return before;
  const red = known.filter(({ question }) => question.purpose.kind === "red" && current.has(question.id));
  const changed = movementsOf(red, startedAt).filter(({ verdict }) => verdict === "changed");
  const besidePath = new Set(red.flatMap(({ question: { id, purpose } }) => ("beside" in purpose ? [id] : [])));
  const leading = leadingCounter(
    changed.filter(({ question }) => !besidePath.has(question)),
    known,
  );
  const slowed = new Set(changed.filter(({ role }) => role === "latency-p99").map(({ question }) => question));
  // Errors lead the page; their share is two questions, both or none.
  const failed = changed.filter(isOfErrors);
  const others = changed.filter((each) => !isOfErrors(each));
  let room = crowded - questions.length - before.length;
  return stores.flatMap((store) => {
    const own = questions.filter(({ upstream }) => upstream === store.id);
    const ranges = own.filter(({ call }) => call.api === "prometheus-range");
    const waitedFor = ranges.map(({ id }) => id);
    const chosen = new Map(before.filter(({ upstream }) => upstream === store.id).map((each) => [each.id, each]));
    const medians = ranges
      .filter(({ id }) => slowed.has(id))
      .flatMap((each) => medianQuestion(each, store, waitedFor) ?? []);
    const yesterday = ({ cites }: Judged): Question[] =>
      ranges.filter(({ id }) => cites.includes(id)).flatMap((each) => yesterdayQuestion(each, store, waitedFor) ?? []);
    for (const together of [...failed.map(yesterday), ...medians.map((each) => [each]), ...others.map(yesterday)]) {
      const more = together.filter(({ id }) => !chosen.has(id));
      if (ranges.length + chosen.size + more.length > mostRanges || more.length > room) continue;
      room -= more.length;
      for (const each of more) chosen.set(each.id, each);
    }
    const samples =
      leading && room > 0 && !isSuffering(store.id, known)
        ? own
            .filter(({ id }) => id === leading.question)
            .flatMap(
              (each) => samplesQuestion(each, store, { ...leading, known, after: waitedFor, now: startedAt }) ?? [],
            )
        : [];
    for (const each of samples)
      if (!hasSamples(chosen)) {
        room -= 1;
        chosen.set(each.id, each);
      }
    return [...chosen.values()];
  });
}

/** One of them an investigation: an onset that the answers still move is not asked for again. */
const hasSamples = (chosen: ReadonlyMap<string, Question>): boolean =>
  [...chosen.values()].some(({ purpose }) => purpose.kind === "red-samples");

/** The series from which the page's onset is told, where it is a counter and was there before and after. */
function leadingCounter(changed: readonly Judged[], known: readonly Evidence[]) {
  if (changed.length === 0) return null;
  const trace = fullestTrace(known);
  const leading = leadingOf(changed, trace ? servicesOf(trace.answer.trace) : []);
  if (!leading?.onset || leading.presence !== "there" || !(isOfErrors(leading) || leading.role === "rate")) return null;
  const { question, onset, series } = leading;
  return { question, onset, labels: series.labels };
}

/** It failed to answer a range already (all have come by now): what is not needed is not asked of it. */
const isSuffering = (store: string, known: readonly Evidence[]): boolean =>
  known.some(
    ({ question: { upstream, call }, answer }) =>
      upstream === store && call.api === "prometheus-range" && answer.kind === "gap" && isFailure(answer),
  );
