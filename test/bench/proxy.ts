/** Stands before an upstream: adds a delay to each call, and counts them. */
import { Agent, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { type Loopback, listen } from "@/test/bench/loopback";

export type Proxies = {
  /** The configuration with every URL replaced by that of its proxy. */
  readonly config: string;
  /** Calls since the start, of all upstreams. */
  readonly calls: () => number;
  readonly setDelay: (ms: number) => void;
  readonly close: () => Promise<void>;
};

async function startProxy(target: string, onCall: () => number): Promise<Loopback> {
  const agent = new Agent({ keepAlive: true });
  const hand = (request: IncomingMessage, response: ServerResponse): void => {
    const { method, headers, url } = request;
    const asked = forward(`${target}${url}`, { method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on("error", () => response.destroy());
    response.on("close", () => asked.destroy());
    request.pipe(asked);
  };
  const { url, close } = await listen((request, response) => {
    setTimeout(() => hand(request, response), onCall());
  });
  return {
    url,
    close: async () => {
      agent.destroy();
      await close();
    },
  };
}

/** One proxy an upstream of `config`. */
export async function startProxies(config: string, delayMs: number): Promise<Proxies> {
  let delay = delayMs;
  let calls = 0;
  const onCall = (): number => {
    calls += 1;
    return delay;
  };
  const targets = [...new Set([...config.matchAll(/\burl: "([^"]+)"/g)].map(([, url = ""]) => url))];
  const proxies = await Promise.all(targets.map((target) => startProxy(target, onCall)));
  return {
    config: targets.reduce((text, target, index) => text.replaceAll(target, proxies[index]?.url ?? target), config),
    calls: () => calls,
    setDelay: (ms) => {
      delay = ms;
    },
    close: async () => {
      await Promise.all(proxies.map(({ close }) => close()));
    },
  };
}
