/**
 * Grafana's annotations of this world: one for each deploy, as its pipeline posts them, and the alert-state rows that
 * Grafana keeps in the same table. The filter follows `GET /api/annotations`: the row's region overlaps [from, to],
 * newest first, 100 unless a limit is given, all tags unless `matchAny`.
 */
import type { WorldAlert } from "@/lib/demo/alerts";
import type { DatedDeploy } from "@/lib/demo/roster";
import type { Instant } from "@/lib/signal/time";

export type AnnotationRow = {
  readonly id: number;
  readonly alertId: number;
  readonly alertName: string;
  readonly dashboardUID: string | null;
  readonly panelId: number;
  readonly newState: string;
  readonly prevState: string;
  readonly time: Instant;
  readonly timeEnd: Instant;
  readonly text: string;
  readonly tags: readonly string[];
  readonly login: string;
};

export type AnnotationQuery = {
  readonly from: number | null;
  readonly to: number | null;
  readonly type: "annotation" | "alert" | null;
  readonly tags: readonly string[];
  readonly matchAny: boolean;
  readonly limit: number;
};

const row = { alertId: 0, alertName: "", dashboardUID: null, panelId: 0, newState: "", prevState: "", tags: [] };

/** Ids follow the order in time, so a row keeps its id while new ones come. */
export function annotationRows(
  deploys: readonly DatedDeploy[],
  alerts: readonly WorldAlert[],
  namespace: string,
): AnnotationRow[] {
  const ofDeploys = deploys.map(({ at, what: { kind, service, version, revision } }) => ({
    ...row,
    time: at,
    timeEnd: at,
    text: `${kind} ${service} ${version} (${revision})`,
    tags: [kind, namespace, service, revision],
    login: "ci",
  }));
  const ofAlerts = alerts.flatMap(({ name, activeAt, firesAt, endsAt }) =>
    [
      { at: activeAt, newState: "Pending", prevState: "Normal" },
      { at: firesAt, newState: "Alerting", prevState: "Pending" },
      ...(endsAt ? [{ at: endsAt, newState: "Normal", prevState: "Alerting" }] : []),
    ].map(({ at, newState, prevState }) => ({
      ...row,
      alertId: 1,
      alertName: name,
      newState,
      prevState,
      time: at,
      timeEnd: at,
      text: `${name} ${newState}`,
      login: "",
    })),
  );
  return [...ofDeploys, ...ofAlerts].toSorted((a, b) => a.time - b.time).map((each, i) => ({ ...each, id: i + 1 }));
}

export function annotationsFor(rows: readonly AnnotationRow[], query: AnnotationQuery): AnnotationRow[] {
  const { from, to, type, tags, matchAny, limit } = query;
  return rows
    .filter(({ time, timeEnd }) => (to === null || time <= to) && (from === null || timeEnd >= from))
    .filter(({ alertId }) => type === null || (type === "alert") === alertId > 0)
    .filter((each) =>
      tags.length === 0
        ? true
        : matchAny
          ? tags.some((tag) => each.tags.includes(tag))
          : tags.every((tag) => each.tags.includes(tag)),
    )
    .toSorted((a, b) => b.time - a.time || b.id - a.id)
    .slice(0, limit);
}
