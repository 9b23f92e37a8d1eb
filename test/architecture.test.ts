/** Keeps the house in order by machine: who may import whom, what must never reach the browser, how big a file is. */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";
import { allFiles, filesBelow, type Import, importCycles, root, type Source, sources, wayTo } from "./sources";

/**
 * A layer, and the layers it may import: `spine` is `lib/*.ts`, `type x` a layer or a file of the spine of which only
 * types may be imported. Every layer may import itself and packages. Tests may import everything.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  signal: [],
  query: ["signal"],
  detect: ["signal"],
  identity: ["signal", "query", "type setting.ts", "type evidence.ts"],
  recipes: [
    "signal",
    "query",
    "identity",
    "type setting.ts",
    "type evidence.ts",
    "type lead-reading.ts",
    "type lead-kinds.ts",
  ],
  finding: ["signal", "detect", "evidence.ts", "type identity", "type findings.ts", "type setting.ts", "type lead.ts"],
  spine: ["signal", "query", "detect", "identity", "recipes", "finding"],
  upstream: ["spine", "signal", "query", "type config"],
  stream: ["spine", "signal", "query", "type identity"],
  config: ["signal", "type spine"],
  engine: ["signal", "query"],
  demo: ["signal", "engine"],
  components: ["spine", "signal", "detect", "stream", "type identity"],
  app: ["components", "spine", "signal", "query", "detect", "identity", "recipes", "finding"].concat([
    "upstream",
    "stream",
    "config",
    "engine",
    "demo",
  ]),
};
/** What no browser may ever load, whatever stands between. */
const serverLayers = ["query", "upstream", "config", "demo", "engine"];
/** Layers whose files begin with `import "server-only"`, so that Next refuses them in a browser's bundle. */
const guardedLayers = ["query", "upstream", "config"];
/** Worlds of the demo. The product knows none of them: what it says is inferred from what it reads. */
const scenarioWords = ["flashcastr", "yeet", "invaders", "muse", "prize-game", "silent-handshake"];

const layerOf = (path: string): string => {
  const [top = "", second = "", ...rest] = path.split("/");
  if (top === "lib") return rest.length === 0 ? "spine" : second;
  return top === "instrumentation.ts" || top === "proxy.ts" ? "app" : top;
};
const product = sources.filter(({ path }) => layerOf(path) !== "test");

function isAllowed(from: Source, { file, typeOnly }: Import): boolean {
  if (file === null) return true;
  const [own, target] = [layerOf(from.path), layerOf(file)];
  if (own === target) return true;
  const allowed = table[own] ?? [];
  const names = target === "spine" ? [target, posix.basename(file)] : [target];
  return names.some((name) => allowed.includes(name) || (typeOnly && allowed.includes(`type ${name}`)));
}

test("every folder of lib is a layer of the table", () => {
  const layers = new Set(filesBelow("lib").map(layerOf));
  expect([...layers].filter((layer) => table[layer] === undefined && layer !== "README.md")).toEqual([]);
});

