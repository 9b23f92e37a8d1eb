/** Alerts as the script has them, and the `ALERTS` series that Prometheus leaves behind. */

import { scrapeInterval, scrapesOf } from "@/lib/demo/scrapes";
import type { AlertScript } from "@/lib/demo/script";
import { named, type SampledSeries, type Wanted } from "@/lib/demo/series";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, shift, toInstant, type Window } from "@/lib/signal/time";

export type WorldAlert = {
  readonly name: string;
  /** With `alertname`. */
  readonly labels: Labels;
  /** Those that its rule writes. */
  readonly ruleLabels: Labels;
  readonly annotations: Labels;
  readonly expression: string;
  /** Since when its condition holds; it is pending from here on. */
  readonly activeAt: Instant;
  readonly firesAt: Instant;
  /** null: it does not resolve. */
  readonly endsAt: Instant | null;
};

export function alertOf(activeAt: Instant, script: AlertScript): WorldAlert {
  const firesAt = shift(activeAt, script.pendingFor);
  return {
    name: script.name,
    labels: { alertname: script.name, ...script.labels },
    ruleLabels: script.ruleLabels ?? script.labels,
    annotations: script.annotations,
    expression: script.expression,
    activeAt,
    firesAt,
    endsAt: script.lasts === null ? null : shift(firesAt, script.lasts),
  };
}

/** `ALERTS` and `ALERTS_FOR_STATE` at rule evaluations within [from, to); each ends when the alert leaves that state. */
export function alertSeries(alerts: readonly WorldAlert[], { from, to }: Window, wanted: Wanted): SampledSeries[] {
  const phase = 2_500;
  return alerts.flatMap(({ labels, activeAt, firesAt, endsAt }) => {
    const until = endsAt ?? Number.POSITIVE_INFINITY;
    const during = (name: string, more: Labels, since: number, till: number, value: number): SampledSeries => {
      const at = scrapesOf({ phase: phase % scrapeInterval, from: since, until: till }, from, to);
      return {
        labels: named(name, { ...labels, ...more }),
        at,
        values: at.map(() => value),
        endsAt: till < to ? toInstant(till) : null,
      };
    };
    return [
      during("ALERTS", { alertstate: "pending" }, activeAt, firesAt, 1),
      during("ALERTS", { alertstate: "firing" }, firesAt, until, 1),
      during("ALERTS_FOR_STATE", {}, activeAt, until, activeAt / 1_000),
    ].filter((series) => series.at.length > 0 && wanted(series.labels));
  });
}
