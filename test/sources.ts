/** The repository's own source files and who imports whom, read as text: what the architecture test looks at. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Import = {
  /** As written. */
  readonly specifier: string;
  /** Path from the root with extension; null = a package, or a file that is not source. */
  readonly file: string | null;
  /** `import type`, which leaves nothing behind at run time. */
  readonly typeOnly: boolean;
};
export type Source = {
  /** From the root: `lib/plan.ts`. */
  readonly path: string;
  readonly text: string;
  /** Without comments; strings are kept. */
  readonly code: string;
  readonly imports: readonly Import[];
};

export const root = fileURLToPath(new URL("../", import.meta.url));
const folders = ["app", "components", "lib", "test"];
const skipped = new Set(["node_modules", "recorded"]);

/** Every file below the project's own folders, from the root. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true })
    .filter(({ name }) => !skipped.has(name) && !name.startsWith("."))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .sort();
}
export const allFiles = [...folders.flatMap(filesBelow), "instrumentation.ts", "proxy.ts"];

/** Comments out, strings and templates kept. A quote in a regular expression can end it early at the line's end. */
export function withoutComments(text: string): string {
  const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g;
  return text.replace(token, (found) => (found.startsWith("/") ? found.replace(/[^\n]/g, "") : found));
}

// The formatter puts every import at the beginning of a line and its path in double quotes.
const statement = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const dynamic = /\bimport\(\s*"([^"]+)"\s*\)|\bnew URL\(\s*"(\.[^"]+)",\s*import\.meta\.url/g;

function fileOf(specifier: string, importer: string, known: ReadonlySet<string>): string | null {
  if (!specifier.startsWith("@/") && !specifier.startsWith(".")) return null;
  const base = specifier.startsWith("@/")
    ? specifier.slice(2)
    : new URL(specifier, `file:///${importer}`).pathname.slice(1);
  return [base, `${base}.ts`, `${base}.tsx`].find((path) => known.has(path)) ?? null;
}

/** The imports of a file: statements, `export … from`, `import()`, and workers by `new URL("./x.ts", import.meta.url)`. */
export function readImports(code: string, path: string, known: ReadonlySet<string>): Import[] {
  return [...code.matchAll(statement), ...code.matchAll(dynamic)].map((found): Import => {
    const isStatement = /^(import|export)\s/.test(found[0]);
    const specifier = (isStatement ? found[2] : (found[1] ?? found[2])) ?? "";
    return { specifier, file: fileOf(specifier, path, known), typeOnly: isStatement && found[1] !== undefined };
  });
}

function readSources(): Source[] {
  const known = new Set(allFiles);
  return allFiles
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
    .map((path) => {
      const text = readFileSync(root + path, "utf8");
      const code = withoutComments(text);
      return { path, text, code, imports: readImports(code, path, known) };
    });
}
export const sources: readonly Source[] = readSources();
export const sourceAt = new Map(sources.map((source) => [source.path, source]));

/** The way from `start` to the first file for which `isGoal` holds, over imports that `follow` accepts; else null. */
export function wayTo(
  start: Source,
  isGoal: (source: Source) => boolean,
  follow: (via: Import) => boolean,
): readonly string[] | null {
  const cameFrom = new Map<string, string | null>([[start.path, null]]);
  // A Map's iteration sees what is added while it runs: breadth first, so the way is a shortest one.
  for (const path of cameFrom.keys()) {
    const source = sourceAt.get(path);
    if (!source) continue;
    if (isGoal(source)) {
      const way: string[] = [];
      for (let at: string | null = path; at !== null; at = cameFrom.get(at) ?? null) way.unshift(at);
      return way;
    }
    for (const via of source.imports)
      if (via.file !== null && follow(via) && !cameFrom.has(via.file)) cameFrom.set(via.file, path);
  }
  return null;
}

/** Every circle of imports, each once, as the paths along it. */
export function importCycles(): readonly (readonly string[])[] {
  const done = new Set<string>();
  const cycles: (readonly string[])[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const seen = way.indexOf(path);
    if (seen >= 0) cycles.push([...way.slice(seen), path]);
    if (seen >= 0 || done.has(path)) return;
    for (const { file } of sourceAt.get(path)?.imports ?? []) if (file !== null) visit(file, [...way, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return cycles;
}
