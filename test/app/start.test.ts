import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "throughline-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (file: string): string => new URL(`../../app/cli/${file}`, import.meta.url).pathname;
const environment = { NODE_ENV: "test", PATH: process.env.PATH ?? "" } as const;
/** Runs one of our commands in the folder. */
const run = (args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: { ...environment, ...variables } });
const listen = (variables: Readonly<Record<string, string>> = {}) =>
  run(["--disable-warning=ExperimentalWarning", "--import", path("ts-hooks.mjs"), path("listen.ts")], variables);

test("without configuration it listens on loopback", () => {
  expect(JSON.parse(listen().stdout)).toEqual({
    host: "127.0.0.1",
    port: 3000,
    allowedHosts: [],
    publicUrl: null,
    file: null,
  });
});

test("the path of the configuration is made absolute", () => {
  writeFileSync(join(folder, "own.yaml"), "listen: { port: 4000 }");
  expect(JSON.parse(listen({ THROUGHLINE_CONFIG: "own.yaml" }).stdout)).toMatchObject({
    port: 4000,
    file: join(folder, "own.yaml"),
  });
});

test("a wrong configuration stops the start with its problems, before anything is built", () => {
  writeFileSync(join(folder, "wrong.yaml"), "listen: { prt: 4000 }");
  const { status, stdout, stderr } = run([path("start.mjs")], { THROUGHLINE_CONFIG: "wrong.yaml" });
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain('wrong.yaml:1: listen.prt: unknown key "prt", did you mean "port"?');
});

test.each([
  [["--prot", "1"], "Unknown option '--prot'"],
  [["--port", "web"], '--port takes a number from 0 to 65535, not "web".'],
])("%j is refused in one sentence", (args, sentence) => {
  const { status, stderr } = run([path("start.mjs"), ...args]);
  expect(status).toBe(1);
  expect(stderr).toContain(sentence);
});
