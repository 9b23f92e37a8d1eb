import { expect, test } from "vitest";
import { readImports, sourceAt, withoutComments } from "./sources";

const known = new Set(["lib/a.ts", "lib/b.tsx", "lib/deep/c.ts"]);
const seen = (code: string): string[] =>
  readImports(withoutComments(code), "lib/deep/x.ts", known).map(
    ({ specifier, file, typeOnly }) => `${typeOnly ? "type " : ""}${file ?? `package ${specifier}`}`,
  );

test.each([
  ['import { a } from "@/lib/a";', "lib/a.ts"],
  ['import type { A } from "@/lib/a";', "type lib/a.ts"],
  ['import { type A } from "@/lib/a";', "lib/a.ts"],
  ['import {\n  type A,\n  b,\n} from "../b";', "lib/b.tsx"],
  ['import "./c.ts";', "lib/deep/c.ts"],
  ['import a, { b } from "zod";', "package zod"],
  ['export { a } from "@/lib/a";', "lib/a.ts"],
  ['export type { A } from "@/lib/a";', "type lib/a.ts"],
  ['const c = await import("./c");', "lib/deep/c.ts"],
  ['new Worker(new URL("./c.ts", import.meta.url));', "lib/deep/c.ts"],
])("%j imports %s", (code, expected) => {
  expect(seen(code)).toEqual([expected]);
});

test.each([
  ['// import { a } from "@/lib/a";'],
  ['/*\nimport { a } from "@/lib/a";\n*/'],
  ['const text = "import { a } from x";'],
  ['export const a = "lib/a";'],
  ['export function f() {\n  return g("lib/a");\n}'],
])("%j imports nothing", (code) => {
  expect(seen(code)).toEqual([]);
});

test("two statements in a row are two imports", () => {
  expect(seen('import "@/lib/a";\nimport { b } from "@/lib/b";')).toEqual(["lib/a.ts", "lib/b.tsx"]);
});

test("a URL's two slashes begin no comment", () => {
  expect(withoutComments('const a = "http://x"; // y')).toBe('const a = "http://x"; ');
});

test("this repository's own files are read", () => {
  expect(sourceAt.get("proxy.ts")?.imports).toContainEqual({
    specifier: "@/lib/config/guard",
    file: "lib/config/guard.ts",
    typeOnly: false,
  });
});
