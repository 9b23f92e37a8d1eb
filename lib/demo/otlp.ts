/** A request's spans as OTLP/JSON resourceSpans: hex ids, times as strings of nanoseconds, kinds and codes as numbers. */
import { mix, mixText } from "@/lib/demo/chance";
import { printSpanId } from "@/lib/demo/ids";
import { nanosOf, type Request } from "@/lib/demo/request";
import type { Pod } from "@/lib/demo/roster";
import type { Scenario, SpanAttributes } from "@/lib/demo/script";
import type { TakeSpan } from "@/lib/demo/take";

export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };
export type OtlpAttribute = { readonly key: string; readonly value: OtlpValue };

export type OtlpSpan = {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes: readonly OtlpAttribute[];
  }[];
  /** Absent where it has none. */
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  /** code 0 unset, 2 error */
  readonly status: { readonly code: number; readonly message?: string };
};

export type ResourceSpans = {
  readonly resource: { readonly attributes: readonly OtlpAttribute[] };
  readonly scopeSpans: readonly {
    readonly scope: { readonly name: string; readonly version: string };
    readonly spans: readonly OtlpSpan[];
  }[];
};

function otlpValue(value: string | number | boolean): OtlpValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: `${value}` } : { doubleValue: value };
}
const attributesOf = (attributes: SpanAttributes): OtlpAttribute[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));

/** On hosts an SDK knows its service and itself; a namespace and pods are Kubernetes' words. */
const resourceOf = (
  { service, name, version }: Pod,
  { namespace, platform }: Pick<Scenario, "namespace" | "platform">,
): SpanAttributes => ({
  "service.name": service.name,
  "service.version": version,
  "service.instance.id": name,
  ...(platform === "hosts"
    ? {}
    : {
        "service.namespace": namespace,
        "k8s.namespace.name": namespace,
        "k8s.deployment.name": service.name,
        "k8s.pod.name": name,
      }),
  "telemetry.sdk.language": service.language,
  "telemetry.sdk.name": "opentelemetry",
});

/** What only the request knows: who, which order, which path. */
function particulars(request: Request, span: TakeSpan, row: number): SpanAttributes {
  if (request.take.batch) return span.parent < 0 ? { "messaging.batch.message_count": request.taken().length } : {};
  if (span.parent < 0)
    return {
      "url.path": request.fill(request.route.split(" ")[1] ?? "", row),
      "enduser.id": request.fill("{user}", row),
      "client.address": `203.0.113.${mix(mixText(request.traceId)) % 250}`,
    };
  if (span.name === "Reserve") return { "app.sku": request.fill("{sku}", row) };
  return span.name === "CreateOrder" || span.name === "Charge" ? { "app.order.id": request.fill("{order}", row) } : {};
}

/** Whether a trace is recorded: a link to one that is not would lead nowhere. */
type LinksTo = (request: Request) => boolean;

/** A batch links to whoever published its messages, of those whose sender said that it records them. */
function linksOf(request: Request, span: TakeSpan, isRecorded: LinksTo): Pick<OtlpSpan, "links"> {
  if (!request.take.batch || span.parent >= 0) return {};
  const links = request
    .taken()
    .filter((each) => isRecorded(each.request))
    .map(({ request: { traceId }, row }) => ({ traceId, spanId: printSpanId(traceId, row) }));
  return links.length > 0 ? { links } : {};
}

function otlpSpan(request: Request, span: TakeSpan, row: number, isRecorded: LinksTo): OtlpSpan {
  const { traceId, startMicros } = request;
  return {
    traceId,
    spanId: printSpanId(traceId, row),
    parentSpanId: span.parent < 0 ? "" : printSpanId(traceId, span.parent),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanosOf(startMicros + span.start),
    endTimeUnixNano: nanosOf(startMicros + span.end),
    attributes: attributesOf({ ...span.attributes, ...particulars(request, span, row) }),
    events: span.events.map(({ at, name, attributes }) => ({
      timeUnixNano: nanosOf(startMicros + at),
      name,
      attributes: attributesOf(attributes),
    })),
    ...linksOf(request, span, isRecorded),
    status: span.failure ? { code: 2, message: span.failure.message } : { code: 0 },
  };
}

/** One resourceSpans a service, in order of first appearance. */
export function resourceSpansOf(
  request: Request,
  scenario: Pick<Scenario, "namespace" | "platform">,
  isRecorded: LinksTo,
): ResourceSpans[] {
  const byService = Map.groupBy(
    request.take.spans.map((span, row) => ({ span, row })),
    ({ span }) => span.service,
  );
  return [...byService].flatMap(([service, spans]) => {
    const pod = request.podOf(service);
    if (!pod?.service.telemetry.spans) return [];
    const scope = { name: `${scenario.namespace}.${service}`, version: "1.0.0" };
    return [
      {
        resource: { attributes: attributesOf(resourceOf(pod, scenario)) },
        scopeSpans: [{ scope, spans: spans.map(({ span, row }) => otlpSpan(request, span, row, isRecorded)) }],
      },
    ];
  });
}