test("imports flow only as the table allows", () => {
  const wrong = product.flatMap((source) =>
    source.imports
      .filter((via) => !isAllowed(source, via))
      .map(({ specifier, typeOnly }) => `${source.path} imports ${typeOnly ? "types of " : ""}${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("lib knows neither React nor Next", () => {
  const framework = /^(react|react-dom|next|recharts|virtua|@tanstack\/react-query)(\/|$)/;
  const found = product
    .filter(({ path }) => path.startsWith("lib/"))
    .flatMap(({ path, imports }) => imports.map(({ specifier }) => ({ path, specifier })))
    .filter(({ specifier }) => framework.test(specifier))
    .map(({ path, specifier }) => `${path} imports ${specifier}`);
  expect(found).toEqual([]);
});

const isClient = ({ code }: Source): boolean => /^\s*"use client"/.test(code);
const atRuntime = ({ typeOnly }: Import): boolean => !typeOnly;

test("nothing that a browser loads reaches the server's layers", () => {
  const ways = product
    .filter(isClient)
    .map((source) => wayTo(source, ({ path }) => serverLayers.includes(layerOf(path)), atRuntime))
    .filter((way) => way !== null)
    .map((way) => way.join(" -> "));
  expect(ways).toEqual([]);
});

test("zod does not reach the browser: it costs more than the page's own budget allows", () => {
  const takesZod = ({ imports }: Source): boolean => imports.some((via) => via.specifier === "zod" && !via.typeOnly);
  const ways = product
    .filter((source) => isClient(source) || layerOf(source.path) === "components")
    .map((source) => wayTo(source, takesZod, atRuntime))
    .filter((way) => way !== null)
    .map((way) => way.join(" -> "));
  expect(ways).toEqual([]);
});

test("server layers begin with server-only, unless they hold nothing but types or are a worker's entry", () => {
  const holdsValues = ({ code }: Source): boolean => /^export (const|let|(async )?function|default|\{)/m.test(code);
  const bare = product
    .filter((source) => guardedLayers.includes(layerOf(source.path)) && holdsValues(source))
    .filter(({ imports }) => imports[0]?.specifier !== "server-only")
    .map(({ path }) => path);
  expect(bare).toEqual([]);
});

test("there is no circle of imports, not even of types", () => {
  expect(importCycles().map((cycle) => cycle.join(" -> "))).toEqual([]);
});

test("there are no barrels: no index files, none that only hands on", () => {
  const handsOn = ({ code }: Source): boolean => {
    const exported = /^export\s+(?:type\s)?[^"';]*?\sfrom\s+"[^"]+";?$/gm;
    const rest = code.replace(exported, "").replace(/^import\s[^"]*"[^"]+";?$/gm, "");
    return exported.test(code) && rest.trim() === "";
  };
  const barrels = sources.filter((source) => /\/index\.\w+$/.test(source.path) || handsOn(source));
  expect(barrels.map(({ path }) => path)).toEqual([]);
});

test("no file is longer than 400 lines, no README longer than 40", () => {
  const limitOf = (path: string): number =>
    path.endsWith("README.md") ? 40 : /\.(ts|tsx|mjs|css)$/.test(path) ? 400 : Number.POSITIVE_INFINITY;
  const long = allFiles
    .map((path) => ({
      path,
      lines: readFileSync(root + path, "utf8")
        .trimEnd()
        .split("\n").length,
    }))
    .filter(({ path, lines }) => lines > limitOf(path))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
  expect(long).toEqual([]);
});

test("lib, components and test are two deep; engine, demo and the recordings three", () => {
  const deep = sources
    .map(({ path }) => path)
    .filter((path) => /^(lib|components|test)\//.test(path))
    .filter((path) => path.split("/").length > (/^(lib|test)\/(engine|demo|stack)\//.test(path) ? 4 : 3));
  expect(deep).toEqual([]);
});

test("file names are kebab-case", () => {
  const odd = sources
    .map(({ path }) => path)
    .filter((path) => !/^(\[\w+\]|[a-z0-9]+(-[a-z0-9]+)*)((\.\w+)*)$/.test(posix.basename(path)));
  expect(odd).toEqual([]);
});

test("every path in a README exists", () => {
  const readmes = [...(existsSync(`${root}README.md`) ? ["README.md"] : []), ...allFiles].filter((path) =>
    path.endsWith("README.md"),
  );
  const exists = (readme: string, written: string): boolean => {
    const name = written.replace(/^\.\//, "").replace(/\/$/, "");
    const folder = posix.dirname(readme);
    const places = [name, posix.join(folder, name)];
    // A bare name is any file below the README's folder.
    if (!name.includes("/") && allFiles.some((file) => file.startsWith(`${folder}/`) && posix.basename(file) === name))
      return true;
    if (!name.includes("*")) return places.some((place) => existsSync(root + place));
    const pattern = new RegExp(
      `^${name
        .split("*")
        .map((part) => part.replace(/[.[\]]/g, "\\$&"))
        .join("[^/]*")}$`,
    );
    return allFiles.some((file) => pattern.test(file) || pattern.test(posix.relative(folder, file)));
  };
  const lost = readmes.flatMap((readme) =>
    [...readFileSync(root + readme, "utf8").matchAll(/`([^`\s<>{}]+)`/g)]
      .map(([, written = ""]) => written)
      .filter((written) => /^(\.\/)?(app|components|lib|public|test)\/|^[\w.*-]+\.(ts|tsx|mjs|css)$/.test(written))
      .filter((written) => !exists(readme, written))
      .map((written) => `${readme}: ${written}`),
  );
  expect(lost).toEqual([]);
});

test("no word of a scenario stands outside the demo and the tests", () => {
  const words = new RegExp(`\\b(${scenarioWords.join("|")})`, "i");
  const found = allFiles
    .filter((path) => !path.startsWith("test/") && !path.startsWith("lib/demo/"))
    .filter((path) => /\.(ts|tsx|mjs|css|md|yaml|json)$/.test(path) && words.test(readFileSync(root + path, "utf8")))
    .map((path) => `${path}: ${words.exec(readFileSync(root + path, "utf8"))?.[0]}`);
  expect(found).toEqual([]);
});

test("the type checker and the linter are never silenced", () => {
  const silencer = new RegExp(["@ts-(ignore|expect-error|nocheck)", "biome-ignore", "eslint-disable"].join("|"));
  const any = /(?::|\bas|<|,|\||&)\s*any\b(?=\s*[\])>;,=|&\n])|\bany\[\]/;
  const silenced = sources
    .filter(({ path }) => path !== "test/architecture.test.ts")
    .filter(({ text, code }) => silencer.test(text) || any.test(code))
    .map(({ path, text, code }) => `${path}: ${(silencer.exec(text) ?? any.exec(code))?.[0]}`);
  expect(silenced).toEqual([]);
});
