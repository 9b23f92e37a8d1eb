/** The demo's own thread: all worlds, all their backends, behind one loopback listener. */

import { setImmediate as breath, setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { backendsOf } from "@/lib/demo/servers/backends";
import { createBoard, type DemoMessage, type DemoStart } from "@/lib/demo/servers/control";
import { demoEnvironments, worldOf } from "@/lib/demo/servers/environments";
import { createKeeping, keepAlways } from "@/lib/demo/servers/keeping";
import { type Rehearsed, recentSamples, rehearsedQuestions } from "@/lib/demo/servers/rehearsal";
import { createListener, type Route } from "@/lib/demo/servers/serve";
import { clockAt } from "@/lib/signal/clock";
import { minute, second, shift, toInstant } from "@/lib/signal/time";

const { start, frozen, port, token }: DemoStart = workerData;
const step = 10 * minute;
/** Between two questions of a rehearsal, ms: half of the thread is for those who really ask. */
const pause = 10;
/** Twice is enough for the compiler to see what is used. */
const rehearsals = 2;
const rest = 30 * second;
/** Worlds beside the rehearsed ones that keep what they computed: 20 to 40 MB each. */
const mostAtWork = 2;
const now = clockAt(frozen === null ? null : toInstant(frozen));

const keepOf = createKeeping(mostAtWork);
const environments = demoEnvironments.map((environment) => {
  const world = worldOf(environment, toInstant(start));
  const isFirst = environment.rehearsal !== null;
  return { ...environment, world, servers: backendsOf(world, now, isFirst ? keepAlways : keepOf(), isFirst) };
});
const upstreams = environments.flatMap(({ name, backends }) => backends.map((kind) => `${name}/${kind}`));
const board = createBoard(upstreams, token, () =>
  environments.flatMap(({ name, world, leads }) => leads(world, now()).map((lead) => ({ ...lead, environment: name }))),
);

const nobody: Route = { fault: null, answer: async () => new Response("404 page not found\n", { status: 404 }) };

/** `/<environment>/<kind>/…` */
function routeOf(path: string): { readonly route: Route; readonly rest: string } {
  const [, first = "", second = "", ...rest] = path.split("/");
  if (first === "-")
    return {
      route: { fault: null, answer: (request) => board.answer(request, [second, ...rest].join("/")) },
      rest: path,
    };
  const environment = environments.find(({ name }) => name === first);
  const kind = environment?.backends.find((each) => each === second);
  const answer = kind && environment?.servers[kind];
  const route = answer ? { fault: board.of(`${first}/${second}`), answer } : nobody;
  return { route, rest: `/${rest.join("/")}` };
}

const tell = (message: DemoMessage): void => parentPort?.postMessage(message);

type Environment = (typeof environments)[number];

/** Asks one question of itself, then lets others ask. */
async function rehearse({ servers, backends }: Environment, { kind, path }: Rehearsed): Promise<void> {
  if (!backends.includes(kind)) return;
  const answer = await servers[kind](new Request(`http://127.0.0.1${path}`));
  await answer.arrayBuffer();
  await wait(pause);
}

/** Ten minutes at a time, so that the first to ask waits for one such step at most. */
async function count({ world }: Environment): Promise<void> {
  for (let at = world.origin; at < now(); at = shift(at, step)) {
    world.count(at);
    await breath();
  }
}

/** Counting and rehearsing leave a hundred megabytes of garbage, which a thread that then rests would keep for good. */
setFlagsFromString("--expose-gc");
const tidy: () => void = runInNewContext("gc");

/** Counts all, for the first page asks all of them for alerts; rehearses what most visitors look at first. */
async function warmUp(): Promise<void> {
  const first = environments.filter(({ rehearsal }) => rehearsal !== null);
  for (const environment of [...first, ...environments.filter((each) => !first.includes(each))])
    await count(environment);
  tidy();
  for (const environment of first) {
    for (const each of recentSamples(now())) await rehearse(environment, each);
    for (let i = 0; i < rehearsals; i++)
      for (const each of rehearsedQuestions(environment, environment.world, now())) await rehearse(environment, each);
  }
  tidy();
  tell("rehearsed");
  // Time goes on, and with it the ten minutes that nobody has counted yet.
  for (;;) {
    await wait(rest, undefined, { ref: false });
    tidy();
    for (const environment of first)
      for (const each of recentSamples(now()).slice(0, 2)) await rehearse(environment, each);
  }
}

const server = createListener(routeOf);
server.on("error", (error) => tell({ ok: false, error: error.message }));
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  tell({ ok: true, port: typeof address === "object" && address !== null ? address.port : port });
  void warmUp();
});
