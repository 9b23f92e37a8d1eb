/**
 * Grafana's annotations, rules and alerts of a world, read only. No real Grafana could be run beside it: shapes follow
 * its documentation and source (pkg/api/annotations.go, pkg/services/ngalert/api), and no test holds them to a real one.
 */

import type { WorldAlert } from "@/lib/demo/alerts";
import { type AnnotationRow, annotationsFor } from "@/lib/demo/annotations";
import type { World } from "@/lib/demo/world";
import { fingerprintOf } from "@/lib/signal/fingerprint";
import type { Labels } from "@/lib/signal/labels";
import { day, type Instant, minute, printInstant, second, shift } from "@/lib/signal/time";

const folder = { uid: "shop-alerts", title: "Alerts" };
const evaluated = 15 * second;
const history = 30 * day;

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json; charset=UTF-8" } });
const wholeNumber = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);

const annotationOf = (row: AnnotationRow): object => ({
  ...row,
  dashboardId: 0,
  userId: row.login === "" ? 0 : 2,
  email: "",
  avatarUrl: "",
  created: row.time,
  updated: row.time,
  data: {},
});

function annotations(world: World, query: URLSearchParams, now: Instant): Response {
  const type = query.get("type");
  const rows = world.annotations({ from: shift(now, -history), to: shift(now, 1) });
  const found = annotationsFor(rows, {
    from: wholeNumber(query.get("from")),
    to: wholeNumber(query.get("to")),
    type: type === "annotation" || type === "alert" ? type : null,
    tags: query.getAll("tags"),
    matchAny: query.get("matchAny") === "true",
    limit: wholeNumber(query.get("limit")) || 100,
  });
  return json(found.map(annotationOf));
}

/** Fourteen signs, as Grafana's own; the same for the same rule. */
const uidOf = (name: string): string => fingerprintOf({ rule: name }).slice(0, 14);

/** `labels`: the rule's own; those of an alert's series come beside them. */
type Rule = { readonly last: WorldAlert; readonly now: WorldAlert | null; readonly labels: Labels };
/** Rules that have been active at some time, with what they are now. */
function rulesAt(world: World, now: Instant): readonly Rule[] {
  const alerts = world.alerts({ from: shift(now, -history), to: shift(now, 1) });
  return [...Map.groupBy(alerts, ({ name }) => name).values()].flatMap((own) => {
    const last = own.at(-1);
    const current = own.find(({ activeAt, endsAt }) => activeAt <= now && (endsAt === null || endsAt > now));
    const rule = world.rules.find(({ name }) => name === last?.name);
    return last ? [{ last, now: current ?? null, labels: rule?.labels ?? last.labels }] : [];
  });
}
const labelsOf = ({ labels }: WorldAlert): Readonly<Record<string, string>> => ({
  ...labels,
  grafana_folder: folder.title,
});

function ruleOf({ last, now: current, labels: own }: Rule, at: Instant): object {
  const { alertname: _, ...labels } = own;
  const isFiring = current !== null && current.firesAt <= at;
  return {
    state: current === null ? "inactive" : isFiring ? "firing" : "pending",
    name: last.name,
    folderUid: folder.uid,
    uid: uidOf(last.name),
    query: last.expression,
    queriedDatasourceUIDs: ["prometheus"],
    duration: (last.firesAt - last.activeAt) / second,
    keepFiringFor: 0,
    annotations: last.annotations,
    ...(current ? { activeAt: printInstant(current.activeAt) } : {}),
    alerts: current
      ? [
          {
            labels: labelsOf(current),
            annotations: current.annotations,
            state: isFiring ? "Alerting" : "Pending",
            activeAt: printInstant(current.activeAt),
            value: "",
          },
        ]
      : [],
    totals: current ? { [isFiring ? "alerting" : "pending"]: 1 } : {},
    totalsFiltered: current ? { [isFiring ? "alerting" : "pending"]: 1 } : {},
    labels,
    health: "ok",
    isPaused: false,
    type: "alerting",
    lastEvaluation: printInstant(shift(at, -(at % evaluated))),
    evaluationTime: 0.01,
  };
}

