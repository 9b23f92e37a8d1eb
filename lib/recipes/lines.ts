/** Lines of the path's services, once time and services are known: with the id, failing ones around, counts by level. */
import type { Question, Unasked } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { lineIdentities, lineProbes, lineSelectors, widestSelector } from "@/lib/identity/lines";
import type { Reading } from "@/lib/lead-reading";
import { narrow, streamSelector } from "@/lib/query/logql";
import { parseSelector } from "@/lib/query/selector";
import { answerTo, evidenceOf, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin, printRange, stepFor } from "@/lib/recipes/grid";
import { holding } from "@/lib/recipes/held";
import { idQuestions, isSearched, requiredLabels, streamLabels, volumeQuestion } from "@/lib/recipes/lines-of-id";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget, unestimated, volumeOf } from "@/lib/recipes/read-budget";
import { listed } from "@/lib/recipes/red";
import { strangeLabels } from "@/lib/recipes/strangers";
import { witnessed } from "@/lib/recipes/witness";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { clipTo, durationOf, minute, second, type Window, widen } from "@/lib/signal/time";

export const aroundLimit = 500;
/** Both spellings of level: Loki's own detection, and the label or field of the shipper. */
const failing =
  '| detected_level=~"(?i)(warn.*|err.*|fatal|crit.*|panic)" or level=~"(?i)(warn.*|err.*|fatal|crit.*|panic)" or severity_text=~"(?i)(warn.*|err.*|fatal|crit.*)"';

const streamsQuestion = (
  facts: Facts,
  upstream: UpstreamSetting,
  existing: readonly string[],
  after: readonly string[],
): Question => {
  const matches = lineProbes(existing, facts.subjects);
  // Five-minute edges let twenty readers and tomorrow's look share one answer.
  const window = alignWithin(widen(facts.focus, 15 * minute, 15 * minute), 5 * minute, facts.now);
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "identity", signal: "lines", label: "any" },
    call: { api: "loki-series", matches },
    text: matches.join("\n"),
    window: window.to > window.from ? window : widen(window, 5 * minute, 0),
    why: "which stream label names the services on the path",
    after,
  });
};

const streamsIn = (facts: Facts, upstream: UpstreamSetting): Labels[] =>
  evidenceOf(facts, upstream.id, "identity").flatMap(({ answer }) => (answer.kind === "label-sets" ? answer.sets : []));

const held = holding<Identity[]>();

/** By the streams alone. */
function plainIdentities(facts: Facts, upstream: UpstreamSetting): Identity[] {
  const evidence = evidenceOf(facts, upstream.id, "identity");
  const { mappings } = facts.environment;
  const cites = evidence.map(({ question: { id } }) => id);
  return held(evidence[0], JSON.stringify([facts.subjects, mappings, cites]), () =>
    lineIdentities(facts.subjects, streamsIn(facts, upstream), mappings, upstream.id, cites),
  );
}

/** Those the streams leave in doubt are looked at again with what their lines with the id tell. */
export function lineIdentitiesIn(facts: Facts, upstream: UpstreamSetting): Identity[] {
  const all = plainIdentities(facts, upstream);
  if (all.every(({ doubt }) => doubt === undefined)) return all;
  const streams = streamsIn(facts, upstream);
  return all.flatMap((identity) => {
    const subject = facts.subjects.find(({ service }) => serviceKey(service) === serviceKey(identity.service));
    const better = identity.doubt === undefined || !subject ? null : witnessed(facts, subject);
    return better
      ? lineIdentities([better], streams, facts.environment.mappings, upstream.id, identity.cites)
      : [identity];
  });
}

/** Never the span's own milliseconds: lines are written before and flushed after. Source: users ask, windows. */
const aroundId = ({ focus, now, startedAt }: Facts): Window => {
  // A trace ahead of this clock: its lines may bear either time.
  const from = focus.from < startedAt ? focus.from : startedAt;
  return clipTo(widen({ from, to: focus.to }, minute, minute), now);
};

