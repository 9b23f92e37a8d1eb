/** What can go wrong before the demo stands is said in one sentence. */
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { root } from "@/app/cli/prepare.mjs";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  }
});

type Outcome = { readonly code: number | null; readonly err: string };
const run = (args: readonly string[], preload?: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...(preload ? ["--import", preload] : []), ...args], {
      cwd: tmpdir(),
      env: { NODE_ENV: "test", PATH: process.env.PATH ?? "" },
    });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, err }));
  });

/** A clone in which nothing is installed. */
function bareClone(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-test-"));
  folders.push(folder);
  mkdirSync(join(folder, "app"));
  cpSync(join(root, "app/cli"), join(folder, "app/cli"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "package-lock.json"), '{"packages":{"node_modules/next":{"version":"0.0.0"}}}');
  return folder;
}
/** A module that makes a function of node:fs fail as such a disk would: root may write anywhere, and disks are large. */
const disk = (body: string): string =>
  `data:text/javascript,${encodeURIComponent(`import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; ${body}; syncBuiltinESMExports();`)}`;
const oneSentence = /^[^\n]+\.\n$/;

test("a port in use is said with the next free one, and how to take it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { code, err } = await run([join(root, "app/cli/demo.mjs"), "--port", `${port}`]);
  await new Promise((resolve) => server.close(resolve));
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^Port \d+ is in use; (\d+) is free: npm run demo -- --port \1\n$/),
  ]);
});

test("a read-only clone is said, not stack-traced", async () => {
  const erofs = disk('fs.accessSync = () => { throw Object.assign(new Error("x"), { code: "EROFS" }) }');
  const { code, err } = await run([join(bareClone(), "app/cli/demo.mjs")], erofs);
  expect([code, err]).toEqual([1, expect.stringMatching(oneSentence)]);
  expect(err).toContain("cannot be written (the file system is read-only), and installing the packages writes there");
});

test("a disk that is nearly full is said before anything is installed", async () => {
  const full = disk("fs.statfsSync = () => ({ bavail: 120, bsize: 1e6 })");
  const { code, err } = await run([join(bareClone(), "app/cli/demo.mjs")], full);
  expect([code, err]).toEqual([1, expect.stringMatching(oneSentence)]);
  expect(err).toContain("Only 120 MB are free");
});
