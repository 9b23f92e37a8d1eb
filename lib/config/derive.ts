/** Configuration -> what each part of the program is given: the planner its setting, the clients their upstreams, the
 * server where to listen. Only `toUpstreams` holds secrets. */
import "server-only";
import type { Config, ConfigUpstream } from "@/lib/config/schema";
import type { Variables } from "@/lib/config/secrets";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { EnvironmentSetting, Setting, UpstreamSetting } from "@/lib/setting";

type Named = { readonly environment: string; readonly name: string; readonly upstream: ConfigUpstream };

/** Upstreams in written order with their names: as given, else the kind, else kind-2, kind-3 … that nobody has. */
function namedUpstreams(environment: string, upstreams: readonly ConfigUpstream[]): Named[] {
  const taken = new Set(upstreams.flatMap(({ name }) => name ?? []));
  return upstreams.map((upstream) => {
    let name: string = upstream.name ?? upstream.kind;
    for (let number = 2; upstream.name === undefined && taken.has(name); number += 1)
      name = `${upstream.kind}-${number}`;
    taken.add(name);
    return { environment, name, upstream };
  });
}

const idOf = ({ environment, name }: Named): string => `${environment}/${name}`;

const upstreamSetting = (named: Named): UpstreamSetting => ({
  id: idOf(named),
  kind: named.upstream.kind,
  name: named.name,
  environment: named.environment,
  publicUrl: named.upstream.public_url ?? null,
  grafanaDatasource: named.upstream.grafana_datasource ?? null,
  tenants: named.upstream.tenants ?? [],
});

/** What the planner and the page may see. No secrets. */
export function toSetting(config: Config): Setting {
  const environments = Object.entries(config.environments).map(([name, environment]): EnvironmentSetting => {
    const upstreams = namedUpstreams(name, environment.upstreams).map(upstreamSetting);
    return {
      name,
      zone: environment.zone,
      upstreams,
      mappings: environment.mappings.map(({ service, signal, match }) => ({ service, signal, matchers: match })),
      neighbours: environment.neighbours.map(({ service, calls, through }) => ({
        ...{ service, calls, through: through ?? null },
      })),
      changeStreams: environment.change_streams.map((stream) => ({
        name: stream.name,
        query: stream.query,
        kind: stream.kind,
        serviceField: stream.service_field ?? null,
        versionField: stream.version_field ?? null,
        titleField: stream.title_field ?? null,
      })),
      annotationTags: environment.annotation_tags.map((each) => (typeof each === "string" ? each : each.tag)),
      annotationKinds: Object.fromEntries(
        environment.annotation_tags.flatMap((each) => (typeof each === "string" ? [] : [[each.tag, each.kind]])),
      ),
      ignoredAlertLabels: environment.ignored_alert_labels,
      links: environment.links,
      lokiBudget: { sliceBytes: environment.loki_budget.slice, totalBytes: environment.loki_budget.investigation },
      // A Grafana that is asked for annotations and has a public address is also the one to explore in.
      grafanaUrl: environment.grafana_url ?? upstreams.find(({ kind }) => kind === "grafana")?.publicUrl ?? null,
    };
  });
  return { environments };
}

function headersOf({ basic, bearer, headers }: ConfigUpstream): Record<string, string> {
  const credentials = basic && Buffer.from(`${basic.username}:${basic.password}`, "utf8").toString("base64");
  return {
    ...headers,
    ...(credentials === undefined ? {} : { authorization: `Basic ${credentials}` }),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  };
}

/** What the clients need to call; holds secrets. Ids as in the setting, all environments in one list. */
export function toUpstreams(config: Config): UpstreamConfig[] {
  return Object.entries(config.environments)
    .flatMap(([name, { upstreams }]) => namedUpstreams(name, upstreams))
    .map((named): UpstreamConfig => {
      const { upstream } = named;
      return {
        id: idOf(named),
        kind: upstream.kind,
        name: named.name,
        url: upstream.url,
        headers: headersOf(upstream),
        tenants: upstream.tenants ?? [],
        tls: { ca: upstream.tls?.ca ?? null, cert: upstream.tls?.cert ?? null, key: upstream.tls?.key ?? null },
        timeoutMs: upstream.timeout,
        concurrency: upstream.concurrency,
        maxBytes: upstream.max_bytes,
        maxQuestions: upstream.max_questions,
      };
    });
}

export type Listen = {
  readonly host: string;
  readonly port: number;
  /** Lower case; without port any port is meant. The public address' host is among them. */
  readonly allowedHosts: readonly string[];
  /** `https://throughline.example.com`, or null. */
  readonly publicUrl: string | null;
};

/** `HOSTNAME` and `PORT` overrule the file. `machine` is the machine's own name: shells and containers export it as
 * HOSTNAME unasked, and it must not make the console listen beyond loopback. */
export function toListen(config: Config, variables: Variables, machine: string): Listen {
  const { HOSTNAME: host, PORT: port } = variables;
  const publicUrl = config.public_url ?? null;
  return {
    host: host && host !== machine ? host : config.listen.host,
    port: port && /^\d{1,5}$/.test(port) ? Number(port) : config.listen.port,
    allowedHosts: [...config.listen.allowed_hosts, ...(publicUrl === null ? [] : [new URL(publicUrl).host])],
    publicUrl,
  };
}

/** What the webhook's sender must know; null = there is no webhook. A secret. */
export const toWebhookToken = ({ webhook }: Config, { THROUGHLINE_WEBHOOK_TOKEN: token }: Variables): string | null =>
  webhook?.token || token || null;

/** `production: prometheus-eu (prometheus), loki (loki)`: ids and kinds for the log of the start. */
export const printSetting = ({ environments }: Setting): string =>
  environments.length === 0
    ? "nothing is configured yet"
    : environments
        .map(({ name, upstreams }) => {
          const list = upstreams.map((upstream) => `${upstream.name} (${upstream.kind})`);
          return `${name}: ${list.length === 0 ? "no upstream" : list.join(", ")}`;
        })
        .join("; ");
