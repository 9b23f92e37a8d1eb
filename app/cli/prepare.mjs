// What every command needs before it can do its work: packages and a new enough Node. Plain JavaScript without
// packages, because it runs before there are any, and on Node 20.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, absolute. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The oldest Node that runs the console: undici 8 and unflagged TypeScript. As in package.json's `engines`. */
export const neededNode = "22.19.0";

/** Ends the process with one sentence. */
export function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const diskWords = {
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  EROFS: "the file system is read-only",
  EACCES: "you may not write there",
  EPERM: "you may not write there",
};

/** Does a step that writes below the project; a disk that does not take it is said in one sentence. */
export async function writing(step) {
  try {
    return await step();
  } catch (error) {
    const why = diskWords[error.code];
    if (why) stop(`${error.path ?? error.dest ?? root} cannot be written: ${why}.`);
    throw error;
  }
}

/** Ends with one sentence where `what` (`installing`) could not write its `megabytes` below `folder`. */
export function ensureRoom(what, megabytes, folder = root) {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    stop(`${folder} cannot be written (${diskWords[error.code] ?? error.code}), and ${what} writes there.`);
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < megabytes) stop(`Only ${free} MB are free on the disk of ${folder}; ${what} needs about ${megabytes} MB.`);
}

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined);

/** Whether node_modules holds what package-lock.json asks for, by the record that npm leaves behind as its last act:
 * an installation that was interrupted has none. */
export function isInstalled(folder = root) {
  const wanted = readJson(join(folder, "package-lock.json"))?.packages ?? {};
  const present = readJson(join(folder, "node_modules/.package-lock.json"))?.packages;
  if (!present) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, link }]) => {
    if (path === "" || link) return true;
    // Made for another platform: rightly absent.
    if (!present[path]) return optional || devOptional;
    return present[path].version === version;
  });
}

/** `npm ci` where something is missing or old. */
export function ensureInstalled(folder = root) {
  if (isInstalled(folder)) return;
  ensureRoom("installing the packages", 1_000, folder);
  process.stdout.write("Installing packages (npm ci) …\n");
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [command, ...first] = npm;
  const args = [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // On Windows npm is a script, which only a shell can start.
  const shell = process.platform === "win32" && command === "npm";
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: "inherit", shell });
  if (status !== 0)
    stop(`The packages could not be installed${error ? ` (${error.message})` : ""}: see npm's message above.`);
}

/** Compares `24.21.0` with `22.19.0`, number by number. */
export function isNewEnough(version, needed = neededNode) {
  const [have, want] = [version, needed].map((text) => text.replace(/^v/, "").split(".").map(Number));
  for (let at = 0; at < 3; at += 1) if (have[at] !== want[at]) return (have[at] ?? 0) > (want[at] ?? 0);
  return true;
}

const versionOf = (node) => spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim() || undefined;

/** Path of a Node that is new enough: the one that runs this, else the one that npm installed; undefined = none. */
export function findNode(folder = root, current = { path: process.execPath, version: process.version }) {
  if (isNewEnough(current.version)) return current.path;
  const installed = join(folder, "node_modules/.bin/node");
  const version = existsSync(installed) ? versionOf(installed) : undefined;
  return version && isNewEnough(version) ? installed : undefined;
}

/** The environment for children: the packages' commands first, and nothing is sent to Next's makers. */
export const childEnvironment = (folder = root) => ({
  ...process.env,
  PATH: [join(folder, "node_modules/.bin"), process.env.PATH ?? ""].join(delimiter),
  NEXT_TELEMETRY_DISABLED: "1",
});

/** Starts a command, hands signals on, and resolves with its exit code; a child that we stopped counts as 0. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    let stopped = false;
    const child = spawn(command, args, { stdio: "inherit", env: childEnvironment(), ...options });
    const hand = (signal) => {
      stopped = true;
      child.kill(signal);
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, hand);
    const settle = (code) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, hand);
      resolve(code);
    };
    child.on("error", (error) => {
      process.stderr.write(`${command} could not be started: ${error.message}\n`);
      settle(1);
    });
    child.on("exit", (code) => settle(stopped ? 0 : (code ?? 1)));
  });
}

/** Installs what is missing, then returns if this Node is new enough and runs with `flags` and `environment`; else runs
 * `script` again with one that does: in this process's place where the system can, else as a child whose exit code is ours. */
export async function prepare(script, flags = [], environment = {}) {
  ensureInstalled();
  const node = findNode();
  const isSet = Object.keys(environment).every((name) => process.env[name] !== undefined);
  if (node === process.execPath && isSet && flags.every((flag) => process.execArgv.includes(flag))) return;
  if (node === undefined)
    stop(
      `Throughline needs Node ${neededNode} or newer; this is ${process.version}, and npm has none for this platform.`,
    );
  const args = [...flags, fileURLToPath(script), ...process.argv.slice(2)];
  const env = { ...environment, ...childEnvironment() };
  // A process that only waits for its child takes 40 MB. Windows has no execve, and Node 20 does not offer it.
  if (process.execve && process.platform !== "win32") process.execve(node, [node, ...args], env);
  process.exit(await run(node, args, { env }));
}

/** Arguments that let Node run one of the project's TypeScript files. */
export const typeScript = (file, args = []) => [
  // Node 22 warns that it strips types.
  "--disable-warning=ExperimentalWarning",
  "--import",
  new URL("./ts-hooks.mjs", import.meta.url).href,
  join(root, file),
  ...args,
];
