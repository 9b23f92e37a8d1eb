/** A varied incident behind the embedded backends, looked at as a reader would: pasted, the real planner and clients. */
import { once } from "node:events";
import { toSetting } from "@/lib/config/derive";
import { configSchema } from "@/lib/config/schema";
import type { DemoEnvironment } from "@/lib/demo/environment";
import type { Request as Served } from "@/lib/demo/request";
import { backendsOf } from "@/lib/demo/servers/backends";
import { keepAlways } from "@/lib/demo/servers/keeping";
import { createListener } from "@/lib/demo/servers/serve";
import { createWorld, type World } from "@/lib/demo/world";
import type { Explanation } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import type { EnvironmentSetting, UpstreamKind } from "@/lib/setting";
import { clockFrom } from "@/lib/signal/clock";
import { type Instant, minute, second, shift } from "@/lib/signal/time";
import type { Varied } from "@/test/incidents/varied";
import { type Investigated, lookedAt } from "@/test/worlds/investigated";

export type Lived = {
  readonly world: World;
  /** Where its backends listen: `<url>/loki`. */
  readonly url: string;
  readonly look: (text: string, now: Instant) => Promise<Investigated>;
  readonly close: () => Promise<void>;
};

/** Listens until it is closed; it may be looked at more than once, at later and later instants. */
export async function lived({ environment: demo, zero, missing }: Varied): Promise<Lived> {
  const { scenario, incidents, seed, history, sampling, backends } = demo;
  const world = createWorld(scenario, incidents, { seed, zero, history, sampling });
  let now = zero;
  const servers = backendsOf(world, () => now, keepAlways, false);
  const down = async (): Promise<Response> => new Response("no healthy upstream\n", { status: 503 });
  const listener = createListener((path) => {
    const [, name = "", rest = ""] = /^\/(\w+)(\/.*)?$/.exec(path) ?? [];
    const kind = backends.find((each) => each === name);
    return { route: { fault: null, answer: kind === undefined || kind === missing ? down : servers[kind] }, rest };
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const urls = Object.fromEntries(backends.map((kind): [UpstreamKind, string] => [kind, `${url}/${kind}`]));
  const own = settingOf(demo);
  return {
    world,
    url,
    look: (text, at) => {
      now = at;
      return lookedAt(text, own, urls, clockFrom(at));
    },
    close: async () => {
      listener.closeAllConnections();
      listener.close();
      await once(listener, "close");
    },
  };
}

/** As its file says it, to the last line of it. */
export function settingOf({ name, backends, settings }: DemoEnvironment): EnvironmentSetting {
  const upstreams = backends.map((kind) => ({ kind, url: "http://127.0.0.1" }));
  const [own] = toSetting(configSchema.parse({ environments: { [name]: { upstreams, ...settings } } })).environments;
  if (!own) throw new Error(`${name} is no environment`);
  return own;
}

export const sentencesOf = ({ findings }: Explanation): string[] => findings.map(({ sentence }) => textOf(sentence));

/** Kept, well, and over for a while: what nobody complains about. */
export function healthyBefore(world: World, by: Instant): Served | undefined {
  const to = shift(by, -90 * second);
  return world
    .finished({ from: shift(to, -4 * minute), to })
    .filter((request) => !request.failed && world.isTraceKept(request))
    .at(-1);
}

/** All clear, or how little is known: said of ordinary windows, too. */
const ordinary: ReadonlySet<string> = new Set([
  "all-quiet",
  "truncated-trace",
  "lines-without-trace",
  "differing-traces",
]);
export const alarming = ({ findings }: Explanation): Explanation["findings"] =>
  findings.filter(({ kind }) => !ordinary.has(kind));
