/** Environment and file -> one checked configuration, or every problem it has. Effects come in as arguments. */
import "server-only";
import { dirname, resolve } from "node:path";
import { type Path, type Problem, problemsOf } from "@/lib/config/problems";
import { type Config, configSchema } from "@/lib/config/schema";
import { type ReadFile, resolveSecrets, type Variables } from "@/lib/config/secrets";
import { readSource } from "@/lib/config/source";
import { readStart, readVariables } from "@/lib/config/variables";

export const defaultFile = "throughline.yaml";

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      /** Absolute path; null = from variables, or nothing configured. */
      readonly file: string | null;
      /** What the person who starts it should know: variables that are ignored. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly file: string | null };

/** The value at a path of plain data; undefined where there is none. */
const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined),
    data,
  );

function loadFile(file: string, text: string, variables: Variables, readFile: ReadFile): Loaded {
  const source = readSource(text);
  if (source.problems.length > 0) return { ok: false, problems: source.problems, file };
  const resolved = resolveSecrets(source.value, variables, readFile, dirname(file), source.lineOf);
  const parsed = configSchema.safeParse(resolved.value);
  const place = { lineOf: source.lineOf, written: (path: Path) => valueAt(source.value, path) };
  // A secret that could not be had is said once: what the schema thinks of its absence is no news.
  const said = new Set(resolved.problems.map(({ path }) => path));
  const found = parsed.success ? [] : problemsOf(parsed.error.issues, place).filter(({ path }) => !said.has(path));
  const start = readStart(variables);
  const problems = [...start.problems, ...resolved.problems, ...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  if (!parsed.success || problems.length > 0) return { ok: false, problems, file };
  const ignored = readVariables(variables).used;
  const notes = ignored.length > 0 ? [`${ignored.join(", ")} ignored, because ${file} is used`] : [];
  return { ok: true, config: { ...parsed.data, demo: start.demo ?? parsed.data.demo }, file, notes };
}

function loadVariables(variables: Variables): Loaded {
  const read = readVariables(variables);
  const parsed = configSchema.safeParse(read.value);
  const place = { lineOf: () => null, written: (path: Path) => valueAt(read.value, path) };
  const found = parsed.success ? [] : problemsOf(parsed.error.issues, place);
  const start = readStart(variables);
  const problems = [
    ...start.problems,
    ...read.problems,
    ...found.map((problem) => ({ ...problem, path: read.nameOf(problem.path) })),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems, file: null };
  return { ok: true, config: { ...parsed.data, demo: start.demo ?? false }, file: null, notes: [] };
}

/** `THROUGHLINE_CONFIG`, else `throughline.yaml` in `folder`, else the variables, else an empty configuration. Never
 * throws; lists all problems, by line. */
export function loadConfig(variables: Variables, readFile: ReadFile, folder: string): Loaded {
  const named = variables.THROUGHLINE_CONFIG || undefined;
  const file = resolve(folder, named ?? defaultFile);
  const read = readFile(file);
  if (read.ok) return loadFile(file, read.text, variables, readFile);
  if (named === undefined && read.missing) return loadVariables(variables);
  const text = `the configuration cannot be read: ${read.why}`;
  const path = named === undefined ? file : "THROUGHLINE_CONFIG";
  const value = named === undefined ? null : JSON.stringify(named);
  return { ok: false, file: null, problems: [{ path, line: null, value, text }] };
}
