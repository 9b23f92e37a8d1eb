/** `THROUGHLINE_PROMETHEUS_URL` and its like -> the same data as a file would hold: one environment, `default`.
 * `THROUGHLINE_DEMO`, `THROUGHLINE_NOW` and `THROUGHLINE_WEBHOOK_TOKEN` go beside a file as well. */
import "server-only";
import { type Path, type Problem, printPath } from "@/lib/config/problems";
import { upstreamKinds } from "@/lib/config/schema";
import type { Variables } from "@/lib/config/secrets";
import { frozenAt } from "@/lib/signal/clock";
import { nearest } from "@/lib/signal/nearest";

const fields = { URL: "url", PUBLIC_URL: "public_url", TENANT: "tenants", TOKEN: "bearer" } as const;
const publicUrl = "THROUGHLINE_PUBLIC_URL";
const variableOf = (kind: string, suffix: string): string => `THROUGHLINE_${kind.toUpperCase()}_${suffix}`;
/** Said beside a file as well. */
const webhookToken = "THROUGHLINE_WEBHOOK_TOKEN";
const known = [
  publicUrl,
  ...upstreamKinds.flatMap((kind) => Object.keys(fields).map((suffix) => variableOf(kind, suffix))),
];

/** What is said of this start, whatever is configured: whether the demo is wanted (null: not said), and problems. */
export function readStart(variables: Variables): {
  readonly demo: boolean | null;
  readonly problems: readonly Problem[];
} {
  const { THROUGHLINE_DEMO: demo, THROUGHLINE_NOW: now } = variables;
  const wrong = (path: string, value: string | undefined, text: string): Problem => ({
    path,
    line: null,
    value: JSON.stringify(value),
    text,
  });
  const isSaid = demo !== undefined && demo !== "";
  const knows = !isSaid || ["1", "true", "0", "false"].includes(demo);
  return {
    demo: isSaid ? demo === "1" || demo === "true" : null,
    problems: [
      ...(knows ? [] : [wrong("THROUGHLINE_DEMO", demo, "expected 1 or 0")]),
      ...(frozenAt(now) === undefined
        ? [wrong("THROUGHLINE_NOW", now, "expected an instant such as 2026-11-21T14:18:05Z")]
        : []),
    ],
  };
}

export type FromVariables = {
  /** As the schema takes it; without environment where no upstream is named. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Those that are set and mean something here: named where a file overrules them. */
  readonly used: readonly string[];
  /** The variable behind a path of `value`; the path itself where there is none. */
  readonly nameOf: (path: string) => string;
};

/** Reads what is set and not empty. A name that looks like one of ours and is none is a problem, as is a variable
 * that says something of an upstream without URL. */
export function readVariables(variables: Variables): FromVariables {
  const isSet = (name: string): boolean => (variables[name] ?? "") !== "";
  const set = Object.keys(variables).filter((name) => name.startsWith("THROUGHLINE_") && isSet(name));
  const names = new Map<string, string>();
  const named = (path: Path, name: string): void => {
    names.set(printPath(path), name);
  };

  const upstreams = upstreamKinds
    .filter((kind) => isSet(variableOf(kind, "URL")))
    .map((kind, index) => {
      const given = Object.entries(fields).filter(([suffix]) => isSet(variableOf(kind, suffix)));
      const entries = given.map(([suffix, field]): [string, unknown] => {
        const name = variableOf(kind, suffix);
        const path = ["environments", "default", "upstreams", index, field];
        named(path, name);
        if (field !== "tenants") return [field, variables[name]];
        const tenants = (variables[name] ?? "").split("|");
        for (const at of tenants.keys()) named([...path, at], name);
        return [field, tenants];
      });
      return { kind, ...Object.fromEntries(entries) };
    });
  if (isSet(publicUrl)) named(["public_url"], publicUrl);

  const problem = (path: string, text: string): Problem => ({ path, line: null, value: null, text });
  const orphans = upstreamKinds
    .filter((kind) => !isSet(variableOf(kind, "URL")))
    .flatMap((kind) => Object.keys(fields).map((suffix) => ({ name: variableOf(kind, suffix), kind })))
    .filter(({ name }) => isSet(name))
    .map(({ name, kind }) => problem(name, `is set, but ${variableOf(kind, "URL")} is not`));
  const strangers = set
    .filter((name) => /_(URL|TENANT|TOKEN)$/.test(name) && ![...known, webhookToken].includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return problem(name, meant === undefined ? "is not known" : `is not known, did you mean ${meant}?`);
    });

  return {
    value: {
      ...(isSet(publicUrl) ? { public_url: variables[publicUrl] } : {}),
      ...(upstreams.length > 0 ? { environments: { default: { upstreams } } } : {}),
    },
    problems: [...strangers, ...orphans],
    used: set.filter((name) => known.includes(name)),
    nameOf: (path) => names.get(path) ?? path,
  };
}
