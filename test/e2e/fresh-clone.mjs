// Whether a newcomer's first command works: clones what is committed into a folder of its own, with an empty npm cache
// and nothing of this project on the path, runs `npm run demo` until the first page and a failing checkout answer, stops,
// and starts once more. Prints the seconds of both; exits 1 with the reason. Plain JavaScript without packages.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "throughline-fresh-"));
const clone = join(folder, "clone");
const limits = { first: 90, second: 5 };
/** A stalled download or build ends here, not with the patience of whoever waits. */
const patience = 600_000;

/** Where to look for programs, without what this project or an npm script has put there. */
const path = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((part) => !part.includes("node_modules") && !part.includes("node-gyp-bin"))
  .join(delimiter);
const own = ["tmp", "npm-cache", "cache"].map((name) => join(folder, name));
for (const each of own) mkdirSync(each, { recursive: true });
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|NODE_|THROUGHLINE_|STACK_|PORT$|HOSTNAME$|INIT_CWD$)/i.test(name),
    ),
  ),
  PATH: path,
  TMPDIR: own[0],
  npm_config_cache: own[1],
  XDG_CACHE_HOME: own[2],
};

const fail = (text) => {
  throw new Error(text);
};

/** Runs the demo, calls `look` with its address, and stops it with everything it started. */
async function demo(look) {
  const child = spawn("npm", ["run", "demo", "--", "--port", "0"], { cwd: clone, env, detached: true });
  let output = "";
  const end = new Promise((resolve) => child.on("exit", resolve));
  try {
    const url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing in ${patience / 1000} s`)), patience);
      const hear = (chunk) => {
        output += chunk;
        process.stdout.write(chunk);
        const found = /Throughline is at (\S+)/.exec(output)?.[1];
        if (found) {
          clearTimeout(timer);
          resolve(found);
        }
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`npm run demo ended with ${code}, see above`)));
    });
    return await look(url);
  } finally {
    // The whole group: npm, what it runs, and the demo's threads. A child that was never there has none.
    if (child.exitCode === null && child.pid) {
      process.kill(-child.pid, "SIGTERM");
      const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), 10_000);
      await end;
      clearTimeout(timer);
    }
  }
}

const unescaped = (html) => html.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#x27;", "'");

/** The first page with its links; the page of the failing checkout, and what its stream ends with. */
async function look(url) {
  const home = await (await fetch(url)).text();
  if (!home.includes("This is demo data")) fail("the first page does not say that it is demo data");
  const link = /href="(\/investigate\?[^"]+)"/.exec(home)?.[1] ?? fail("the first page links to no investigation");
  const address = new URL(unescaped(link), url);
  const page = await fetch(address);
  if (!page.ok) fail(`${address} answers ${page.status}`);
  const painted = performance.now();
  const asked = await fetch(`${url}/api/investigate${address.search}`, { headers: { accept: "application/json" } });
  const { slots = [], story } = await asked.json();
  const found = slots.filter(({ verdict }) => verdict === "found" || verdict === "partial").map(({ slot }) => slot);
  process.stdout.write(`${story}\nfound: ${found.join(", ")}\n`);
  for (const slot of ["trace", "lines", "spike", "changes"])
    if (!found.includes(slot)) fail(`the failing checkout has no ${slot}: ${JSON.stringify(slots)}`);
  return painted;
}

let code = 0;
try {
  const cloned = spawnSync("git", ["clone", "--quiet", "--no-hardlinks", root, clone], { stdio: "inherit" });
  if (cloned.status !== 0) fail("the clone failed");
  for (const [name, limit] of Object.entries(limits)) {
    const began = performance.now();
    const painted = await demo(look);
    const took = (painted - began) / 1000;
    const verdict = took <= limit ? "" : `; ${limit} s are wanted`;
    process.stdout.write(`fresh clone, ${name} start: ${took.toFixed(1)} s to the first page${verdict}\n`);
  }
} catch (error) {
  process.stderr.write(`fresh clone: ${error.message}\n`);
  code = 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(code);
