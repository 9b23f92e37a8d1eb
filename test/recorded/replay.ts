/**
 * Serves recorded exchanges over HTTP: the same method, path and query get the same status, content type and body as the
 * real server gave. What was not recorded is a 404 in the words of Go's router, and stands in `missed`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const exchange = z.object({
  note: z.string().optional(),
  request: z.object({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string()).default({}) }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown(),
    bodyBase64: z.string().optional(),
  }),
});
export type Recorded = z.infer<typeof exchange>;

export const recordedFolder = (version: string): URL => new URL(`./tempo/${version}/`, import.meta.url);

export const readRecorded = (version: string, name: string): Recorded =>
  exchange.parse(JSON.parse(readFileSync(new URL(`${name}.json`, recordedFolder(version)), "utf8")));

const namesOf = (version: string): string[] =>
  readdirSync(recordedFolder(version))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));

export const bodyText = ({ response: { body } }: Recorded): string =>
  typeof body === "string" ? body : body === undefined || body === null ? "" : JSON.stringify(body);

/** Two spellings of one query string are one request. */
function keyOf(method: string, path: string): string {
  const { pathname, searchParams } = new URL(path, "http://recorded");
  searchParams.sort();
  return `${method} ${pathname}?${searchParams}`;
}

export type Replay = {
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: readonly string[];
  /** What was asked and had not been recorded. */
  readonly missed: readonly string[];
  readonly close: () => Promise<void>;
};

/** `only` names the exchanges to serve: needed where the same request was recorded of two differently configured servers. */
export async function startReplay(version: string, only?: readonly string[]): Promise<Replay> {
  const plain = (name: string): boolean => readRecorded(version, name).note === undefined;
  const names = only ?? namesOf(version).filter(plain);
  const held = new Map(
    names.map((name) => {
      const recorded = readRecorded(version, name);
      return [keyOf(recorded.request.method, recorded.request.path), recorded] as const;
    }),
  );
  const asked: string[] = [];
  const missed: string[] = [];
  const server = createServer((request, response) => {
    const key = keyOf(request.method ?? "GET", request.url ?? "/");
    const recorded = held.get(key);
    asked.push(key);
    if (!recorded) {
      missed.push(key);
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("404 page not found\n");
      return;
    }
    response.writeHead(recorded.response.status, recorded.response.headers).end(bodyText(recorded));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    missed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
