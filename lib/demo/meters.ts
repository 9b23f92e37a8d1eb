/**
 * What the services' own metrics count: one meter (a histogram) for each pod and each kind of span it measures, and
 * the observations that each take makes on them. Names and buckets follow the service's telemetry.
 */
import type { Pod, Roster } from "@/lib/demo/roster";
import type { Measure, ServiceScript, Telemetry } from "@/lib/demo/script";
import type { Take, TakeSpan } from "@/lib/demo/take";
import type { Labels } from "@/lib/signal/labels";

/** Upper bounds in seconds, +Inf not among them. The callers' timeout of 30 s has a bucket of its own. */
const boundsOf: Readonly<Record<Telemetry, readonly number[]>> = {
  opentelemetry: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 30, 35],
  "go-kubernetes": [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
  "span-metrics": [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384],
};

/** One kind of measured span: equal for all pods of its service. */
export type Shape = {
  readonly service: ServiceScript;
  readonly measure: Measure;
  readonly span: string;
  readonly status: number;
  readonly bounds: readonly number[];
};

/** Cells of a meter: started, one a bucket (not cumulative, +Inf last), sum in microseconds. */
export type Meter = { readonly shape: Shape; readonly pod: Pod; readonly cell: number };

export type Observation = {
  readonly shape: number;
  /** Place among the scenario's services. */
  readonly service: number;
  readonly span: number;
  /** Microseconds after the request's start. */
  readonly start: number;
  readonly end: number;
  readonly bucket: number;
};

export type Meters = {
  readonly services: readonly ServiceScript[];
  readonly shapes: readonly Shape[];
  readonly meters: readonly Meter[];
  readonly cells: number;
  /** By `take.id`. */
  readonly observations: readonly (readonly Observation[])[];
  readonly meterOf: (shape: number, pod: Pod) => Meter | undefined;
};

export const widthOf = ({ bounds }: Shape): number => bounds.length + 3;

/** Tempo's generator counts for all pods of a service together, and knows failed or not, nothing between. */
const madeOfSpans = ({ telemetry }: ServiceScript): boolean => telemetry === "span-metrics";

/** Only what such an installation really measures: servers always, clients where the SDK does it by itself, consumers
 * where somebody wrote it. */
const isMeasured = ({ telemetry }: ServiceScript, { kind }: Measure): boolean =>
  kind === "server" || telemetry === (kind === "client" ? "opentelemetry" : "go-kubernetes");

const bucketOf = (bounds: readonly number[], micros: number): number => {
  const found = bounds.findIndex((bound) => micros <= bound * 1e6);
  return found < 0 ? bounds.length : found;
};

export function createMeters(services: readonly ServiceScript[], takes: readonly Take[], roster: Roster): Meters {
  const byName = new Map(services.map((service) => [service.name, service]));
  const shapes: Shape[] = [];
  const known = new Map<string, number>();

  const shapeOf = (span: TakeSpan): number | undefined => {
    const service = byName.get(span.service);
    if (!service || !span.measure || !isMeasured(service, span.measure)) return undefined;
    const { kind, method, target } = span.measure;
    const status = madeOfSpans(service) ? (span.failure ? 500 : 200) : span.status;
    const key = JSON.stringify([service.name, kind, method, target, status]);
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, shapes.length);
    const bounds = boundsOf[service.telemetry];
    return shapes.push({ service, measure: span.measure, span: span.name, status, bounds }) - 1;
  };

  const observations = takes.map(({ spans }) =>
    spans.flatMap((span, row): Observation[] => {
      const shape = shapeOf(span);
      const bounds = shapes[shape ?? -1]?.bounds;
      if (shape === undefined || !bounds) return [];
      return [
        {
          shape,
          service: services.findIndex(({ name }) => name === span.service),
          span: row,
          start: span.start,
          end: span.end,
          bucket: bucketOf(bounds, span.end - span.start),
        },
      ];
    }),
  );

  let cells = 0;
  const meters: Meter[] = [];
  const byShape = shapes.map((shape) => {
    const own: Meter[] = [];
    const pods = roster.pods.filter(({ service }) => service === shape.service);
    const [first] = pods;
    const shared = first && madeOfSpans(shape.service) ? { ...first, until: Number.POSITIVE_INFINITY } : null;
    for (const pod of shared ? [shared] : pods) {
      const meter = { shape, pod, cell: cells };
      for (const { number } of shared ? pods : [pod]) own[number] = meter;
      meters.push(meter);
      cells += widthOf(shape);
    }
    return own;
  });
  return { services, shapes, meters, cells, observations, meterOf: (shape, pod) => byShape[shape]?.[pod.number] };
}

const resultLabels = (status: number): Labels => (status >= 500 ? { error_type: `${status}` } : {});

/** The labels a meter's series carry beside those of its pod. */
export function shapeLabels({ service, measure, span, status }: Shape): Labels {
  const { kind, method, target } = measure;
  switch (service.telemetry) {
    case "opentelemetry":
      return {
        http_request_method: method,
        ...(kind === "server" ? { http_route: target, url_scheme: "http" } : { server_address: target }),
        http_response_status_code: `${status}`,
        ...resultLabels(status),
      };
    case "go-kubernetes":
      return kind === "consumer"
        ? { topic: target, group: method, result: status >= 500 ? "error" : "ok" }
        : { code: `${status}`, method, route: target };
    case "span-metrics":
      return {
        service: service.name,
        span_name: span,
        span_kind: "SPAN_KIND_SERVER",
        status_code: status >= 500 ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET",
        source: "tempo",
      };
  }
}

/** The family of a meter's histogram, without suffix. */
export function familyOf({ service, measure }: Shape): string {
  switch (service.telemetry) {
    case "opentelemetry":
      return `http_${measure.kind}_request_duration_seconds`;
    case "go-kubernetes":
      return measure.kind === "consumer" ? "kafka_message_duration_seconds" : "http_request_duration_seconds";
    case "span-metrics":
      return "traces_spanmetrics_latency";
  }
}

/** The counter beside a meter's histogram, where such an installation has one. */
export function counterOf({ service, measure }: Shape): string | null {
  switch (service.telemetry) {
    case "opentelemetry":
      return null;
    case "go-kubernetes":
      return measure.kind === "consumer" ? "kafka_messages_processed_total" : "http_requests_total";
    case "span-metrics":
      return "traces_spanmetrics_calls_total";
  }
}

/** The labels that say where a series comes from. Span metrics know no pod: there all series of a service are one. */
export function podLabels({ service, name, address }: Pod, namespace: string): Labels {
  switch (service.telemetry) {
    case "opentelemetry":
      return { job: `${namespace}/${service.name}`, instance: name };
    case "go-kubernetes":
      return {
        job: service.name,
        service: service.name,
        namespace,
        pod: name,
        container: service.name,
        endpoint: "http",
        instance: address,
      };
    case "span-metrics":
      return {};
  }
}
