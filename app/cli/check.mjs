// npm run check, npm test, npm run test:stack: one step after the other, counted together. The last lines are what failed,
// each as "FAILED step: file › test: message", and "N passed, N failed"; a step that is no test runner counts as one test.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { childEnvironment, prepare, root, run, stop, typeScript } from "./prepare.mjs";

await prepare(import.meta.url);
const reports = mkdtempSync(join(tmpdir(), "throughline-check-"));
const readReport = (name) => JSON.parse(readFileSync(join(reports, name), "utf8"));

/** The first line of a failure's message, without the colours a terminal would show. */
const firstLine = (message) =>
  stripVTControlCharacters(message ?? "")
    .trimStart()
    .split("\n")[0]
    .slice(0, 300);

const single = async (command, args) => ({ passed: 0, failed: (await run(command, args)) === 0 ? 0 : 1, ran: 1 });
const asOne = ({ failed }) => ({ passed: failed ? 0 : 1, failed });

async function vitest(name, args) {
  const file = `${name}.json`;
  const code = await run("vitest", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${join(reports, file)}`,
    ...args,
  ]);
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = readReport(file);
  const failures = testResults.flatMap(({ name: path, message, status, assertionResults }) => {
    const lost = assertionResults.filter((test) => test.status !== "passed");
    if (lost.length === 0 && status === "failed") return [`${relative(root, path)}: ${firstLine(message)}`];
    return lost.map((test) => `${relative(root, path)} › ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
  // A file that does not load fails without a test of its own; a skip is no pass.
  return { passed: numPassedTests, failed: Math.max(numFailedTests + numPendingTests, code === 0 ? 0 : 1), failures };
}

async function playwright(name, args) {
  const file = join(reports, `${name}.json`);
  const env = { ...childEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const code = await run("playwright", ["test", "--reporter=list,json", ...args], { env });
  const { stats, suites, errors } = readReport(`${name}.json`);
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
  const failures = suites.flatMap(specs).flatMap(({ file: path, title, tests }) =>
    tests
      .filter((test) => test.status !== "expected")
      .map(({ status, results }) => {
        const message = results.flatMap((result) => result.errors ?? [])[0]?.message ?? status;
        return `${path} › ${title}: ${firstLine(message)}`;
      }),
  );
  // Flaky is broken.
  return {
    passed: stats.expected,
    failed: Math.max(stats.unexpected + stats.flaky + stats.skipped, code === 0 ? 0 : 1),
    failures: [...failures, ...errors.map(({ message }) => firstLine(message))],
  };
}

const steps = {
  format: async () => asOne(await single("biome", ["check", "--error-on-warnings", "."])),
  types: async () => {
    // Next declares what style sheets and routes are; on a fresh clone nothing has yet.
    if ((await run("next", ["typegen"], { stdio: "ignore" })) !== 0) return { passed: 0, failed: 1 };
    return asOne(await single("tsc", ["--noEmit"]));
  },
  unused: async () => asOne(await single("knip", [])),
  unit: () => vitest("unit", []),
  build: async () => ({ passed: (await ensureBuilt()) ? 1 : 0, failed: 0 }),
  browser: () => playwright("browser", []),
  // A clone with empty caches: what the machine of a newcomer has.
  fresh: async () => asOne(await single(process.execPath, [join(root, "test/e2e/fresh-clone.mjs")])),
  contract: async () => {
    // Last and alone those that tell the servers more than the others compare.
    const more = ["worlds", "incidents"].map((name) => ({ name, file: `test/stack/${name}.contract.ts` }));
    const config = ["--config", "test/stack/vitest.config.ts"];
    const told = [await vitest("contract", [...config, ...more.flatMap(({ file }) => ["--exclude", file])])];
    for (const { name, file } of more) told.push(await vitest(name, [...config, file]));
    return {
      passed: told.reduce((sum, { passed }) => sum + passed, 0),
      failed: told.reduce((sum, { failed }) => sum + failed, 0),
      failures: told.flatMap(({ failures }) => failures),
    };
  },
  journey: () => playwright("journey", ["--config", "test/stack/playwright.config.ts"]),
  stack: async () => {
    const code = await run(
      process.execPath,
      typeScript("test/stack/run.ts", [
        process.execPath,
        join(root, "app/cli/check.mjs"),
        "contract",
        "build",
        "journey",
      ]),
    );
    return { passed: 0, failed: code === 0 ? 0 : 1, told: true };
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !steps[name]);
if (unknown || wanted.length === 0) stop(`Which steps? ${Object.keys(steps).join(", ")}.`);

let passed = 0;
let failed = 0;
let told = false;
const failures = [];
for (const name of wanted) {
  const started = performance.now();
  process.stdout.write(`\n── ${name} ──\n`);
  const result = await steps[name]().catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    return { passed: 0, failed: 1, failures: [firstLine(error.message)] };
  });
  if (result.failed > 0 && !result.told)
    failures.push(
      ...(result.failures?.length ? result.failures : ["see above"]).map((each) => `FAILED ${name}: ${each}`),
    );
  passed += result.passed;
  failed += result.failed;
  told ||= result.told === true;
  process.stdout.write(
    `── ${name}: ${result.failed === 0 ? "ok" : "FAILED"}, ${((performance.now() - started) / 1000).toFixed(1)} s ──\n`,
  );
}
rmSync(reports, { recursive: true, force: true });
for (const each of failures) process.stdout.write(`${each}\n`);
// Inside the stack the steps themselves have told the sum already.
if (!told) process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
