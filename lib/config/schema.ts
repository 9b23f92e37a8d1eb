/** The one definition of the configuration file; `example.yaml` explains every key. Resolved data in, `Config` out. */
import "server-only";
import { z } from "zod";
import {
  address,
  bytes,
  count,
  duration,
  headerName,
  headerValue,
  hostName,
  linkTemplate,
  listOf,
  logQuery,
  oneOf,
  origin,
  pem,
  selector,
  slug,
  strict,
  tenant,
  text,
  zone,
} from "@/lib/config/fields";
import type { UpstreamKind } from "@/lib/setting";
import type { ChangeKind } from "@/lib/signal/change";

export const upstreamKinds = [
  "prometheus",
  "loki",
  "tempo",
  "jaeger",
  "alertmanager",
  "grafana",
] as const satisfies readonly UpstreamKind[];

const changeKinds = [
  "deploy",
  "rollback",
  "restart",
  "rollout",
  "event",
  "config",
  "flag",
  "migration",
  "job",
] as const satisfies readonly ChangeKind[];

// A check that looks at several fields runs even where one of them is wrong, so that all problems are listed at once;
// it therefore sees data that may not have its type.
const always = { when: () => true };
const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const has = (value: unknown, key: string): boolean => isMap(value) && value[key] !== undefined;

/** No two entries of a list share the value of `key`. */
const unique =
  (key: string) =>
  (list: unknown, context: z.core.$RefinementCtx): void => {
    const seen = new Map<string, number>();
    const items: readonly unknown[] = Array.isArray(list) ? list : [];
    for (const [index, item] of items.entries()) {
      const name = isMap(item) ? item[key] : undefined;
      if (typeof name !== "string") continue;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      else
        context.addIssue({ code: "custom", path: [index, key], message: `entry [${first}] has this ${key} already` });
    }
  };

const upstream = strict(
  {
    kind: oneOf(upstreamKinds),
    name: slug("a name").optional(),
    url: address("http://prometheus:9090/prefix"),
    public_url: address("https://prometheus.example.com").optional(),
    grafana_datasource: text("the uid of a Grafana data source").optional(),
    basic: strict(
      {
        username: text("a user name").regex(/^[^:\p{Cc}]*$/u, {
          error: "a user name cannot hold a colon or a line break",
        }),
        password: text("a password or file:<path>"),
      },
      "credentials",
    ).optional(),
    bearer: headerValue.optional(),
    headers: z.record(headerName, headerValue, { error: "expected a map from header name to value" }).optional(),
    tenants: listOf(tenant, "tenant ids").optional(),
    tls: strict({ ca: pem.optional(), cert: pem.optional(), key: pem.optional() }, "TLS files").optional(),
    timeout: duration("2m").default(10_000),
    concurrency: count(1, 64).default(6),
    max_bytes: bytes.default(50_000_000),
    max_questions: count(1, 1_000).default(60),
  },
  "an upstream",
).superRefine((value: unknown, context) => {
  if (!isMap(value)) return;
  const problem = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
  const headers = Object.keys(isMap(value.headers) ? value.headers : {}).map((name) => name.toLowerCase());
  if (has(value, "basic") && has(value, "bearer")) problem("bearer", "give basic or bearer, not both");
  if (headers.includes("authorization") && (has(value, "basic") || has(value, "bearer")))
    problem("headers", "give Authorization, basic or bearer, not two of them");
  if (headers.includes("x-scope-orgid") && has(value, "tenants"))
    problem("headers", "give X-Scope-OrgID or tenants, not both");
  if (has(value.tls, "cert") !== has(value.tls, "key")) problem("tls", "cert and key are needed together");
  if (has(value, "tls") && typeof value.url === "string" && /^http:/i.test(value.url))
    problem("tls", "needs a url with https://");
}, always);

const environment = strict(
  {
    zone: zone.default("UTC"),
    grafana_url: address("https://grafana.example.com").optional(),
    upstreams: listOf(upstream, "upstreams, each with kind and url").superRefine(unique("name"), always).default([]),
    loki_budget: strict({ slice: bytes.default(5e9), investigation: bytes.default(20e9) }, "a budget").prefault({}),
    mappings: listOf(
      strict(
        { service: text("the service's name"), signal: oneOf(["metrics", "lines", "alerts"]), match: selector },
        "a mapping",
      ),
      "mappings",
    ).default([]),
    neighbours: listOf(
      strict(
        {
          service: text("the caller's name"),
          calls: text("the name of the service it calls"),
          through: text("the name of a queue or topic").optional(),
        },
        "a neighbour",
      ),
      "neighbours",
    ).default([]),
    change_streams: listOf(
      strict(
        {
          name: slug("a name"),
          query: logQuery,
          kind: oneOf(changeKinds),
          service_field: text("the name of a label or field").optional(),
          version_field: text("the name of a label or field").optional(),
          title_field: text("the name of a label or field").optional(),
        },
        "a change stream",
      ),
      "change streams",
    )
      .superRefine(unique("name"), always)
      .default([]),
    annotation_tags: listOf(
      z.union([text("a tag"), strict({ tag: text("a tag"), kind: oneOf(changeKinds) }, "a tag with its kind")], {
        error: "expected a tag, or a map with tag and kind",
      }),
      "tags",
    ).default([]),
    ignored_alert_labels: listOf(text("the name of a label"), "names of labels").default([]),
    links: listOf(strict({ title: text("a title"), url: linkTemplate }, "a link"), "links")
      .superRefine(unique("title"), always)
      .default([]),
  },
  "an environment",
);

const environments = z
  .record(slug("an environment's name"), environment, { error: "expected a map from name to environment" })
  .default({});

export const configSchema = strict(
  {
    listen: strict(
      {
        host: text("a host name or address to listen on").default("127.0.0.1"),
        port: count(1, 65_535).default(3_000),
        allowed_hosts: listOf(hostName, "host names").default([]),
      },
      "where to listen",
    ).prefault({}),
    public_url: origin("https://throughline.example.com").optional(),
    demo: z.boolean({ error: "expected true or false" }).default(false),
    webhook: strict({ token: headerValue }, "a webhook with its token").optional(),
    environments,
  },
  "the configuration",
);

/** Durations in ms, sizes in bytes, addresses without trailing slash, credentials resolved. Never leaves the server. */
export type Config = z.infer<typeof configSchema>;
export type ConfigUpstream = Config["environments"][string]["upstreams"][number];
