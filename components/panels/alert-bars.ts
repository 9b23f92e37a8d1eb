/** Alerts of the window as bars, in as few rows as keep them apart. Pure. */
import { alertsOf } from "@/lib/alerts";
import type { Evidence } from "@/lib/evidence";
import type { Alert } from "@/lib/signal/alert";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import type { Window } from "@/lib/signal/time";

export type AlertBar = { readonly id: string; readonly alert: Alert; readonly row: number };

/** What the page is about; any of its own labels may be missing. */
export type Meant = { readonly name: string | null; readonly labels: Labels };

/** The one meant first, then the earliest; a bar takes the first row that is free when it starts. */
export function alertBars(evidence: readonly Evidence[], window: Window, meant?: Meant): readonly AlertBar[] {
  const ends: number[] = [];
  const isMeant = ({ name, labels }: Alert): boolean =>
    meant?.name === name && Object.entries(meant.labels).every(([label, value]) => labels[label] === value);
  return alertsOf(evidence)
    .toSorted((a, b) => Number(isMeant(b)) - Number(isMeant(a)))
    .filter(({ startsAt, endsAt }) => startsAt <= window.to && (endsAt === null || endsAt >= window.from))
    .map((alert) => {
      const free = ends.findIndex((end) => end < alert.startsAt);
      const row = free === -1 ? ends.length : free;
      ends[row] = alert.endsAt ?? Number.POSITIVE_INFINITY;
      return { id: `${alert.name} ${labelsKey(alert.labels)} ${alert.startsAt}`, alert, row };
    });
}

/** "CheckoutErrorRateHigh · critical"; its state where that is not what the bar shows. */
export function alertWords({ name, labels, state, endsAt }: Alert): string {
  const stands = state === "firing" ? "" : state === "resolved" && endsAt !== null ? "over" : state;
  return [name, labels.severity ?? "", stands].filter((part) => part !== "").join(" · ");
}
