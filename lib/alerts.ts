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

/** A record that ends with the window says no more than this of what came after. */
export const atWindowsEnd = "still firing when the window ends";

type Firing = { readonly alert: Alert; readonly startIsKnown: boolean };

/**
 * Every run of samples is one firing. One that reaches the last point fires now only where that point is of now; one that
 * begins with the first began then or at any time before.
 */
function firingsOf(series: Series, source: string, now: Instant | null): Firing[] {
  const firings: Firing[] = [];
  const labels = own(series.labels);
  const end = instantOf(series, series.values.length - 1);
  const isNow = now === null || now - end <= 2 * series.step;
  let from: number | null = null;
  for (let at = 0; at <= series.values.length; at += 1) {
    const fires = (series.values[at] ?? null) !== null;
    if (fires && from === null) from = at;
    if (fires || from === null) continue;
    const reachesEnd = at >= series.values.length;
    const firesOn = reachesEnd && isNow;
    const alert: Alert = {
      name: labels.alertname ?? "alert",
      labels,
      annotations: reachesEnd && !isNow ? { note: atWindowsEnd } : {},
      state: firesOn ? "firing" : "resolved",
      startsAt: instantOf(series, from),
      endsAt: firesOn ? null : shift(instantOf(series, at - 1), 0),
      expression: null,
      link: null,
      source,
    };
    firings.push({ alert, startIsKnown: from > 0 });
    from = null;
  }
  return firings;
}

const nameOf = (upstream: string): string => upstream.split("/").pop() ?? upstream;

/**
 * Earliest first; one seen by several sources keeps Alertmanager's words and names all sources. `now` null = the record's
 * end is taken for now. `record`: of all alerts in the window, or of the lead's own, which tells of pending ones too.
 */
export function alertsOf(
  known: readonly Evidence[],
  now: Instant | null = null,
  record: "alert-history" | "alert-record" = "alert-history",
): Alert[] {
  const told = answersOf(known, "alerts").flatMap(({ answer }) =>
    answer.alerts.map((alert): Firing => ({ alert, startIsKnown: true })),
  );
  const recorded = answersOf(known, "series")
    .filter(({ question }) => question.purpose.kind === record)
    .flatMap(({ question, answer }) =>
      answer.series
        .filter(({ labels }) => record === "alert-history" || labels.alertstate === "firing")
        .flatMap((series) => firingsOf(series, `ALERTS in ${nameOf(question.upstream)}`, now)),
    );
  const all: Firing[] = [];
  for (const firing of [...told, ...recorded]) {
    const { alert } = firing;
    const index = all.findIndex((other) => isSame(other, firing));
    const same = all[index];
    if (!same) all.push(firing);
    else if (!same.alert.source.includes(alert.source))
      all[index] = {
        startIsKnown: same.startIsKnown || firing.startIsKnown,
        alert: {
          ...same.alert,
          startsAt: toInstant(Math.min(same.alert.startsAt, alert.startsAt)),
          source: `${same.alert.source}, ${alert.source}`,
        },
      };
  }
  return all
    .map(({ alert }) => alert)
    .sort((a, b) => a.startsAt - b.startsAt || (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
}

/** The record of an older firing begins where the window does: then any start before it fits, unless that one had ended. */
function isSame(held: Firing, next: Firing): boolean {
  const [a, b] = [held.alert, next.alert];
  if (a.name !== b.name || !sameLabels(own(a.labels), own(b.labels))) return false;
  if (sameStart(a.startsAt, b.startsAt)) return true;
  return !next.startIsKnown && a.startsAt <= b.startsAt && (a.endsAt === null || a.endsAt >= b.startsAt);
}
