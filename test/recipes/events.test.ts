/** Kubernetes' events: which stream is read, and what its lines say in each of the usual shapes. */
import { describe, expect, test } from "vitest";
import type { NamedWorkload, Question } from "@/lib/evidence";
import { isStreamSelector } from "@/lib/query/logql";
import type { Labels } from "@/lib/signal/labels";
import { toUnixNanos } from "@/lib/signal/time";
import { readJson } from "@/lib/upstream/readers";
import { at, drawnLead, drawnWindow, evidenceOf, gapOf, serviceFrom, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, type World, walk } from "@/test/installation";

const alloy: Labels = {
  job: "loki.source.kubernetes_events",
  namespace: "shop",
  instance: "loki.source.kubernetes_events.events",
};
const payment: NamedWorkload = {
  service: serviceFrom("payment"),
  workload: "payment",
  pods: "payment-[a-z0-9]{6,10}-[a-z0-9]{5}",
  namespace: "shop",
  clusters: [],
};

type Line = { readonly clock: string; readonly text: string; readonly beside?: Labels };
/** What the reader makes of lines of one stream. */
function said(stream: Labels, lines: readonly Line[], workloads: readonly NamedWorkload[] = [payment]): string[] {
  const { question } = evidenceOf(
    gapOf("none-in-window"),
    { kind: "cluster-events", workloads },
    {
      call: {
        api: "loki-changes",
        query: "{}",
        limit: 1_000,
        stream: { name: "x", query: "{}", kind: "event", serviceField: null, versionField: null, titleField: null },
      },
    },
  );
  const values = lines.map(({ clock, text, beside }) => [
    toUnixNanos(at(clock)),
    text,
    ...(beside ? [{ structuredMetadata: beside }] : []),
  ]);
  const body = { status: "success", data: { resultType: "streams", result: [{ stream, values }] } };
  const reading = readJson(new TextEncoder().encode(JSON.stringify(body)), {
    reader: "cluster-events",
    question,
    now: drawnWindow.to,
    upstream: "shop/loki",
  });
  if (!("answer" in reading) || reading.answer.kind !== "changes") throw new Error("no changes");
  return reading.answer.changes.map(
    ({ kind, service, title, at: from, until }) =>
      `${kind} ${service?.name}: ${title} at ${clockOf(from)}${until === null ? "" : ` … ${clockOf(until)}`}`,
  );
}
const clockOf = (instant: number): string => new Date(instant).toISOString().slice(11, 19);
const pod = "payment-7d9c5b8f6-kvkzh";
const backOff = "Back-off restarting failed container payment in pod payment-7d9c5b8f6-kvkzh_shop(0c1d)";
const logfmt = (count: number, name = pod): string =>
  `name=${name} kind=Pod objectAPIversion=v1 eventRV=1 reportinginstance=node-1 sourcecomponent=kubelet reason=BackOff type=Warning count=${count} msg="${backOff}"`;
const exported = (count: number, more: object = {}): string =>
  JSON.stringify({
    metadata: { name: `${pod}.17ab`, namespace: "shop" },
    ...{ reason: "BackOff", message: backOff, type: "Warning", count },
    involvedObject: { kind: "Pod", namespace: "shop", name: pod },
    ...more,
  });
const beside = (count: number): Labels => ({
  ...{ k8s_object_kind: "Pod", k8s_object_name: pod, k8s_namespace_name: "shop" },
  ...{ k8s_event_reason: "BackOff", k8s_event_count: `${count}`, severity_text: "Warning" },
});
const told = [`event payment: BackOff: ${backOff} ×37 at 14:03:10 … 14:04:10`];

describe("each shape", () => {
  test.each([
    ["Alloy's logfmt", alloy, [35, 37].map((count, index) => ({ clock: `14:0${3 + index}:10`, text: logfmt(count) }))],
    [
      "k8s-monitoring's",
      { job: "integrations/kubernetes/eventhandler", namespace: "shop" },
      [35, 37].map((count, index) => ({ clock: `14:0${3 + index}:10`, text: logfmt(count) })),
    ],
    [
      "event-exporter's JSON",
      { job: "kube-event-exporter" },
      [35, 37].map((count, index) => ({ clock: `14:0${3 + index}:10`, text: exported(count) })),
    ],
    [
      "OpenTelemetry's, beside the line",
      { service_name: "k8s_events" },
      [35, 37].map((count, index) => ({ clock: `14:0${3 + index}:10`, text: backOff, beside: beside(count) })),
    ],
    [
      "OpenTelemetry's objects",
      { service_name: "k8sobjects" },
      [35, 37].map((count, index) => ({
        clock: `14:0${3 + index}:10`,
        text: `{"type":"MODIFIED","object":${exported(count)}}`,
      })),
    ],
  ])("%s: said again is one event, with its count and its end", (_, stream, lines) => {
    expect(said(stream, lines)).toEqual(told);
  });

  test("without a count, lines are counted; of several pods all", () => {
    const other = "payment-7d9c5b8f6-x2x4z";
    const text = (name: string): string =>
      `name=${name} kind=Pod reason=Unhealthy type=Warning msg="Readiness probe failed for ${name}"`;
    expect(
      said(alloy, [
        { clock: "14:03:10", text: text(pod) },
        { clock: "14:03:20", text: text(other) },
        { clock: "14:03:30", text: text(pod) },
      ]),
    ).toEqual([`event payment: Unhealthy: Readiness probe failed for ${pod} ×3 at 14:03:10 … 14:03:30`]);
  });
});

