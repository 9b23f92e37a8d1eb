/**
 * The raw samples of one counter around the onset of its rate: a rate over a minute smears what two samples tell apart.
 * Source: Prometheus, an instant query of a range selector gives the samples as they were scraped.
 */
import type { Evidence, Question, QuestionId } from "@/lib/evidence";
import { escapedRegex, narrow, operandsOf, rangedIn, type Selector } from "@/lib/query/promql";
import { printRange } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { namedBefore } from "@/lib/recipes/red-united";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, second, toInstant } from "@/lib/signal/time";

/** Thirty samples of a hundred series are some eighty kilobytes. */
const mostSeries = 100;
/** Samples on either side, from which it is known what was normal and what came after; and the fewest after it. */
const beside = 12;
const fewestAfter = 5;
/** An onset as narrow as this, in samples, is told as well as scrapes can. */
const narrowest = 2;

type Around = {
  /** The drawn series' labels, and its onset. */
  readonly labels: Labels;
  readonly onset: { readonly from: Instant; readonly to: Instant };
  /** All that is known: the probe for names has told how many series the counter has. */
  readonly known: readonly Evidence[];
  readonly after: readonly QuestionId[];
  readonly now: Instant;
};

/** null where the onset is narrow or too young, where it is no counter, or one of too many series. */
export function samplesQuestion(
  { id, slot, call, purpose, upstream: asked }: Question,
  upstream: UpstreamSetting,
  { labels, onset, known, after, now }: Around,
): Question | null {
  if (purpose.kind !== "red" || purpose.rateWindow === 0 || call.api !== "prometheus-range") return null;
  const { interval, label } = purpose;
  const width = onset.to - onset.from;
  const to = toInstant(Math.floor(Math.min(onset.to + beside * interval, now) / second) * second);
  if (width <= narrowest * interval || to - onset.to < fewestAfter * interval) return null;
  const counter = counterOf(call.query, label, labels[label] ?? "");
  if (!counter) return null;
  const series = seriesOf(counter, asked, known);
  if (series === 0 || series > mostSeries) return null;
  const from = toInstant(Math.floor((onset.from - beside * interval) / second) * second);
  return question({
    upstream,
    slot,
    purpose: { kind: "red-samples", of: id, labels },
    call: {
      api: "prometheus-instant",
      query: `${counter.text}[${printRange(to - from)}]`,
      at: to,
      limit: mostSeries,
    },
    window: { from, to },
    why: "between which two samples it began: a rate over several smears that",
    after: [id, ...after],
  });
}

type Counter = { readonly name: string; readonly label: string; readonly value: string; readonly text: string };

/** The one counter that the series named `value` is the rate of; native histograms have no plain samples. */
function counterOf(query: string, label: string, value: string): Counter | null {
  const found = operandsOf(query).flatMap((operand): Counter[] => {
    const own = label === "subject" ? namedBefore(operand, value) : { label, value };
    const [first, ...others] = rangedIn(operand);
    if (!own || !first || first.name === null || others.length > 0 || operand.includes("histogram_count(")) return [];
    if (!asksFor(first, own)) return [];
    const isAlone = first.matchers.some(
      ({ label, op, value }) => label === own.label && op === "=" && value === own.value,
    );
    const text = isAlone ? first.text : narrow(first.text, { label: own.label, op: "=", value: own.value });
    return [{ ...own, name: first.name, text }];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

const asksFor = ({ matchers }: Selector, own: { readonly label: string; readonly value: string }): boolean =>
  matchers.some(
    ({ label, op, value }) =>
      label === own.label &&
      (op === "=" ? value === own.value : op === "=~" && value.split("|").includes(escapedRegex(own.value))),
  );

/** As many as the probe for names has told of it; 0 = it has not. */
const seriesOf = ({ name, label, value }: Counter, upstream: string, known: readonly Evidence[]): number =>
  known
    .filter(({ question: { purpose, upstream: of } }) => of === upstream && purpose.kind === "identity")
    .flatMap(({ answer }) => (answer.kind === "series" ? answer.series : []))
    .filter(({ labels }) => (labels.family ?? labels.__name__) === name && labels[label] === value)
    .reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
