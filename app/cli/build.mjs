// The standalone server in .next, built when its sources have changed. Content is compared, not time: a checkout
// touches every file.
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureRoom, root, run, stop, writing } from "./prepare.mjs";

const sources = [
  "app",
  "components",
  "lib",
  "public",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** One text for all that goes into the build. The command line and the READMEs do not. */
export function hashSources(folder = root) {
  const hash = createHash("sha256");
  const files = sources.flatMap((name) => filesBelow(join(folder, name)));
  for (const file of files) {
    const path = file.slice(folder.length);
    if (/^[\\/]?app[\\/]cli[\\/]/.test(path) || path.endsWith(".md")) continue;
    hash.update(path).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

const stampOf = (folder) => join(folder, ".next/sources.sha256");

/** Path of the built server's file: where Next finds a lockfile above the project, it lies deeper. */
export function serverFile(folder = root) {
  const manifest = join(folder, ".next/required-server-files.json");
  if (!existsSync(manifest)) return undefined;
  const { relativeAppDir = "" } = JSON.parse(readFileSync(manifest, "utf8"));
  const file = join(folder, ".next/standalone", relativeAppDir, "server.js");
  return existsSync(file) ? file : undefined;
}

/** Builds where nothing is built or the sources have changed, and returns the server's file. */
export async function ensureBuilt(folder = root) {
  const hash = hashSources(folder);
  const stamp = stampOf(folder);
  const built = serverFile(folder);
  if (built && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return built;

  ensureRoom("building", 300, folder);
  process.stdout.write("Building (next build) …\n");
  return writing(() => build(folder, stamp, hash));
}

async function build(folder, stamp, hash) {
  rmSync(stamp, { force: true });
  const next = join(folder, "node_modules/next/dist/bin/next");
  const code = await run(process.execPath, [next, "build"], { cwd: folder });
  const file = serverFile(folder);
  if (code !== 0 || !file) stop("The build failed: see its message above.");
  // The standalone folder is made for a CDN in front of it, so these two are left to whoever serves them.
  const beside = join(file, "..");
  cpSync(join(folder, ".next/static"), join(beside, ".next/static"), { recursive: true });
  if (existsSync(join(folder, "public"))) cpSync(join(folder, "public"), join(beside, "public"), { recursive: true });
  writeFileSync(stamp, hash);
  return file;
}
