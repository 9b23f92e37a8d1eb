/** A receipt -> text to paste elsewhere and links to open elsewhere. Never holds a credential. */
import type { Evidence, Question, Receipt } from "@/lib/evidence";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";

/** What the query is called: the name on its copy button. */
export function languageOf(question: Question): "PromQL" | "LogQL" | "TraceQL" | "request" {
  switch (question.call.api) {
    case "prometheus-range":
    case "prometheus-instant":
    case "prometheus-exemplars":
    case "prometheus-series":
      return "PromQL";
    case "loki-lines":
    case "loki-range":
    case "loki-volume":
    case "loki-series":
      return "LogQL";
    case "tempo-search":
      return "TraceQL";
    default:
      return "request";
  }
}

/** Single quotes keep every character; a quote itself is closed, escaped and opened again. */
const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The call as curl. `$TOKEN` stands for credentials, `$URL` for a host that no browser is meant to know. */
export function curlOf(receipt: Receipt, upstream: UpstreamSetting | undefined): string {
  const [, method = "GET", path = receipt.request] = /^([A-Z]+) (.*)$/s.exec(receipt.request) ?? [];
  const tenants = upstream?.tenants ?? [];
  return [
    "curl -sS",
    ...(method === "GET" ? [] : [`-X ${method}`]),
    '-H "Authorization: Bearer $TOKEN"',
    ...(tenants.length > 0 ? [`-H ${shellQuote(`X-Scope-OrgID: ${tenants.join("|")}`)}`] : []),
    upstream?.publicUrl ? shellQuote(`${upstream.publicUrl}${path}`) : `"$URL"${shellQuote(path)}`,
  ].join(" ");
}

export type OutLink = { readonly title: string; readonly href: string };

/** Where a browser may see the same question over the same window; undefined where no public URL is known. */
export function outLinkOf(
  { question, receipt }: Evidence,
  environment: EnvironmentSetting | null,
): OutLink | undefined {
  const upstream = environment?.upstreams.find(({ id }) => id === question.upstream);
  if (!environment || !upstream) return undefined;
  const link = exploreLink(question, upstream, environment) ?? ownLink(question, receipt, upstream);
  // A configured URL is trusted, yet only http(s) may become a link.
  return link && /^https?:\/\//.test(link.href) ? link : undefined;
}

function exploreLink(
  question: Question,
  upstream: UpstreamSetting,
  environment: EnvironmentSetting,
): OutLink | undefined {
  const { grafanaUrl } = environment;
  const uid = upstream.grafanaDatasource;
  if (!grafanaUrl || !uid) return undefined;
  const query = exploreQuery(question);
  if (!query) return undefined;
  const pane = {
    datasource: uid,
    queries: [{ refId: "A", datasource: { type: upstream.kind, uid }, ...query }],
    range: question.window
      ? { from: String(question.window.from), to: String(question.window.to) }
      : { from: "now-1h", to: "now" },
  };
  const search = new URLSearchParams({ schemaVersion: "1", panes: JSON.stringify({ a: pane }) });
  return { title: "Open in Grafana", href: `${grafanaUrl.replace(/\/$/, "")}/explore?${search}` };
}

function exploreQuery({ call }: Question): Readonly<Record<string, string>> | undefined {
  switch (call.api) {
    case "prometheus-range":
    case "prometheus-instant":
    case "prometheus-exemplars":
    case "loki-lines":
    case "loki-range":
      return { expr: call.query };
    case "tempo-trace":
      return { query: call.traceId, queryType: "traceql" };
    case "tempo-search":
      return { query: call.query, queryType: "traceql" };
    case "jaeger-trace":
      return { query: call.traceId };
    default:
      return undefined;
  }
}

function ownLink({ call, window }: Question, receipt: Receipt, upstream: UpstreamSetting): OutLink | undefined {
  if (!upstream.publicUrl) return undefined;
  const base = upstream.publicUrl.replace(/\/$/, "");
  if (call.api === "jaeger-trace") return { title: "Open in Jaeger", href: `${base}/trace/${call.traceId}` };
  if (receipt.kind === "prometheus" && "query" in call && window) {
    const search = new URLSearchParams({
      "g0.expr": call.query,
      "g0.tab": "0",
      "g0.range_input": `${Math.max(1, Math.round((window.to - window.from) / 1_000))}s`,
      "g0.end_input": new Date(window.to).toISOString().slice(0, 19).replace("T", " "),
    });
    return { title: "Open in Prometheus", href: `${base}/graph?${search}` };
  }
  if (call.api === "alertmanager-alerts") return { title: "Open in Alertmanager", href: `${base}/#/alerts` };
  return undefined;
}
