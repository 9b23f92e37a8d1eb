/** Large OTLP/JSON traces for tests of size: as Tempo sends them, ids in base64, attributes like a web shop's. */

const base64Id = (number: number, bytes: number): string => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32BE(number + 1, bytes - 4);
  return buffer.toString("base64");
};
export const generatedTraceId = "000000000000000000000000000000ff";
const storyZero = 1_795_240_000_000_000_000n;

/** `spans` spans of twelve services, ten children each, five attributes each. Deterministic. */
export function generatedTrace(spans: number): { readonly trace: { readonly resourceSpans: readonly unknown[] } } {
  const services = Array.from({ length: 12 }, (_, at) => `service-${at}`);
  const groups = services.map((name): { resource: unknown; scopeSpans: { spans: unknown[] }[] } => ({
    resource: {
      attributes: [
        { key: "service.name", value: { stringValue: name } },
        { key: "service.namespace", value: { stringValue: "shop" } },
        { key: "service.version", value: { stringValue: "1.4.2" } },
        { key: "k8s.pod.name", value: { stringValue: `${name}-7d9c5b6f4-abcde` } },
      ],
    },
    scopeSpans: [{ spans: [] }],
  }));
  for (let at = 0; at < spans; at += 1) {
    const start = storyZero + BigInt(at) * 1_000n;
    groups[at % services.length]?.scopeSpans[0]?.spans.push({
      traceId: base64Id(254, 16),
      spanId: base64Id(at, 8),
      ...(at === 0 ? {} : { parentSpanId: base64Id(Math.floor((at - 1) / 10), 8) }),
      name: `operation ${at % 40}`,
      kind: at % 2 === 0 ? "SPAN_KIND_SERVER" : "SPAN_KIND_CLIENT",
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(spans - at) * 10_000n),
      attributes: [
        { key: "http.request.method", value: { stringValue: at % 3 === 0 ? "POST" : "GET" } },
        { key: "http.route", value: { stringValue: `/api/things/${at % 50}` } },
        { key: "http.response.status_code", value: { intValue: String(at % 97 === 0 ? 500 : 200) } },
        { key: "user.id", value: { stringValue: `user-${at % 5_000}` } },
        { key: "server.address", value: { stringValue: `10.0.${at % 256}.${at % 200}` } },
      ],
      status: at % 97 === 0 ? { code: "STATUS_CODE_ERROR", message: "boom" } : {},
    });
  }
  return { trace: { resourceSpans: groups } };
}
