/** A trace of many services as a large company has it, with their metrics and lines: put into the running servers. */
import { mixText } from "@/lib/demo/chance";
import type { WorldLine } from "@/lib/demo/lines";
import type { OtlpSpan, ResourceSpans } from "@/lib/demo/otlp";
import { type Instant, minute, second, shift, toInstant } from "@/lib/signal/time";
import { pushLines, pushTraces } from "@/test/stack/push";
import { remoteWrite, type WrittenSeries } from "@/test/stack/remote-write";

export type Wide = { readonly traceId: string; readonly services: readonly string[] };

const namespace = "wide";
const nanosOf = (at: Instant, more: number): string => `${BigInt(at) * 1_000_000n + BigInt(more)}`;
const spanId = (index: number): string => (index + 1).toString(16).padStart(16, "0");
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** Each service calls three others; the last one fails. */
const spanOf = (traceId: string, index: number, last: number, at: Instant): OtlpSpan => ({
  traceId,
  spanId: spanId(index),
  parentSpanId: index === 0 ? "" : spanId(Math.floor((index - 1) / 3)),
  name: `GET /things/${index}`,
  kind: 2,
  startTimeUnixNano: nanosOf(at, index * 100_000),
  endTimeUnixNano: nanosOf(at, 400_000_000 - index * 100_000),
  attributes: [text("http.request.method", "GET")],
  events: [],
  status: index === last ? { code: 2, message: "deadline exceeded" } : { code: 0 },
});

const traceOf = (traceId: string, services: readonly string[], at: Instant): ResourceSpans[] =>
  services.map((name, index) => ({
    resource: { attributes: [text("service.name", name), text("service.namespace", namespace)] },
    scopeSpans: [
      { scope: { name: "bench", version: "1.0.0" }, spans: [spanOf(traceId, index, services.length - 1, at)] },
    ],
  }));

/** Four conventions in turn, as in a company that grew: what they count with, and how they mark a failure. */
const families = [
  { name: "http_server_request_duration_seconds", mark: "http_response_status_code", ok: "200", failed: "500" },
  { name: "rpc_server_call_duration_seconds", mark: "rpc_response_status_code", ok: "OK", failed: "INTERNAL" },
  { name: "http_server_requests_seconds", mark: "outcome", ok: "SUCCESS", failed: "SERVER_ERROR" },
  { name: "http_request_duration_seconds", mark: "code", ok: "200", failed: "503" },
] as const;
const bounds = ["0.1", "0.5", "2.5", "+Inf"];
const interval = 15 * second;

function seriesOf(service: string, index: number, from: Instant, to: Instant): WrittenSeries[] {
  const family = families[index % families.length] ?? families[0];
  const base = { job: `${namespace}/${service}`, instance: `${service}-1` };
  const count = Math.floor((to - from) / interval);
  const growing = (perSample: number): WrittenSeries["samples"] =>
    Array.from({ length: count }, (_, at) => ({ at: from + at * interval, value: (at + 1) * perSample }));
  const named = (name: string, more: Record<string, string>, perSample: number): WrittenSeries => ({
    labels: { __name__: name, ...base, ...more },
    samples: growing(perSample),
    exemplars: [],
  });
  const marked = [
    { value: family.ok, perSample: 100 },
    { value: family.failed, perSample: 2 },
  ];
  return marked.flatMap(({ value, perSample }) => [
    named(`${family.name}_count`, { [family.mark]: value }, perSample),
    ...bounds.map((le, at) => named(`${family.name}_bucket`, { [family.mark]: value, le }, (perSample * (at + 1)) / 4)),
  ]);
}

const lineOf = (service: string, traceId: string, at: Instant, index: number): WorldLine => ({
  micros: at * 1_000 + index,
  nanos: nanosOf(at, index * 1_000),
  labels: { service_name: service, service_namespace: namespace },
  text: `level=${index % 5 === 0 ? "error" : "info"} trace_id=${traceId} msg="handled by ${service}"`,
  metadata: {},
  traceId,
});

/** Traces of `sizes` services each, which are the same services, five minutes ago; half an hour of their metrics. */
export async function feedWide(
  urls: { readonly prometheus: string; readonly loki: string; readonly otlp: string },
  sizes: readonly number[],
): Promise<Wide[]> {
  const now = toInstant(Math.floor(Date.now() / second) * second);
  const at = shift(now, -5 * minute);
  const all = Array.from({ length: Math.max(...sizes) }, (_, index) => `wide-${`${index + 1}`.padStart(2, "0")}`);
  const traces = sizes.map((size) => ({
    // Another one each time: a stack may be measured twice.
    traceId: `${mixText(`${now} ${size}`).toString(16).padStart(8, "0")}`.padStart(32, "b"),
    services: all.slice(0, size),
  }));
  await pushTraces(
    urls.otlp,
    traces.map(({ traceId, services }) => traceOf(traceId, services, at)),
  );
  await pushLines(
    urls.loki,
    traces.flatMap(({ traceId, services }) => services.map((service, index) => lineOf(service, traceId, at, index))),
  );
  await remoteWrite(
    urls.prometheus,
    all.flatMap((service, index) => seriesOf(service, index, shift(now, -36 * minute), now)),
  );
  return traces;
}
