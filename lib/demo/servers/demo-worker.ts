/** The demo's own thread: all worlds, all their backends, behind one loopback listener. */
import { setImmediate as breath } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { backendsOf } from "@/lib/demo/servers/backends";
import { createBoard, type DemoStart, type DemoStarted } from "@/lib/demo/servers/control";
import { demoEnvironments, worldOf } from "@/lib/demo/servers/environments";
import { leadsOf } from "@/lib/demo/servers/leads";
import { createListener, type Route } from "@/lib/demo/servers/serve";
import { clockAt } from "@/lib/signal/clock";
import { minute, shift, toInstant } from "@/lib/signal/time";

const { start, frozen, port, token }: DemoStart = workerData;
const step = 10 * minute;
const now = clockAt(frozen === null ? null : toInstant(frozen));

const environments = demoEnvironments.map((environment) => {
  const world = worldOf(environment, toInstant(start));
  return { ...environment, world, servers: backendsOf(world, now) };
});
const upstreams = environments.flatMap(({ name, backends }) => backends.map((kind) => `${name}/${kind}`));
const board = createBoard(upstreams, token, () =>
  environments.flatMap(({ name, world }) => leadsOf(name, world, now())),
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

/** Counts two days ten minutes at a time, so that the first to ask waits for one such step at most. */
async function warmUp(): Promise<void> {
  for (const { world } of environments)
    for (let at = world.origin; at < now(); at = shift(at, step)) {
      world.count(at);
      await breath();
    }
}

const tell = (message: DemoStarted): void => parentPort?.postMessage(message);
const server = createListener(routeOf);
server.on("error", (error) => tell({ ok: false, error: error.message }));
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  tell({ ok: true, port: typeof address === "object" && address !== null ? address.port : port });
  void warmUp();
});
