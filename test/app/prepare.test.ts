import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { hashSources } from "@/app/cli/build.mjs";
import { findNode, isInstalled, isNewEnough, root } from "@/app/cli/prepare.mjs";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
/** A folder that holds these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-test-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
const packages = (entries: Readonly<Record<string, unknown>>): string => JSON.stringify({ packages: entries });
const lock = packages({
  "": { version: "0.1.0" },
  "node_modules/next": { version: "16.4.6" },
  "node_modules/for-another-system": { version: "1.0.0", optional: true },
});

test.each([
  ["nothing installed", {}, false],
  ["an interrupted installation", { "node_modules/next/package.json": "{}" }, false],
  [
    "what the lockfile asks for",
    { "node_modules/.package-lock.json": packages({ "node_modules/next": { version: "16.4.6" } }) },
    true,
  ],
  [
    "an older version",
    { "node_modules/.package-lock.json": packages({ "node_modules/next": { version: "16.4.5" } }) },
    false,
  ],
  ["a package that is not there", { "node_modules/.package-lock.json": packages({}) }, false],
])("%s is told apart from a complete installation", (_, files, expected) => {
  expect(isInstalled(folderWith({ "package-lock.json": lock, ...files }))).toBe(expected);
});

test("this project is installed", () => {
  expect(isInstalled(root)).toBe(true);
});

test.each([
  ["22.19.0", true],
  ["v22.18.9", false],
  ["v24.0.0", true],
  ["v20.20.2", false],
])("Node %s is new enough: %s", (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test("a new enough Node is kept, an old one gives way to the installed one, and none is none", () => {
  const folder = folderWith({ "node_modules/.bin/node": "#!/bin/sh\necho v24.1.0\n" });
  const installed = join(folder, "node_modules/.bin/node");
  chmodSync(installed, 0o755);
  expect(findNode(folder, { path: "/usr/bin/node", version: "v23.0.0" })).toBe("/usr/bin/node");
  expect(findNode(folder, { path: "/usr/bin/node", version: "v20.20.2" })).toBe(installed);
  expect(findNode(folderWith({}), { path: "/usr/bin/node", version: "v20.20.2" })).toBeUndefined();
});

test("a changed source is a new build; a touched one, a README and the command line are not", () => {
  const files = {
    "app/page.tsx": "a",
    "lib/x.ts": "b",
    "lib/README.md": "c",
    "app/cli/start.mjs": "d",
    "next.config.ts": "e",
  };
  const hash = hashSources(folderWith(files));
  expect(hashSources(folderWith(files))).toBe(hash);
  expect(hashSources(folderWith({ ...files, "lib/README.md": "C", "app/cli/start.mjs": "D" }))).toBe(hash);
  expect(hashSources(folderWith({ ...files, "lib/x.ts": "B" }))).not.toBe(hash);
  expect(hashSources(folderWith({ ...files, "lib/y.ts": "" }))).not.toBe(hash);
});
