/** Alerts from every source as one list: Alertmanager's word and Prometheus' `ALERTS` record of one alert are one. */
import { answersOf, type Evidence } from "@/lib/evidence";
import type { Alert } from "@/lib/signal/alert";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Instant, minute, shift, toInstant } from "@/lib/signal/time";

/** Differ between the two of an HA pair, or are the record's own. */
const ignored = new Set(["__name__", "alertstate", "replica", "prometheus_replica", "__replica__"]);
const own = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => !ignored.has(label)));

/** External labels stand in Alertmanager's copy only, so the smaller set decides. Source: measured (backends' rule APIs). */
function sameLabels(a: Labels, b: Labels): boolean {
  const [small, large] = Object.keys(a).length <= Object.keys(b).length ? [a, b] : [b, a];
  return Object.entries(small).every(([label, value]) => large[label] === value);
}
/** Two evaluations and a resend apart: still the same firing. */
const sameStart = (a: Instant, b: Instant): boolean => Math.abs(a - b) <= 5 * minute;

/** Every run of samples is one firing; one that reaches the last point asked for still fires, as far as is known. */
function firingsOf(series: Series, source: string): Alert[] {
  const firings: Alert[] = [];
  const labels = own(series.labels);
  let from: number | null = null;
  for (let at = 0; at <= series.values.length; at += 1) {
    const fires = (series.values[at] ?? null) !== null;
    if (fires && from === null) from = at;
    if (fires || from === null) continue;
    const open = at >= series.values.length;
    firings.push({
      name: labels.alertname ?? "alert",
      labels,
      annotations: {},
      state: open ? "firing" : "resolved",
      startsAt: instantOf(series, from),
      endsAt: open ? null : shift(instantOf(series, at - 1), 0),
      expression: null,
      link: null,
      source,
    });
    from = null;
  }
  return firings;
}

const nameOf = (upstream: string): string => upstream.split("/").pop() ?? upstream;

/** Earliest first; one seen by several sources keeps Alertmanager's words and names all sources. */
export function alertsOf(known: readonly Evidence[]): Alert[] {
  const told = answersOf(known, "alerts").flatMap(({ answer }) => answer.alerts);
  const recorded = answersOf(known, "series")
    .filter(({ question }) => question.purpose.kind === "alert-history")
    .flatMap(({ question, answer }) =>
      answer.series.flatMap((series) => firingsOf(series, `ALERTS in ${nameOf(question.upstream)}`)),
    );
  const all: Alert[] = [];
  for (const alert of [...told, ...recorded]) {
    const index = all.findIndex(
      (other) =>
        other.name === alert.name &&
        sameLabels(own(other.labels), own(alert.labels)) &&
        sameStart(other.startsAt, alert.startsAt),
    );
    const same = all[index];
    if (!same) all.push(alert);
    else if (!same.source.includes(alert.source))
      all[index] = {
        ...same,
        startsAt: toInstant(Math.min(same.startsAt, alert.startsAt)),
        source: `${same.source}, ${alert.source}`,
      };
  }
  return all.sort((a, b) => a.startsAt - b.startsAt || (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
}
