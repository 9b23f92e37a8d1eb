/**
 * Kubernetes' events of the services on the path, from whichever of the usual streams a Loki holds: recognised by name,
 * nothing needs to be configured. Who configured a stream of events knows better, and then only that one is read.
 */
import type { NamedWorkload, Question, QuestionId, Unasked } from "@/lib/evidence";
import { labelFilter, lineContainsAny, streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import { answerTo, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { eventCarriers, eventsBeside, knownEvents, knownStreams } from "@/lib/recipes/known-streams";
import { streamLabels, volumeQuestion } from "@/lib/recipes/lines-of-id";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget } from "@/lib/recipes/read-budget";
import { namespaceMatchers, workloadNames, workloadsOf } from "@/lib/recipes/workload";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import type { Window } from "@/lib/signal/time";

const eventLimit = 1_000;
type Found = { readonly label: string; readonly streams: readonly Labels[] };

/** The label by which most of the streams are found. */
function foundBy(labels: readonly string[], sets: readonly Labels[]): Found | undefined {
  const isKnown = new RegExp(`^(?:${knownEvents})$`);
  return labels
    .map((label) => ({ label, streams: sets.filter((stream) => isKnown.test(stream[label] ?? "")) }))
    .filter(({ streams }) => streams.length > 0)
    .toSorted((a, b) => b.streams.length - a.streams.length)[0];
}

/** `{job="…",namespace=~"shop"} |= "payment"`: the line names its object; where it stands beside, the metadata does. */
function queryOf({ label, streams }: Found, workloads: readonly NamedWorkload[]): { selector: string; query: string } {
  const values = [...new Set(streams.flatMap((stream) => stream[label] ?? []))].sort();
  const spaces = streams.every(({ namespace }) => namespace !== undefined) ? namespaceMatchers(workloads) : [];
  const carrier: Matcher = { label, op: "=~", value: regexAlternatives(values) };
  const selector = streamSelector([carrier, ...spaces]);
  const isBeside = new RegExp(`^(?:.+/)?(?:${eventsBeside})$`);
  const apart = values.filter((value) => isBeside.test(value)).length;
  const names = [...new Set(workloads.map(({ workload }) => workload))].sort();
  const objects: Matcher = { label: "k8s_object_name", op: "=~", value: `(?:${workloadNames(workloads)}).*` };
  // A receiver of objects writes the whole event as the line: then only reading tells.
  if (apart === 0) return { selector, query: `${selector} ${lineContainsAny(names)}` };
  return {
    selector,
    query: values.every((value) => /events$/.test(value)) ? `${selector} ${labelFilter([objects])}` : selector,
  };
}

function eventsQuestion(
  upstream: UpstreamSetting,
  query: string,
  window: Window,
  workloads: readonly NamedWorkload[],
  after: readonly QuestionId[],
): Question {
  return question({
    upstream,
    slot: "events",
    purpose: { kind: "cluster-events", workloads },
    call: {
      api: "loki-changes",
      query,
      limit: eventLimit,
      stream: {
        name: "Kubernetes events",
        query,
        kind: "event",
        serviceField: null,
        versionField: null,
        titleField: null,
      },
    },
    window,
    why: "what Kubernetes reported of the pods on the path",
    after,
  });
}

/** Labels, streams, volume, events: each once it is known that there is something to ask for. */
export function planEvents(
  facts: Facts,
  budget: ReadBudget,
): { readonly questions: Question[]; readonly unasked: Unasked[] } {
  const questions: Question[] = [];
  const unasked: Unasked[] = [];
  const { environment, window } = facts;
  const workloads = workloadsOf(facts.subjects);
  if (environment.changeStreams.some(({ kind }) => kind === "event") || workloads.length === 0)
    return { questions, unasked };
  for (const upstream of upstreamsOf(environment, "loki")) {
    const { existing, after } = streamLabels(upstream, facts.startedAt, facts.evidence);
    // A Loki that lists none, or could not be asked, has been spoken of with the lines.
    if (existing === undefined || existing.length === 0) continue;
    const labels = eventCarriers.filter((label) => existing.includes(label));
    if (labels.length === 0) {
      unasked.push(none(upstream));
      continue;
    }
    const streams = knownStreams(facts, upstream, existing, after);
    questions.push(streams);
    const told = answerTo(facts.evidence, streams)?.answer;
    if (told === undefined) continue;
    const found = foundBy(labels, told.kind === "label-sets" ? told.sets : []);
    if (!found) {
      // A Loki that could not be asked says so itself.
      if (told.kind !== "gap" || told.reason === "none-in-window") unasked.push(none(upstream));
      continue;
    }
    const { selector, query } = queryOf(found, workloads);
    const volume = volumeQuestion({ upstream, selector, window, rung: -1, after: [streams.id] }, "cluster-events");
    questions.push(volume);
    const size = answerTo(facts.evidence, volume);
    if (size === undefined) continue;
    const what = "Kubernetes' events were not read over the window";
    const tooMuch = overBudget(budget, { environment, upstream, volume: size, window, what });
    if (tooMuch) unasked.push({ ...tooMuch, slot: "events" });
    else questions.push(eventsQuestion(upstream, query, window, workloads, [volume.id]));
  }
  return { questions, unasked };
}

const none = ({ name }: UpstreamSetting): Unasked => ({
  kind: "gap",
  slot: "events",
  reason: "not-linked",
  text: `No stream of Kubernetes' events was seen in ${name}.`,
  next: "Looked in this window for those of Alloy, k8s-monitoring, event-exporter and the OpenTelemetry Collector; another one can be configured as a change stream of kind event.",
});
