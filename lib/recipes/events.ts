/**
 * Kubernetes' events of the services on the path, from whichever of the usual streams a Loki holds: recognised by name,
 * nothing needs to be configured. Who configured a stream of events knows better, and then only that one is read.
 */
import type { NamedWorkload, Question, QuestionId, Unasked } from "@/lib/evidence";
import { labelFilter, lineContainsAny, streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin } from "@/lib/recipes/grid";
import { streamLabels, volumeQuestion } from "@/lib/recipes/lines-of-id";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget } from "@/lib/recipes/read-budget";
import { namespaceMatchers, workloadNames, workloadsOf } from "@/lib/recipes/workload";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { minute, type Window, widen } from "@/lib/signal/time";

const eventLimit = 1_000;
/** The shapes' own names, in the labels that carry them. Loki ≥ 3 derives `service_name` from app, container or job. */
const carriers = ["job", "service_name"] as const;
const text = [
  "loki\\.source\\.kubernetes_events.*", // Alloy: logfmt
  "integrations/kubernetes/eventhandler", // k8s-monitoring, Grafana Agent: logfmt
  "(?:kube-|kubernetes-)?event-exporter", // event-exporter: JSON
];
// The Collector's receivers: the message as the line, all else beside it.
const beside = "k8s[_-]?events|k8s[_-]?objects";
const known = `(?:.+/)?(?:${[...text, beside].join("|")})`;

type Found = { readonly label: string; readonly streams: readonly Labels[] };

const streamsQuestion = (
  facts: Facts,
  upstream: UpstreamSetting,
  labels: readonly string[],
  after: readonly string[],
): Question => {
  const matches = labels.map((label) => streamSelector([{ label, op: "=~", value: known }]));
  // Whole five minutes: twenty readers and tomorrow's look share one answer.
  const window = alignWithin(facts.window, 5 * minute, facts.now);
  return question({
    upstream,
    slot: "events",
    purpose: { kind: "event-streams" },
    call: { api: "loki-series", matches },
    text: matches.join("\n"),
    window: window.to > window.from ? window : widen(window, 5 * minute, 0),
    why: "whether one of the usual streams of Kubernetes' events is here",
    after,
  });
};

/** The label by which most of the streams are found. */
function foundBy(labels: readonly string[], sets: readonly Labels[]): Found | undefined {
  const isKnown = new RegExp(`^(?:${known})$`);
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
  const isBeside = new RegExp(`^(?:.+/)?(?:${beside})$`);
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
  const answerTo = ({ id }: Question) => facts.evidence.find(({ question: asked }) => asked.id === id);
  for (const upstream of upstreamsOf(environment, "loki")) {
    const { existing, after } = streamLabels(upstream, facts.startedAt, facts.evidence);
    // A Loki that lists none, or could not be asked, has been spoken of with the lines.
    if (existing === undefined || existing.length === 0) continue;
    const labels = carriers.filter((label) => existing.includes(label));
    if (labels.length === 0) {
      unasked.push(none(upstream));
      continue;
    }
    const streams = streamsQuestion(facts, upstream, labels, [...facts.cites, ...after]);
    questions.push(streams);
    const told = answerTo(streams)?.answer;
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
    const size = answerTo(volume);
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
  text: `No stream of Kubernetes' events is known in ${name}.`,
  next: "Looked for those of Alloy, k8s-monitoring, event-exporter and the OpenTelemetry Collector; another one can be configured as a change stream of kind event.",
});
