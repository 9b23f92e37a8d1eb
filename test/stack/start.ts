/**
 * The whole stack: real servers on free loopback ports in a temporary directory, fed with a scenario whose incident
 * began some minutes ago. Whatever happens, no process and no file stays behind.
 */
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import type { Incident } from "@/lib/demo/script";
import { createWorld, type World } from "@/lib/demo/world";
import { hour, type Instant, minute, second, shift, toInstant } from "@/lib/signal/time";
import { binaryOf, type ServerName, serverNames } from "@/test/stack/build";
import { type Fed, type FedServers, feed } from "@/test/stack/feed";
import { startGrafana } from "@/test/stack/grafana";
import { freePorts, type Running, run, untilReady } from "@/test/stack/processes";
import { type Launch, launchOf, portsOf } from "@/test/stack/servers";
import { configText, environmentOf, type StackUrls } from "@/test/stack/settings";

export type StackOptions = {
  /** What goes wrong; the silent handshake unless given. */
  readonly incidents?: readonly Incident[];
  readonly seed?: number;
  /** Keeps feeding what happens, each five seconds; otherwise the world stands still at its start. */
  readonly live?: boolean;
  readonly say?: (text: string) => void;
};

export type Stack = {
  readonly urls: StackUrls;
  readonly world: World;
  /** When the incident began, and until when the history reaches. */
  readonly zero: Instant;
  readonly fedUntil: Instant;
  readonly fed: Fed;
  /** A kept trace to begin with: a failing checkout, where the incidents make one. */
  readonly traceId: string;
  /** `THROUGHLINE_…` variables for the console, `STACK_TRACE_ID`, and `STACK_OTLP_URL` where more spans go in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly configFile: string;
  /** Settles if a server or the feeding fails, with the reason; never otherwise. */
  readonly broken: Promise<string>;
  readonly stop: () => Promise<void>;
};

const history = 2 * hour;
const sinceZero = 12 * minute;
const tick = 5 * second;
/** About 200 traces and 20,000 lines in two hours, as a collector with tail sampling would keep. */
const sampling = { traces: { ok: 0.0016, failed: 0.08 }, lines: 0.057 };

/** The world the stack was told, for tests that compare: the same zero and seed give the same world. */
export const stackWorld = (zero: Instant, incidents: readonly Incident[] = [silentHandshake], seed = 1): World =>
  createWorld(shop, incidents, { seed, zero, history, sampling });

async function launchAll(dir: string, say: (text: string) => void): Promise<{ launch: Launch; running: Running }[]> {
  const binaries = new Map<ServerName, string>();
  for (const name of serverNames) binaries.set(name, await binaryOf(name, say));
  const ports = await freePorts(serverNames.reduce((sum, name) => sum + portsOf[name], 0));
  const launches = serverNames.map((name) => launchOf(name, dir, ports.splice(0, portsOf[name])));
  for (const { name, files } of launches) {
    await mkdir(join(dir, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), text);
  }
  return launches.map((launch) => ({
    launch,
    running: run(
      launch.name,
      binaries.get(launch.name) ?? "",
      launch.args,
      launch.env,
      join(dir, `${launch.name}.log`),
    ),
  }));
}

/** Calls `feedOn` each tick with what it has to tell; the first failure is the answer. */
function keepFeeding(
  begin: Instant,
  feedOn: (from: Instant, to: Instant) => Promise<void>,
): { failed: Promise<string>; stop: () => void } {
  const stopped = new AbortController();
  const feeding = async (): Promise<never> => {
    let from = begin;
    for (;;) {
      await wait(tick, undefined, { signal: stopped.signal });
      const to = toInstant(Date.now());
      await feedOn(from, to);
      from = to;
    }
  };
  const failed = new Promise<string>((resolve) => {
    feeding().catch((error: unknown) => stopped.signal.aborted || resolve(`feeding stopped: ${error}`));
  });
  return { failed, stop: () => stopped.abort() };
}

/** A failing checkout, or any kept trace where nothing fails; one that is over, and not among the very first. */
function traceToPaste(world: World, now: Instant): string {
  const kept = world.finished({ from: shift(world.zero, minute), to: now }).filter(world.isTraceKept);
  return (kept.find(({ failed }) => failed) ?? kept[0])?.traceId ?? "";
}

/** Needs Go only where a server is not built yet. Throws when a server does not come up; then nothing stays either. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { incidents = [silentHandshake], seed = 1, live = false, say = () => {} } = options;
  const dir = await mkdtemp(join(tmpdir(), "throughline-stack-"));
  const started: Running[] = [];
  const stops: (() => Promise<void> | void)[] = [];
  const atExit = (): void => {
    for (const running of started) running.kill();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on("exit", atExit);
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0)) await each();
    await Promise.all(started.map((running) => running.stop(4_000)));
    await rm(dir, { recursive: true, force: true });
    process.off("exit", atExit);
  };

  try {
    const servers = await launchAll(dir, say);
    started.push(...servers.map(({ running }) => running));
    say("waiting for the servers");
    await Promise.all(servers.map(({ launch, running }) => untilReady(running, launch.ready, 90_000)));
    const now = toInstant(Math.floor(Date.now() / second) * second);
    const zero = shift(now, -sinceZero);
    const world = stackWorld(zero, incidents, seed);

    const grafana = await startGrafana(() => world.annotations({ from: world.origin, to: toInstant(Date.now()) }));
    stops.push(grafana.stop);
    const urlOf = (name: ServerName): string => servers.find(({ launch }) => launch.name === name)?.launch.url ?? "";
    const tempo = process.env.STACK_TEMPO_URL || null;
    const tempoOtlp = process.env.STACK_TEMPO_OTLP_URL || null;
    const urls: StackUrls = {
      prometheus: urlOf("prometheus"),
      loki: urlOf("loki"),
      tempo: tempo && tempoOtlp ? tempo : null,
      jaeger: urlOf("jaeger"),
      alertmanager: urlOf("alertmanager"),
      grafana: grafana.url,
    };
    const targets: FedServers = {
      ...urls,
      otlp: [...servers.map(({ launch }) => launch.otlpUrl), urls.tempo && tempoOtlp].filter((url) => url !== null),
    };

    say("telling them the story");
    const fed = await feed(world, targets, { from: shift(now, -history), to: now });
    const feeding = live
      ? keepFeeding(now, async (from, to) => {
          await feed(world, targets, { from, to });
        })
      : null;
    if (feeding) stops.push(feeding.stop);

    const configFile = join(dir, "throughline.yaml");
    await writeFile(configFile, configText(urls));
    const traceId = traceToPaste(world, now);
    return {
      urls,
      world,
      zero,
      fedUntil: now,
      fed,
      traceId,
      environment: {
        ...environmentOf(urls),
        STACK_TRACE_ID: traceId,
        STACK_OTLP_URL: targets.otlp[0] ?? "",
        STACK_ZERO: String(zero),
        STACK_FED_UNTIL: String(now),
      },
      configFile,
      broken: Promise.race([...started.map(({ ended }) => ended), ...(feeding ? [feeding.failed] : [])]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