describe("what is not taken", () => {
  test.each([
    ["another namespace's twin", exported(3, { involvedObject: { kind: "Pod", namespace: "billing", name: pod } })],
    ["a worker's pod", logfmt(3, "payment-worker-7d9c5b8f6-kvkzh")],
    ["a canary's pod", logfmt(3, "payment-canary-7d9c5b8f6-kvkzh")],
    [
      "what every pod goes through",
      `name=${pod} kind=Pod reason=Pulled type=Normal msg="Container image already present"`,
    ],
    ["a line without reason or object", "starting kube-event-exporter, payment"],
  ])("%s", (_, text) => {
    expect(said({ job: "x" }, [{ clock: "14:03:10", text }])).toEqual([]);
  });

  test("a name in two namespaces, where no one told which", () => {
    const open = [{ ...payment, namespace: null }];
    const twin = exported(3, { involvedObject: { kind: "Pod", namespace: "billing", name: pod } });
    expect(said({ job: "x" }, [{ clock: "14:03:10", text: exported(1) }], open)).toHaveLength(1);
    expect(
      said(
        { job: "x" },
        [
          { clock: "14:03:10", text: exported(1) },
          { clock: "14:03:20", text: twin },
        ],
        open,
      ),
    ).toEqual([]);
  });
});

describe("asked for", () => {
  const trace = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 [server]", {
    start: at("14:03:12"),
  });
  const resources = trace.trace.resources.map((each) => ({ ...each, attributes: { "k8s.namespace.name": "shop" } }));
  const world = (streams: readonly Labels[], more: Partial<World> = {}): World => ({
    trace: ({ upstream }) =>
      upstream === "shop/tempo" ? { ...trace, trace: { ...trace.trace, resources } } : undefined,
    streamLabels: ["job", "service_name", "namespace"],
    answer: ({ purpose }) =>
      purpose.kind === "known-streams"
        ? streams.length > 0
          ? { kind: "label-sets", sets: streams }
          : gapOf("none-in-window")
        : undefined,
    ...more,
  });
  const walked = (streams: readonly Labels[], more: Partial<World> = {}, configured = {}): Walk =>
    walk({
      lead: drawnLead,
      environments: [environment(everything, configured)],
      world: world(streams, more),
      now: drawnWindow.to,
    });
  const events = ({ asked }: Walk): readonly Question[] =>
    asked.filter(({ purpose }) => purpose.kind === "cluster-events");
  const gaps = ({ plan }: Walk): string[] =>
    plan.unasked.flatMap(({ slot, text }) => (slot === "events" ? [text] : []));

  test.each([
    [alloy, '{job=~"loki\\\\.source\\\\.kubernetes_events",namespace=~"shop"} |= "gateway" or "payment"'],
    [{ job: "monitoring/kube-event-exporter" }, '{job=~"monitoring/kube-event-exporter"} |= "gateway" or "payment"'],
    [{ service_name: "k8s_events" }, '{service_name=~"k8s_events"} | k8s_object_name=~"(?:gateway|payment).*"'],
  ])("in one question, by the stream that is there: %o", (stream, query) => {
    const run = walked([stream]);
    expect(events(run).map(({ text }) => text)).toEqual([query]);
    expect(isStreamSelector(query.replace(/ \|.*$/, ""))).toBe(true);
    expect(gaps(run)).toEqual([]);
  });

  test("and where none is there, that is said", () => {
    expect(events(walked([]))).toEqual([]);
    expect(gaps(walked([]))).toEqual(["No stream of Kubernetes' events was seen in loki."]);
  });

  test("but not of a Loki that did not answer", () => {
    expect(
      gaps(walked([], { answer: ({ purpose }) => (purpose.kind === "known-streams" ? gapOf("timeout") : undefined) })),
    ).toEqual([]);
  });

  test("within the budget of bytes", () => {
    const run = walked([alloy], {
      volume: ({ purpose }) => (purpose.kind === "lines-volume" && purpose.of === "cluster-events" ? 9e9 : 1_000),
    });
    expect(events(run)).toEqual([]);
    expect(gaps(run)).toEqual([
      expect.stringMatching(/^Kubernetes' events were not read over the window: loki would read ≈ /),
    ]);
  });

  test("not at all beside a stream that was configured", () => {
    const configured = {
      changeStreams: [
        { name: "k8s", query: '{job="x"}', kind: "event", serviceField: null, versionField: null, titleField: null },
      ],
    };
    expect(events(walked([alloy], {}, configured))).toEqual([]);
  });
});
