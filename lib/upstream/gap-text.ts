/** A failure -> the gap a reader sees: one sentence that names the upstream, and a next step for a tired engineer. */
import "server-only";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Gap } from "@/lib/evidence";
import type { UpstreamKind } from "@/lib/setting";
import { printDuration } from "@/lib/signal/time";
import { type Failure, gap } from "@/lib/upstream/reply";

type Named = Pick<UpstreamConfig, "id" | "kind" | "timeoutMs" | "maxBytes" | "maxQuestions" | "tenants">;

export const productNames: Readonly<Record<UpstreamKind, string>> = {
  prometheus: "Prometheus",
  loki: "Loki",
  tempo: "Tempo",
  jaeger: "Jaeger",
  alertmanager: "Alertmanager",
  grafana: "Grafana",
};

const printBytes = (bytes: number): string =>
  bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`;

/** Never throws; `said` is already bounded and free of secrets. */
export function gapOf({ cause, said, status, retryAfter }: Failure, upstream: Named): Gap {
  const { id, kind } = upstream;
  const product = productNames[kind];
  const quoted = said === "" ? "" : ` It said: “${said}”`;
  const from = status === null ? "" : ` (HTTP ${status})`;
  switch (cause) {
    case "refused":
      return gap("refused", `${id} refuses connections.`, `Check the url of ${id} and that ${product} listens there.`);
    case "dns":
      return gap(
        "unreachable",
        `The host name of ${id} cannot be resolved.`,
        `Check the spelling of its url, and the DNS of the machine that runs this console.`,
      );
    case "unreachable":
      return gap(
        "unreachable",
        `There is no network path to ${id}${said === "" ? "" : ` (${said})`}.`,
        `Check routes, firewalls and proxies between this console and ${id}.`,
      );
    case "reset":
      return gap(
        "unreachable",
        `${id} closed the connection before it answered, twice.`,
        `Look whether ${product} restarts or crashes, and whether a proxy in between cuts connections.`,
      );
    case "cut-off":
      return gap(
        "unreachable",
        `${id} broke off in the middle of its answer.`,
        `Look whether ${product} restarted or ran out of memory; ask again.`,
      );
    case "tls-untrusted":
      return gap(
        "unreachable",
        `${id} shows a TLS certificate that nobody known has signed (${said}).`,
        `Set tls.ca of ${id} to the certificate of its authority (or to its own, where self-signed).`,
      );
    case "tls":
      return gap(
        "unreachable",
        `TLS with ${id} fails (${said}).`,
        `Check http or https in its url, the certificate's names and dates, and tls.cert and tls.key where it asks for a client certificate.`,
      );
    case "not-http":
      return gap(
        "unreadable",
        `What listens at ${id} does not speak HTTP.`,
        `Check the port of its url: a gRPC port is not an HTTP port.`,
      );
    case "timeout":
      return gap(
        "timeout",
        `${id} gave no complete answer in ${printDuration(upstream.timeoutMs)}.`,
        `Ask again with a narrower window, raise timeout of ${id}, or look at its load.`,
      );
    case "query-timeout":
      return gap(
        "timeout",
        `${id} itself gave up on the query${from}.${quoted}`,
        `Narrow the window or the selector. It is not asked again by itself: that would run the same load twice.`,
      );
    case "cancelled":
      return gap("cancelled", `The question to ${id} was called off.`, `Open the page again to ask it.`);
    case "unauthorized":
      return gap(
        "unauthorized",
        `${id} does not accept our credentials${from}.`,
        `Check the credentials configured for ${id}.`,
      );
    case "no-tenant":
      return gap(
        "unauthorized",
        `${id} serves several tenants and was asked without one${from}: “no org id”.`,
        `Set tenants of ${id} in the configuration; it becomes the X-Scope-OrgID header.`,
      );
    case "forbidden":
      return gap(
        "unauthorized",
        `${id} knows us but forbids this${from}.${quoted}`,
        `Give the configured account read access${upstream.tenants.length > 0 ? ` to tenant ${upstream.tenants.join(", ")}` : ""}.`,
      );
    case "not-found":
      return gap(
        "query-rejected",
        `${id} does not know the address we asked${from}.${quoted}`,
        `Check the path prefix in its url, and that it is ${product}.`,
      );
    case "bad-request":
      return rejected(upstream, said, from);
    case "unprocessable":
      return gap(
        kind === "tempo" ? "too-large" : "query-rejected",
        `${id} could not carry out the query${from}.${quoted}`,
        /max size|too many|limit/i.test(said)
          ? `It is over a limit of the server: narrow it, or raise that limit in ${product}.`
          : `Narrow the window or the selector.`,
      );
    case "rate-limited":
      return gap(
        "rate-limited",
        `${id} says it is asked too often${from}.`,
        `${retryAfter === null ? "Wait a little" : `Wait ${printDuration(retryAfter)}, as it asks,`} before asking again; it is asked less meanwhile.`,
      );
    case "redirect":
      return gap(
        "unreadable",
        `${id} sends us elsewhere${from}${said === "" ? "" : `: ${said}`}.`,
        `Redirects are not followed. Set its url to the final address, or its credentials where this is a login.`,
      );
    case "bad-gateway":
      return gap(
        "server-error",
        `A proxy in front of ${id} cannot reach it${from}.${quoted}`,
        `Look whether ${product} is up; the proxy is.`,
      );
    case "unavailable":
      return gap(
        "server-error",
        `${id} says it is not available${from}.${quoted}`,
        `It may be starting or overloaded: ask again in a minute.`,
      );
    case "server-error":
      return gap(
        "server-error",
        `${id} failed on the query${from}.${quoted}`,
        /multiple org ids/i.test(said)
          ? `It does not take several tenants at once: configure one upstream for each tenant.`
          : `Look into the log of ${product} at this time.`,
      );
    case "html":
      return gap(
        "unreadable",
        `${id} answered with a web page${said === "" ? "" : ` (“${said}”)`}.`,
        `This looks like a login page or a proxy, not ${product}: check its url and credentials.`,
      );
    case "not-json":
      return gap(
        "unreadable",
        `The answer of ${id} is no whole JSON document.`,
        `It may have been cut on the way: ask again. If it stays so, check that its url leads to ${product}.`,
      );
    case "damaged":
      return gap(
        "unreadable",
        `The compressed answer of ${id} cannot be unpacked${said === "" ? "" : ` (${said})`}.`,
        `Look for a proxy that changes bodies on the way.`,
      );
    case "wrong-shape":
      return gap(
        "unreadable",
        `${id} answered with JSON that is not ${product}'s${said === "" ? "" : `: ${said}`}.`,
        `Check that the url of ${id} leads to ${product} and not to another service.`,
      );
    case "too-large":
      return gap(
        "too-large",
        `The answer of ${id} is larger than ${printBytes(upstream.maxBytes)} and was stopped there.`,
        `Narrow the window, or raise maxBytes of ${id}.`,
      );
    case "decoder-crashed":
      return gap(
        "unreadable",
        `The answer of ${id} could not be read: the reader ran out of memory or time.`,
        `Narrow the question, or lower maxBytes of ${id} so that such answers are stopped earlier.`,
      );
    case "spared":
      return gap("spared", `${id} is spared${said}: it was overloaded twice within a minute.`, `Ask again after that.`);
    case "over-budget":
      return gap(
        "over-budget",
        `This investigation has put ${upstream.maxQuestions} questions to ${id}, as many as it may.`,
        `Open a narrower one (one service, a shorter window), or raise maxQuestions of ${id}.`,
      );
  }
}

/** 400s: the server's own words say best what is wrong; the next step depends on them. */
function rejected({ id, kind }: Named, said: string, from: string): Gap {
  const text = `${id} rejects the query${from}: “${said}”`;
  const next = (words: string): Gap => gap("query-rejected", text, words);
  if (/required (?:matchers|label)|less label matchers/i.test(said))
    return next(`Its tenant limits ask for certain labels in every selector: add them.`);
  if (
    /too many bytes|time range exceeds|exceeds (?:the )?(?:limit|maximum|\d+h)|maximum (?:allowed )?duration/i.test(
      said,
    )
  )
    return next(`It is wider than ${productNames[kind]} allows here: narrow the window or the selector.`);
  if (/maximum resolution/i.test(said)) return next(`Take a larger step or a shorter window.`);
  if (/maximum number of series/i.test(said)) return next(`Aggregate over fewer labels.`);
  if (/parse error|syntax error|invalid parameter|TraceQL/i.test(said))
    return next(`The query itself is at fault: copy it from the receipt and try it in ${productNames[kind]}.`);
  return next(`Copy the query from the receipt and try it in ${productNames[kind]}.`);
}
