/** Node's HTTP on one side, web requests and answers on the other; what is wrong with an answer is played here. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { answerOf, type UpstreamFault } from "@/lib/demo/faults";
import { createTurns, type Turns } from "@/lib/demo/servers/turns";

export type Route = {
  readonly fault: UpstreamFault | null;
  readonly answer: (request: Request) => Promise<Response>;
};

/** More than any query; a body beyond it ends the connection. */
const largestBody = 2_000_000;

async function bodyOf(message: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  if (message.method === "GET" || message.method === "HEAD") return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > largestBody) return null;
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers))
    for (const each of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, each);
  return headers;
}

/** `path` begins with a slash, query included. */
async function requestOf(message: IncomingMessage, path: string, signal: AbortSignal): Promise<Request> {
  const body = await bodyOf(message);
  const init = { method: message.method ?? "GET", headers: headersOf(message), signal };
  return new Request(`http://127.0.0.1${path}`, body === null ? init : { ...init, body });
}

async function send(response: ServerResponse, answer: Response, cut: boolean): Promise<void> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader("content-length", bytes.length);
  if (!cut) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

async function play(
  message: IncomingMessage,
  response: ServerResponse,
  { fault, answer }: Route,
  path: string,
  turns: Turns,
): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  if (fault?.kind === "reset") {
    message.socket.resetAndDestroy();
    return;
  }
  // Until whoever asked has left.
  if (fault?.kind === "hang") return;
  if (fault?.kind === "latency") await wait(fault.ms, undefined, { signal: left.signal });
  const instead = fault && answerOf(fault);
  const request = instead ?? (await requestOf(message, path, left.signal));
  const told = request instanceof Response ? request : await turns(kindOf(message), left.signal, () => answer(request));
  if (told) await send(response, told, fault?.kind === "cut");
}

/** Who is asked for what, whichever trace or label it is about. */
const kindOf = ({ url = "/" }: IncomingMessage): string =>
  url.replace(/\?.*$/s, "").replaceAll(/[0-9a-f]{16,}|(?<=label\/)[^/]+/gi, "_");

/** `routeOf` takes the whole path without query and says who answers, and which part of it is for them. */
export function createListener(routeOf: (path: string) => { readonly route: Route; readonly rest: string }): Server {
  const turns = createTurns();
  const server = createServer((message, response) => {
    const [path = "/", query] = (message.url ?? "/").split(/\?(.*)/s);
    const { route, rest } = routeOf(path);
    play(message, response, route, query === undefined ? rest : `${rest}?${query}`, turns).catch((cause: unknown) => {
      if (response.destroyed) return;
      response.statusCode = 500;
      response.end(`the demo failed: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
    });
  });
  // Pooled connections of the console live longer than Node's five seconds; a reset between two calls is no fault we meant.
  server.keepAliveTimeout = 120_000;
  return server;
}
