/** How lines, spans and alerts get into the real servers: Loki's push API, OTLP over HTTP as JSON, Alertmanager's API. */
import type { WorldAlert } from "@/lib/demo/alerts";
import type { WorldLine } from "@/lib/demo/lines";
import type { ResourceSpans } from "@/lib/demo/otlp";
import { labelsKey } from "@/lib/signal/labels";
import { type Instant, printInstant } from "@/lib/signal/time";

async function post(what: string, url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${what} refused: ${response.status} ${(await response.text()).slice(0, 500)}`);
  await response.body?.cancel();
}

/** About 0.6 MB: Loki's receivers take 4 MB, its pattern ingester drops what is larger than that. */
const linesAtOnce = 1_500;

/** Oldest first: a stream refuses what is an hour older than its newest line. */
export async function pushLines(lokiUrl: string, lines: readonly WorldLine[]): Promise<void> {
  for (let from = 0; from < lines.length; from += linesAtOnce) {
    const streams = Map.groupBy(lines.slice(from, from + linesAtOnce), ({ labels }) => labelsKey(labels));
    await post("Loki", `${lokiUrl}/loki/api/v1/push`, {
      streams: [...streams.values()].map((own) => ({
        stream: own[0]?.labels ?? {},
        values: own.map(({ nanos, text, metadata }) => [nanos, text, metadata]),
      })),
    });
  }
}

const tracesAtOnce = 20;

/** `otlpUrl` without the path, as `http://127.0.0.1:4318`. */
export async function pushTraces(otlpUrl: string, traces: readonly (readonly ResourceSpans[])[]): Promise<void> {
  for (let from = 0; from < traces.length; from += tracesAtOnce)
    await post("OTLP", `${otlpUrl}/v1/traces`, { resourceSpans: traces.slice(from, from + tracesAtOnce).flat() });
}

/** Firing alerts with their lease until `leaseEnd`, as a Prometheus at `prometheusUrl` would send them. */
export async function pushAlerts(
  alertmanagerUrl: string,
  prometheusUrl: string,
  alerts: readonly WorldAlert[],
  leaseEnd: Instant,
): Promise<void> {
  if (alerts.length === 0) return;
  await post(
    "Alertmanager",
    `${alertmanagerUrl}/api/v2/alerts`,
    alerts.map(({ labels, annotations, expression, firesAt, endsAt }) => ({
      labels,
      annotations,
      startsAt: printInstant(firesAt),
      endsAt: printInstant(endsAt ?? leaseEnd),
      generatorURL: `${prometheusUrl}/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`,
    })),
  );
}
