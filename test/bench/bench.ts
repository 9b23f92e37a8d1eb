/**
 * npm run bench: what the console costs, as a table. `-- --gate` ends with 1 where a ratio, a growth or a count is over
 * its reach; `--json <file>` writes the figures; names of groups measure only these.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { alertFigures } from "@/test/bench/alerts";
import { startConsole } from "@/test/bench/console";
import { demoFigures } from "@/test/bench/demo";
import { detectFigures } from "@/test/bench/detect";
import { environmentFigures } from "@/test/bench/environments";
import { type Figure, isGated, isReached, printTable, printValue } from "@/test/bench/figure";
import { heapFigure } from "@/test/bench/heap";
import { allOfIt, aPartOfIt, incidentFigures } from "@/test/bench/incidents";
import { journeyFigures } from "@/test/bench/journey";
import { largeTraceFigures } from "@/test/bench/large-trace";
import { linesReadFigure } from "@/test/bench/lines-read";
import { pageFigures } from "@/test/bench/page";
import { parseFigures } from "@/test/bench/parse-figures";
import { startProxies } from "@/test/bench/proxy";
import { pureFigures } from "@/test/bench/pure";
import { narrowFigures, readersFigure, wideFigures } from "@/test/bench/questions";
import { scriptsFigure } from "@/test/bench/scripts";
import { seriesFigures } from "@/test/bench/series";
import { benchStack } from "@/test/bench/stack";
import { feedWide } from "@/test/bench/wide";
import { worldsFigures } from "@/test/bench/worlds";
import { ensureBuilt } from "../../app/cli/build.mjs";

const delayMs = 100;
const say = (text: string): void => {
  process.stderr.write(`bench: ${text}\n`);
};

async function stackFigures(): Promise<Figure[]> {
  const stack = await benchStack(say);
  try {
    const wide = await feedWide(stack, [60, 63]);
    const proxies = await startProxies(stack.config, delayMs);
    try {
      const console = await startConsole(proxies.config);
      const { traceId } = stack;
      try {
        say("asking");
        // The first of all: nothing is kept yet.
        const narrow = await narrowFigures(console, proxies, traceId);
        const figures = [
          ...(await journeyFigures(console, traceId)),
          ...narrow,
          ...(await wideFigures(console, proxies, wide)),
          await readersFigure(console, proxies, traceId),
          await linesReadFigure(console, stack.loki, traceId),
          await scriptsFigure(console, traceId),
        ];
        say("two hundred investigations");
        proxies.setDelay(0);
        return [...figures, await heapFigure(console, traceId)];
      } finally {
        await console.stop();
      }
    } finally {
      await proxies.close();
    }
  } finally {
    await stack.stop();
  }
}

/** Minutes and gigabytes, or a browser: only when named. */
const onRequest: ReadonlySet<string> = new Set(["series", "page", "incidents"]);
/** None of the built console. */
const unbuilt: ReadonlySet<string> = new Set(["pure", "parse", "incidents", "seeds", "environments"]);

const groups: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  series: () => seriesFigures(say),
  pure: pureFigures,
  detect: detectFigures,
  parse: parseFigures,
  large: largeTraceFigures,
  worlds: worldsFigures,
  stack: stackFigures,
  demo: demoFigures,
  alerts: alertFigures,
  page: pageFigures,
  incidents: () => incidentFigures(allOfIt),
  seeds: () => incidentFigures(aPartOfIt),
  environments: environmentFigures,
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { gate: { type: "boolean", default: false }, json: { type: "string" } },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(groups).filter((name) => !onRequest.has(name));
  const unknown = names.find((name) => !groups[name]);
  if (unknown !== undefined) throw new Error(`no group ${unknown}; there is ${Object.keys(groups).join(", ")}`);
  // First, so that no build disturbs a measurement.
  if (names.some((name) => !unbuilt.has(name))) await ensureBuilt();

  const figures: Figure[] = [];
  for (const name of names) {
    say(name);
    figures.push(...((await groups[name]?.()) ?? []));
  }
  console.log(`\n${printTable(figures)}`);
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify({ figures: figures.map((figure) => ({ ...figure, ok: isReached(figure), gated: isGated(figure) })) }, null, 2)}\n`,
    );
  if (!values.gate) return 0;
  const gated = figures.filter(isGated);
  const missed = gated.filter((figure) => !isReached(figure));
  console.log("");
  for (const { what, value, unit, most } of missed)
    console.log(`FAILED bench: ${what}: ${printValue(value, unit)}, at most ${most} is wanted`);
  console.log(`${gated.length - missed.length} passed, ${missed.length} failed`);
  return missed.length === 0 ? 0 : 1;
}

// Told to stop, it ends as at any exit: what it has started is stopped by those who started it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));

// Where nothing is left to wait for before the figures are there, that is no success.
process.exitCode = 1;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