export function planLines(
  facts: Facts,
  reading: Reading | null,
  budget: ReadBudget,
): { readonly questions: Question[]; readonly unasked: Unasked[] } {
  const questions: Question[] = [];
  const unasked: Unasked[] = [];
  for (const upstream of upstreamsOf(facts.environment, "loki")) {
    const labels = streamLabels(upstream, facts.startedAt, facts.evidence);
    questions.push(...labels.questions);
    const { existing } = labels;
    if (existing === undefined) continue;
    unasked.push(...labels.unasked);
    if (labels.unasked.length > 0) continue;
    const streams = streamsQuestion(facts, upstream, existing, [...facts.cites, ...labels.after]);
    const hasProbe = streams.call.api === "loki-series" && streams.call.matches.length > 0;
    if (hasProbe) {
      questions.push(streams);
      if (answerTo(facts.evidence, streams) === undefined) continue;
    }
    // The id itself is looked for in all that may be the service's: what its lines tell must not change what was asked for them.
    const identities = plainIdentities(facts, upstream);
    unasked.push(...strangeLabels(identities, existing, upstream));
    const known = new Set(identities.map(({ service }) => serviceKey(service)));
    const missing = facts.subjects.filter(({ service }) => !known.has(serviceKey(service)));
    if (missing.length > 0)
      unasked.push(
        noStreams(
          missing.map(({ service }) => service.name),
          upstream,
        ),
      );
    const required = requiredLabels(facts.evidence.filter(({ question: asked }) => asked.upstream === upstream.id));
    const widest = widestSelector(existing, required);
    const own = lineSelectors(identities).map((each) => ({ ...each, selector: withLabels(each.selector, required) }));
    // A service whose streams are not recognised may still have written the id: then all streams are searched for it.
    const whole = widest && widest.length > 0 ? [{ selector: streamSelector(widest), services: [] }] : [];
    const searched = missing.length > 0 || own.length === 0 ? whole : own;
    const after = hasProbe ? [streams.id] : labels.after;
    const search = { facts, upstream, after, budget, unasked };
    // Without an id there is nothing to search for; the services' own failing lines are asked for all the same.
    const near = aroundId(facts);
    if (reading && isSearched({ ...facts, upstream }, near) === false)
      for (const { selector } of searched)
        questions.push(
          ...within(search, selector, "lines-of-id", near, (volume) =>
            idQuestions({ upstream, selector, window: near, rung: -1, after: volume }, reading),
          ),
        );
    const certain = lineIdentitiesIn(facts, upstream);
    unasked.push(...certain.flatMap((each) => (each.doubt === undefined ? [] : [inDoubt(each, each.doubt)])));
    const around = lineSelectors(certain.filter(({ doubt }) => doubt === undefined));
    for (const { selector, services } of around.map((each) => ({
      ...each,
      selector: withLabels(each.selector, required),
    })))
      questions.push(
        ...within(search, selector, "lines-around", facts.window, (volume) => [
          aroundQuestion(facts, upstream, selector, services, volume),
          levelQuestion(facts, upstream, selector, services, volume, existing.includes("level")),
        ]),
      );
  }
  return { questions, unasked };
}

type Bounded = {
  readonly facts: Facts;
  readonly upstream: UpstreamSetting;
  readonly after: readonly string[];
  readonly budget: ReadBudget;
  readonly unasked: Unasked[];
};

/** Asks for the volume first; then what `ask` gives, or says why it was too much. */
function within(
  { facts, upstream, after, budget, unasked }: Bounded,
  selector: string,
  of: "lines-of-id" | "lines-around",
  window: Window,
  ask: (volume: readonly string[]) => Question[],
): Question[] {
  const volume = volumeQuestion({ upstream, selector, window, rung: -1, after }, of);
  const told = facts.evidence.find(({ question: asked }) => asked.id === volume.id);
  if (told === undefined) return [volume];
  const what = `${selector} was not searched over the window`;
  const tooMuch = overBudget(budget, { environment: facts.environment, upstream, volume: told, window, what });
  if (tooMuch) unasked.push(tooMuch);
  // Without an estimate the few minutes around the lead are read all the same, the whole window is not.
  const isSmall = ({ window: own }: Question): boolean => own !== null && durationOf(own) <= unestimated;
  const asked = tooMuch === null || volumeOf(told) === null ? ask([volume.id]) : [];
  return [volume, ...(tooMuch ? asked.filter(isSmall) : asked)];
}

/** A label that this Loki insists on stands in every selector, with any value where none is known. */
const withLabels = (selector: string, required: readonly string[]): string =>
  required
    .filter((label) => !parseSelector(selector)?.some((matcher) => matcher.label === label))
    .reduce((text, label) => narrow(text, { label, op: "=~", value: ".+" }), selector);

const servicesNamed = (facts: Facts, keys: readonly string[]) =>
  facts.subjects.filter(({ service }) => keys.includes(serviceKey(service))).map(({ service }) => service);

const aroundQuestion = (
  facts: Facts,
  upstream: UpstreamSetting,
  selector: string,
  services: readonly string[],
  after: readonly string[],
): Question => {
  const wide = widen(facts.focus, 5 * minute, 5 * minute);
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "lines-around", services: servicesNamed(facts, services) },
    call: { api: "loki-lines", query: `${selector} ${failing}`, limit: aroundLimit, direction: "backward" },
    window: clipTo(wide, facts.now),
    why: "warnings and errors of the services on the path, five minutes around",
    after,
  });
};

const levelQuestion = (
  facts: Facts,
  upstream: UpstreamSetting,
  selector: string,
  services: readonly string[],
  after: readonly string[],
  hasLevel: boolean,
): Question => {
  const step = stepFor(facts.window, 15 * second, Math.min(180, Math.ceil(durationOf(facts.window) / (15 * second))));
  const by = hasLevel ? "level, detected_level" : "detected_level";
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "lines-by-level", services: servicesNamed(facts, services) },
    call: { api: "loki-range", query: `sum by (${by}) (count_over_time(${selector}[${printRange(step)}]))`, step },
    window: alignWithin(facts.window, step, facts.now),
    why: "how many lines of each level the services on the path wrote",
    after,
  });
};

const inDoubt = ({ service, matchers }: Identity, doubt: string): Unasked => ({
  kind: "gap",
  slot: "lines",
  reason: "not-linked",
  text: `${streamSelector(matchers)} may hold lines of more than ${service.name}: ${doubt}. Only lines with the id are shown.`,
  next: "Name its labels in a mapping of this environment, or let the spans carry k8s.namespace.name.",
});

const noStreams = (names: readonly string[], upstream: UpstreamSetting): Unasked => ({
  kind: "gap",
  slot: "lines",
  reason: "not-linked",
  text: `No stream label in ${upstream.name} names ${listed(names)}.`,
  next: "If its lines are there, name its label in a mapping of this environment.",
});