function rules(world: World, now: Instant): Response {
  const all = rulesAt(world, now);
  const firing = all.filter(({ now: current }) => current !== null && current.firesAt <= now).length;
  const pending = all.filter(({ now: current }) => current !== null && current.firesAt > now).length;
  const totals = {
    ...(firing > 0 ? { firing } : {}),
    ...(pending > 0 ? { pending } : {}),
    ...(all.length > firing + pending ? { inactive: all.length - firing - pending } : {}),
  };
  const group = {
    name: world.name,
    file: folder.title,
    folderUid: folder.uid,
    rules: all.map((rule) => ruleOf(rule, now)),
    totals,
    interval: evaluated / second,
    lastEvaluation: printInstant(shift(now, -(now % evaluated))),
    evaluationTime: 0.05,
  };
  return json({ status: "success", data: { groups: all.length > 0 ? [group] : [], totals } });
}

function alerts(world: World, now: Instant, url: string): Response {
  const firing = rulesAt(world, now).flatMap(({ now: current }) =>
    current && current.firesAt <= now ? [current] : [],
  );
  return json(
    firing.map((alert) => ({
      annotations: alert.annotations,
      endsAt: printInstant(shift(now, 4 * minute)),
      fingerprint: fingerprintOf(labelsOf(alert)),
      receivers: [{ active: null, integrations: null, name: "grafana-default-email" }],
      startsAt: printInstant(alert.firesAt),
      status: { inhibitedBy: [], silencedBy: [], state: "active" },
      updatedAt: printInstant(shift(now, -((now - alert.firesAt) % evaluated))),
      generatorURL: `${url}/alerting/grafana/${uidOf(alert.name)}/view?orgId=1`,
      labels: labelsOf(alert),
    })),
  );
}

function provisioned(world: World, uid: string, now: Instant): Response {
  const rule = rulesAt(world, now).find(({ last }) => uidOf(last.name) === uid);
  if (!rule) return json({ message: "alert rule not found" }, 404);
  const { last } = rule;
  const { alertname: _, ...labels } = last.labels;
  return json({
    id: 1,
    uid,
    orgID: 1,
    folderUID: folder.uid,
    ruleGroup: world.name,
    title: last.name,
    condition: "A",
    data: [
      {
        refId: "A",
        queryType: "",
        relativeTimeRange: { from: 600, to: 0 },
        datasourceUid: "prometheus",
        model: { expr: last.expression, instant: true, refId: "A" },
      },
    ],
    updated: printInstant(world.origin),
    noDataState: "NoData",
    execErrState: "Error",
    for: `${(last.firesAt - last.activeAt) / second}s`,
    annotations: last.annotations,
    labels,
    isPaused: false,
  });
}

export type GrafanaOptions = {
  /** Grafana's own idea of its address (`root_url`), which stands in links. */
  readonly url?: string;
};

export const grafanaServer =
  (world: World, now: () => Instant, { url = "http://localhost:3000" }: GrafanaOptions = {}) =>
  async (request: Request): Promise<Response> => {
    const { pathname, searchParams: query } = new URL(request.url);
    const [, uid] = /^\/api\/v1\/provisioning\/alert-rules\/([^/]+)$/.exec(pathname) ?? [];
    if (uid !== undefined) return provisioned(world, decodeURIComponent(uid), now());
    switch (pathname) {
      case "/api/health":
        return json({ database: "ok", version: "12.3.0", commit: "0000000" });
      case "/api/annotations":
        return annotations(world, query, now());
      case "/api/prometheus/grafana/api/v1/rules":
        return rules(world, now());
      case "/api/alertmanager/grafana/api/v2/alerts":
        return alerts(world, now(), url);
      default:
        return json({ message: "Not found" }, 404);
    }
  };
