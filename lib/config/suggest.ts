/** Addresses typed on a command line -> upstreams to call, and what was found there -> the YAML to paste. */
import "server-only";
import { stringify } from "yaml";
import { toUpstreams } from "@/lib/config/derive";
import { type Path, type Problem, problemsOf } from "@/lib/config/problems";
import { configSchema } from "@/lib/config/schema";
import type { Variables } from "@/lib/config/secrets";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { UpstreamKind } from "@/lib/setting";

/** What goes with every address. */
export type Access = {
  readonly tenants: readonly string[];
  /** The *name* of the variable that holds the token: tokens do not belong on a command line. */
  readonly bearer: string | null;
};

/** Where each product listens unless told otherwise: where to look first, no more. */
const usualPorts: Readonly<Record<string, UpstreamKind>> = {
  "3100": "loki",
  "3200": "tempo",
  "16686": "jaeger",
  "9093": "alertmanager",
  "3000": "grafana",
};

/** Each address as an upstream, its kind a guess; or what is wrong with them. */
export function upstreamsAt(
  urls: readonly string[],
  access: Access,
  variables: Variables,
):
  | { readonly ok: true; readonly upstreams: readonly UpstreamConfig[] }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const token = access.bearer === null ? undefined : (variables[access.bearer] ?? "");
  const parsed = configSchema.safeParse({
    environments: {
      default: {
        upstreams: urls.map((url) => ({
          kind: usualPorts[URL.canParse(url) ? new URL(url).port : ""] ?? "prometheus",
          url,
          ...(access.tenants.length > 0 ? { tenants: access.tenants } : {}),
          ...(token === undefined ? {} : { bearer: token }),
        })),
      },
    },
  });
  // What is said of them names the address, because they have no name yet.
  if (parsed.success)
    return { ok: true, upstreams: toUpstreams(parsed.data).map((each) => ({ ...each, id: each.url })) };
  const written = ([, , , index, key, at]: Path): unknown => {
    if (key === "url") return typeof index === "number" ? urls[index] : undefined;
    return key === "tenants" && typeof at === "number" ? access.tenants[at] : token;
  };
  const problems = problemsOf(parsed.error.issues, { lineOf: () => null, written });
  // The path into the configuration means nothing here, and each address has the same tenants and token.
  const named = problems.map((problem) => ({
    ...problem,
    path: problem.path.includes(".bearer")
      ? `--bearer ${access.bearer}`
      : problem.path.includes(".tenants")
        ? "--tenant"
        : "url",
    text: problem.path.includes(".bearer") && token === "" ? "this variable is not set" : problem.text,
  }));
  const isFirst = ({ path, value, text }: Problem, index: number): boolean =>
    named.findIndex((other) => other.path === path && other.value === value && other.text === text) === index;
  return { ok: false, problems: named.filter(isFirst) };
}

export type Found = { readonly url: string; readonly kind: UpstreamKind; readonly needsTenant: boolean };

/** A configuration with one environment that holds what was found. No secret: the token stays a variable's name. */
export function suggestConfig(found: readonly Found[], { tenants, bearer }: Access): string {
  const upstreams = found.map(({ url, kind, needsTenant }) => ({
    kind,
    url,
    ...(bearer === null ? {} : { bearer: `\${${bearer}}` }),
    ...(tenants.length > 0 ? { tenants } : needsTenant ? { tenants: ["your-tenant"] } : {}),
  }));
  return stringify({ environments: { production: { upstreams } } });
}
