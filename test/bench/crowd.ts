/**
 * A million series in one Prometheus, of 500 services that all count alike, and a trace through six of them: what an
 * installation of some size looks like to a question. The six have their samples of an hour, all others their last two.
 */
import { mixText } from "@/lib/demo/chance";
import type { OtlpSpan } from "@/lib/demo/otlp";
import { type Instant, minute, second, shift, toInstant } from "@/lib/signal/time";
import { pushTraces } from "@/test/stack/push";
import { remoteWrite, type WrittenSeries } from "@/test/stack/remote-write";

export type Crowd = { readonly traceId: string; readonly series: number };

const services = 500;
const onPath = 6;
const pods = 4;
const routes = 10;
const codes = ["200", "404", "500", "503"];
const bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"];
const interval = 15 * second;
const history = 70 * minute;
/** Series in one remote write: the receiver takes any number, this process holds them all at once. */
const atOnce = 20_000;

const nameOf = (index: number): string => `crowd-${`${index + 1}`.padStart(3, "0")}`;

function* seriesOf(service: string, from: Instant, to: Instant): Generator<WrittenSeries> {
  const count = Math.floor((to - from) / interval) + 1;
  for (let pod = 0; pod < pods; pod += 1)
    for (let route = 0; route < routes; route += 1)
      for (const code of codes) {
        const base = {
          job: service,
          service,
          namespace: "crowd",
          pod: `${service}-7d9f8c6b5-${"abcd"[pod]}x2kp`,
          instance: `10.0.${pod}.${route}:8080`,
          handler: `/things/${route}`,
          code,
        };
        const perSample = code === "200" ? 30 : 1;
        const named = (name: string, more: Record<string, string>, share: number): WrittenSeries => ({
          labels: { __name__: name, ...base, ...more },
          samples: Array.from({ length: count }, (_, at) => ({
            at: from + at * interval,
            value: Math.floor((at + 1) * perSample * share),
          })),
          exemplars: [],
        });
        yield named("http_request_duration_seconds_count", {}, 1);
        for (const [at, le] of bounds.entries())
          yield named("http_request_duration_seconds_bucket", { le }, (at + 1) / bounds.length);
      }
}

const nanosOf = (at: Instant, more: number): string => `${BigInt(at) * 1_000_000n + BigInt(more)}`;
const spanOf = (traceId: string, index: number, at: Instant): OtlpSpan => ({
  traceId,
  spanId: (index + 1).toString(16).padStart(16, "0"),
  parentSpanId: index === 0 ? "" : index.toString(16).padStart(16, "0"),
  name: `GET /things/${index}`,
  kind: 2,
  startTimeUnixNano: nanosOf(at, index * 1_000_000),
  endTimeUnixNano: nanosOf(at, 400_000_000 - index * 1_000_000),
  attributes: [],
  events: [],
  status: { code: 0 },
});

/** Takes a minute or two, and four gigabytes in Prometheus. */
export async function feedCrowd(urls: { readonly prometheus: string; readonly otlp: string }): Promise<Crowd> {
  const now = toInstant(Math.floor(Date.now() / interval) * interval);
  const at = shift(now, -20 * minute);
  const traceId = mixText(`${now}`).toString(16).padStart(8, "0").padStart(32, "c");
  await pushTraces(urls.otlp, [
    Array.from({ length: onPath }, (_, index) => ({
      resource: {
        attributes: [
          { key: "service.name", value: { stringValue: nameOf(index) } },
          { key: "k8s.namespace.name", value: { stringValue: "crowd" } },
        ],
      },
      scopeSpans: [{ scope: { name: "bench", version: "1.0.0" }, spans: [spanOf(traceId, index, at)] }],
    })),
  ]);
  let series = 0;
  let waiting: WrittenSeries[] = [];
  const send = async (): Promise<void> => {
    await remoteWrite(urls.prometheus, waiting);
    series += waiting.length;
    waiting = [];
  };
  for (let index = 0; index < services; index += 1) {
    const isOnPath = index < onPath;
    for (const each of seriesOf(nameOf(index), shift(now, isOnPath ? -history : -interval), now)) {
      waiting.push(each);
      if (waiting.length >= (isOnPath ? atOnce / 20 : atOnce)) await send();
    }
  }
  await send();
  return { traceId, series };
}
