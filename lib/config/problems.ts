/** What is wrong with a configuration, in words a person can act on. Never holds a secret: values are shown as they
 * were written, `${VAR}` unexpanded, and those of secret fields not at all. */
import "server-only";
import type { z } from "zod";
import { nearest } from "@/lib/signal/nearest";

/** `["environments", "production", "upstreams", 1, "timeout"]`. */
export type Path = readonly PropertyKey[];

export type Problem = {
  /** `environments.production.upstreams[1].timeout`, the name of a variable, or "" for the file as a whole. */
  readonly path: string;
  /** 1-based line in the file; null where there is none (variables, a file that cannot be read). */
  readonly line: number | null;
  /** As written, shortened; null = nothing to show, or a secret. */
  readonly value: string | null;
  /** What was expected, what to do. */
  readonly text: string;
};

/** `environments.production.upstreams[1].headers["x.y"]`: as jq would take it, without the leading dot. */
export const printPath = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const key = String(part);
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");

const secretKeys: ReadonlySet<PropertyKey> = new Set(["basic", "bearer", "headers", "tls"]);

/** Everything under an upstream's `basic`, `bearer`, `headers` and `tls`; the webhook's token. */
export const isSecret = (path: Path): boolean =>
  path[0] === "webhook" || (path[0] === "environments" && path[2] === "upstreams" && secretKeys.has(path[4] ?? ""));

/** A reference to a secret is none: `file:/run/secrets/token`, `${TOKEN}`. */
const isReference = (text: string): boolean => /^file:|^\$\{\w+\}$/.test(text);

/** A written value for the eyes of a terminal: user info and query of a URL cut, long text shortened, secrets null. */
export function showValue(path: Path, written: unknown): string | null {
  if (written === undefined) return null;
  if (written === null) return "nothing";
  if (Array.isArray(written)) return "a list";
  if (typeof written === "object") return "a map";
  if (typeof written !== "string") return isSecret(path) ? null : String(written);
  if (isSecret(path) && !isReference(written)) return null;
  // Greedy up to the last "@": a password may hold "/" or "@", and a scheme may be missing.
  const shown = written.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@").replace(/^(https?:[^?#]*)[?#].*/is, "$1?…");
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 79)}…` : shown);
}

/** `unknown key "tennants", did you mean "tenants"?`, or the keys there are. */
export function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined
    ? `unknown key ${JSON.stringify(key)}; known are ${known.join(", ")}`
    : `unknown key ${JSON.stringify(key)}, did you mean ${JSON.stringify(meant)}?`;
}

/** `lineOf` a path (for a key: with `key`), `written` the value as the file holds it. */
export type Place = {
  readonly lineOf: (path: Path) => number | null;
  readonly written: (path: Path) => unknown;
};

/** zod's findings as problems; one for each unknown key. The schema's messages are whole sentences already. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], place: Place): Problem[] {
  const at = (path: Path, text: string, withValue: boolean): Problem => ({
    path: printPath(path),
    line: place.lineOf(path),
    value: withValue ? showValue(path, place.written(path)) : null,
    text,
  });
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") {
      // One line a key: see `strict` in schema.ts. The value may be a misplaced secret, so it is not shown.
      const texts = issue.message.split("\n");
      return issue.keys.map((key, index) => at([...issue.path, key], texts[index] ?? "unknown key", false));
    }
    if (issue.code === "invalid_key") return [at(issue.path, issue.issues[0]?.message ?? issue.message, false)];
    const missing = place.written(issue.path) === undefined;
    return [at(issue.path, missing ? `missing; ${issue.message}` : issue.message, true)];
  });
}

/** One line a problem: `throughline.yaml:12: environments.production.upstreams[1].timeout is "10 parsecs": expected …`. */
export const printLines = (problems: readonly Problem[], file: string | null): string =>
  problems
    .map(({ path, line, value, text }) => {
      const where = file === null ? "" : `${file}${line === null ? "" : `:${line}`}: `;
      const what = path === "" ? "" : `${path}${value === null ? "" : ` is ${value}`}: `;
      return `  ${where}${what}${text}\n`;
    })
    .join("");

/** What the terminal shows in place of a server. */
export function printProblems(problems: readonly Problem[], file: string | null): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `Throughline cannot start: ${count} in the configuration.\n${printLines(problems, file)}`;
}
