/**
 * What answers under a url: reachable, which of the six products, version, whether it wants a tenant. A handful of
 * cheap requests. Never asks for /status/buildinfo: Tempo breaks the connection there (its own is /api/status/buildinfo).
 */
import "server-only";
import { z } from "zod";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Gap } from "@/lib/evidence";
import type { UpstreamKind } from "@/lib/setting";
import { cleanText, looksLikeHtml } from "@/lib/upstream/error-text";
import { gapOf } from "@/lib/upstream/gap-text";
import { exchange, realEffects, type WireEffects } from "@/lib/upstream/http";
import { type Failure, type FailureCause, fail, type Received, type Reply } from "@/lib/upstream/reply";

export type Probe =
  /** Nothing answers; the gap says why and what to do. */
  | { readonly reachable: false; readonly gap: Gap }
  | {
      readonly reachable: true;
      /** null = none of the six, or it does not let us in. */
      readonly kind: UpstreamKind | null;
      /** "2.10.8"; null = not told (builds from source may leave it empty). */
      readonly version: string | null;
      /** It serves several tenants and was asked without one. */
      readonly needsTenant: boolean;
      /** What stands in the way of a first question (credentials, tenant, a login page …); null = ready. */
      readonly gap: Gap | null;
    };

type Sign = {
  readonly kind: UpstreamKind;
  readonly path: string;
  /** The version this document tells ("" = none), or undefined: it is not this product. */
  readonly read: (json: unknown) => string | undefined;
  /** A path that multi-tenant servers refuse without a tenant. */
  readonly tenantPath: string | null;
};

const reader =
  <T>(schema: z.ZodType<T>, version: (value: T) => string | undefined) =>
  (json: unknown): string | undefined => {
    const result = schema.safeParse(json);
    return result.success ? (version(result.data) ?? "") : undefined;
  };
const build = z.object({ version: z.string().optional(), revision: z.string().optional(), goVersion: z.string() });

const signs: readonly Sign[] = [
  {
    kind: "prometheus",
    path: "/api/v1/status/buildinfo",
    read: reader(
      z.object({ status: z.literal("success"), data: z.object({ version: z.string().optional() }) }),
      ({ data }) => data.version,
    ),
    tenantPath: "/api/v1/query?query=1",
  },
  {
    kind: "loki",
    path: "/loki/api/v1/status/buildinfo",
    read: reader(build, ({ version }) => version),
    tenantPath: "/loki/api/v1/labels",
  },
  {
    kind: "tempo",
    path: "/api/status/buildinfo",
    read: reader(build, ({ version }) => version),
    tenantPath: "/api/v2/traces/00000000000000000000000000000001",
  },
  {
    kind: "alertmanager",
    path: "/api/v2/status",
    read: reader(
      z.object({ cluster: z.unknown(), uptime: z.string(), versionInfo: z.object({ version: z.string().optional() }) }),
      ({ versionInfo }) => versionInfo.version,
    ),
    tenantPath: null,
  },
  {
    kind: "grafana",
    path: "/api/health",
    read: reader(z.object({ database: z.string(), version: z.string().optional() }), ({ version }) => version),
    tenantPath: null,
  },
  {
    kind: "jaeger",
    path: "/api/services",
    read: reader(z.object({ data: z.array(z.string()).nullable(), total: z.number() }), () => ""),
    tenantPath: null,
  },
];

/** These say nothing about a path: no other would do better. */
const nobodyThere: ReadonlySet<FailureCause> = new Set([
  "refused",
  "dns",
  "unreachable",
  "tls",
  "tls-untrusted",
  "not-http",
  "timeout",
  "cancelled",
]);
const noEntry: ReadonlySet<FailureCause> = new Set(["unauthorized", "forbidden", "redirect"]);

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined; // a page or a word: not one of the documents looked for
  }
}

/** Never rejects. `config.kind` is only where to look first. */
export async function probe(
  config: UpstreamConfig,
  signal: AbortSignal,
  effects: WireEffects = realEffects,
): Promise<Probe> {
  const get = async (address: string): Promise<Reply<Received>> => {
    const [path = "", query = ""] = address.split("?");
    const parameters = [...new URLSearchParams(query)];
    return (await exchange(config, { method: "GET", path, parameters }, signal, effects)).reply;
  };

  let refusal: Failure | undefined;
  let page: string | undefined;
  for (const sign of [...signs].sort((a, b) => Number(b.kind === config.kind) - Number(a.kind === config.kind))) {
    const reply = await get(sign.path);
    if (!reply.ok && nobodyThere.has(reply.cause))
      return { reachable: false, gap: gapOf(reply, { ...config, kind: sign.kind }) };
    if (!reply.ok) {
      // A multi-tenant server may guard even this path; whose it is, only its own path tells.
      if (reply.cause === "no-tenant") return wantsTenant(config, sign.kind, null, reply);
      if (noEntry.has(reply.cause)) refusal ??= reply;
      continue;
    }
    const head = Buffer.from(reply.value.bytes.subarray(0, 2_048)).toString();
    if (looksLikeHtml(head)) page ??= cleanText(/<title[^>]*>([^<]*)</i.exec(head)?.[1] ?? "", 120);
    const version = sign.read(jsonOf(reply.value.bytes));
    if (version === undefined) continue;
    return recognised(config, sign, version === "" ? null : version, get);
  }
  const failure = refusal ?? (page === undefined ? fail("not-found") : fail("html", page));
  return { reachable: true, kind: null, version: null, needsTenant: false, gap: gapOf(failure, config) };
}

const wantsTenant = (config: UpstreamConfig, kind: UpstreamKind, version: string | null, failure: Failure): Probe => ({
  reachable: true,
  kind,
  version,
  needsTenant: true,
  gap: gapOf(failure, { ...config, kind }),
});

async function recognised(
  config: UpstreamConfig,
  { kind, tenantPath }: Sign,
  version: string | null,
  get: (address: string) => Promise<Reply<Received>>,
): Promise<Probe> {
  const reply = tenantPath === null ? undefined : await get(tenantPath);
  if (reply?.ok === false && reply.cause === "no-tenant") return wantsTenant(config, kind, version, reply);
  const barred = reply?.ok === false && reply.cause !== "not-found" && reply.cause !== "bad-request";
  return { reachable: true, kind, version, needsTenant: false, gap: barred ? gapOf(reply, { ...config, kind }) : null };
}
