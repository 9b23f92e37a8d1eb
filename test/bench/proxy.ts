/** Stands before an upstream: adds a delay to each call, and counts them. */
import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";

export type Proxies = {
  /** The configuration with every URL replaced by that of its proxy. */
  readonly config: string;
  /** Calls since the start, of all upstreams. */
  readonly calls: () => number;
  readonly setDelay: (ms: number) => void;
  readonly close: () => Promise<void>;
};

type Proxy = { readonly url: string; readonly close: () => Promise<void> };

async function startProxy(target: string, onCall: () => number): Promise<Proxy> {
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
  const server = createServer((request, response) => {
    setTimeout(() => hand(request, response), onCall());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
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
