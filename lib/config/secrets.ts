/** Written data -> data with `${VAR}` replaced everywhere and `file:` read in secret fields. Reports what is missing
 * by the name of the variable or file; never by a value. */
import "server-only";
import { resolve } from "node:path";
import { isSecret, type Path, type Problem, printPath, showValue } from "@/lib/config/problems";

export type Variables = Readonly<Record<string, string | undefined>>;
/** `why` is a sentence's end: "it does not exist". `missing` is told apart because a default file may be missing. */
export type ReadFile = (
  path: string,
) =>
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: boolean; readonly why: string };

export type Resolved = { readonly value: unknown; readonly problems: readonly Problem[] };

/** `${VAR}` is the variable's text, `$${` a literal `${`. `faults` say what could not be replaced. */
function expand(text: string, variables: Variables): { text: string; faults: string[] } {
  const faults: string[] = [];
  const expanded = text.replace(/\$(\$?)\{([^}]*)(\}?)/g, (whole, escaped: string, name: string, closed: string) => {
    if (escaped) return whole.slice(1);
    if (!closed || !/^[A-Za-z_]\w*$/.test(name)) {
      faults.push("expected a variable's name and a closing brace behind ${; a literal one is written $${");
      return "";
    }
    const value = variables[name];
    if (value === undefined) faults.push(`the variable ${name} is not set`);
    return value ?? "";
  });
  return { text: expanded, faults };
}

/** `folder`: where the configuration lies; a relative `file:` starts there. `lineOf` as in source.ts. */
export function resolveSecrets(
  written: unknown,
  variables: Variables,
  readFile: ReadFile,
  folder: string,
  lineOf: (path: Path) => number | null,
): Resolved {
  const problems: Problem[] = [];
  const report = (path: Path, from: unknown, text: string): void => {
    problems.push({ path: printPath(path), line: lineOf(path), value: showValue(path, from), text });
  };
  const scalar = (path: Path, from: string): string => {
    const { text, faults } = expand(from, variables);
    for (const fault of faults) report(path, from, fault);
    if (faults.length > 0 || !isSecret(path) || !from.startsWith("file:")) return text;
    const file = readFile(resolve(folder, text.slice("file:".length)));
    if (!file.ok) report(path, from, `the file cannot be read: ${file.why}`);
    // Editors and `kubectl create secret` leave a line end behind a token.
    return file.ok ? file.text.replace(/\r?\n$/, "") : text;
  };
  const walk = (path: Path, value: unknown): unknown => {
    if (typeof value === "string") return scalar(path, value);
    if (Array.isArray(value)) return value.map((item: unknown, index) => walk([...path, index], item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk([...path, key], item)]));
  };
  return { value: walk([], written), problems };
}
