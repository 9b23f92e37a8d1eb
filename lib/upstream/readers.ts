/** Which reader understands which answer. Pure, so that it runs in this thread and in the worker alike. */
import "server-only";
import { readAlertRules } from "@/lib/upstream/alert-rules-read";
import { readAlerts } from "@/lib/upstream/alertmanager-read";
import { readClusterChanges } from "@/lib/upstream/cluster-changes-read";
import { readClusterEvents } from "@/lib/upstream/cluster-events-read";
import { readExemplars } from "@/lib/upstream/exemplars-read";
import { readAnnotations } from "@/lib/upstream/grafana-read";
import { readGrafanaRule } from "@/lib/upstream/grafana-rule-read";
import { readJaegerTrace } from "@/lib/upstream/jaeger-read";
import { readJaegerSearch } from "@/lib/upstream/jaeger-search-read";
import { readLines } from "@/lib/upstream/loki-lines-read";
import { readLokiLabels, readLokiSeries, readLokiStats, readLokiVolume } from "@/lib/upstream/loki-read";
import { readPrometheusSeries, readSeries } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, type Reading } from "@/lib/upstream/reply";
import { readStreamChanges } from "@/lib/upstream/stream-changes-read";
import { readTempoTrace } from "@/lib/upstream/tempo-read";
import { readTempoSearch } from "@/lib/upstream/tempo-search-read";

const readers = {
  series: readSeries,
  "cluster-changes": readClusterChanges,
  "cluster-events": readClusterEvents,
  exemplars: readExemplars,
  "prometheus-series": readPrometheusSeries,
  lines: readLines,
  "stream-changes": readStreamChanges,
  "loki-volume": readLokiVolume,
  "loki-stats": readLokiStats,
  "loki-labels": readLokiLabels,
  "loki-series": readLokiSeries,
  "tempo-trace": readTempoTrace,
  "tempo-search": readTempoSearch,
  "jaeger-trace": readJaegerTrace,
  "jaeger-search": readJaegerSearch,
  annotations: readAnnotations,
  alerts: readAlerts,
  "alert-rules": readAlertRules,
  "grafana-rule": readGrafanaRule,
} as const satisfies Record<string, (json: unknown, context: ReadContext) => Reading | Failure>;

export type ReadTask = ReadContext & { readonly reader: keyof typeof readers };

/** Never throws for a bad document. */
export function readJson(bytes: Uint8Array, task: ReadTask): Reading | Failure {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return fail("not-json"); // cut short, or not JSON behind its first byte
  }
  return readers[task.reader](json, task);
}
