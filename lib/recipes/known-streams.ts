/** One question a Loki: which streams are here that are known by the name of what writes them: events, access logs, databases. */
import type { Question, QuestionId } from "@/lib/evidence";
import { streamSelector } from "@/lib/query/logql";
import type { Facts } from "@/lib/recipes/facts";
import { alignWithin } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";
import { minute, widen } from "@/lib/signal/time";

/** Kubernetes' events: the shapes' own names, in the labels that carry them. Loki ≥ 3 derives `service_name` itself. */
export const eventCarriers = ["job", "service_name"] as const;
const asText = [
  "loki\\.source\\.kubernetes_events.*", // Alloy: logfmt
  "integrations/kubernetes/eventhandler", // k8s-monitoring, Grafana Agent: logfmt
  "(?:kube-|kubernetes-)?event-exporter", // event-exporter: JSON
];
/** The Collector's receivers: the message as the line, all else beside it. */
export const eventsBeside = "k8s[_-]?events|k8s[_-]?objects";
export const knownEvents = `(?:.+/)?(?:${[...asText, eventsBeside].join("|")})`;

export const accessCarriers = ["job", "service_name", "app", "container", "log_type"] as const;
/** Products that write access logs, and the word itself; as a part of a name: `alb_logs`, `ingress-nginx`. */
const accessWords = "[ane]lb|nginx|ingress|traefik|haproxy|envoy|caddy|apache2?|httpd|cloudfront|waf|access";
/** No class that leaves signs out: Loki 3.7 takes 0.1 s of a core to make sense of one, for each selector. */
const apart = "[-_./:@0-9 ]";
const knownAccess = `(?:.*${apart})?(?:${accessWords})(?:${apart}.*)?`;
export const isAccessLog = (value: string): boolean => new RegExp(`^${knownAccess}$`, "i").test(value);

export const databaseCarriers = ["service_name", "app", "container", "app_kubernetes_io_name", "job"] as const;
/** Databases by product, or called just that: `postgres`, `orders-db`. */
export const knownDatabase =
  "(?:.*[/_.-])?(?:postgres|postgresql|pg|mysql|mariadb|mongo|mongodb|redis|valkey|db|database)(?:[-_.].*)?";

/** `existing`: the labels this Loki has; at least one of the carriers. */
export function knownStreams(
  facts: Facts,
  upstream: UpstreamSetting,
  existing: readonly string[],
  after: readonly QuestionId[],
): Question {
  const selectors = (labels: readonly string[], value: string): string[] =>
    labels.filter((label) => existing.includes(label)).map((label) => streamSelector([{ label, op: "=~", value }]));
  const matches = [
    ...selectors(eventCarriers, knownEvents),
    ...selectors(accessCarriers, `(?i)${knownAccess}`),
    ...selectors(databaseCarriers, knownDatabase),
  ];
  // Whole five minutes: twenty readers and tomorrow's look share one answer.
  const window = alignWithin(facts.window, 5 * minute, facts.now);
  return question({
    upstream,
    slot: "events",
    purpose: { kind: "known-streams" },
    call: { api: "loki-series", matches },
    text: matches.join("\n"),
    window: window.to > window.from ? window : widen(window, 5 * minute, 0),
    why: "whether one of the usual streams of Kubernetes' events, of access logs or of a database is here",
    after: [...facts.cites, ...after],
  });
}
