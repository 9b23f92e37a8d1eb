/** The demo's Jaeger where the real one is not at hand; test/stack/jaeger.contract.ts holds the two together. */
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { jaegerServer } from "@/lib/demo/servers/jaeger";
import { createWorld } from "@/lib/demo/world";
import { hour, minute, second, shift, toInstant } from "@/lib/signal/time";
import type { Trace, TraceDetails } from "@/lib/signal/trace";
import { answerOf, askOnce, upstreamAt } from "@/test/upstream/fixtures";

const zero = toInstant(1_795_240_800_000);
const world = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 2 * hour });
const now = shift(zero, 12 * minute);
const answer = jaegerServer(world, () => now);
const get = (path: string): Promise<Response> => answer(new Request(`http://jaeger${path}`));
const failed = world
  .finished({ from: shift(zero, minute), to: shift(zero, 3 * minute) })
  .find((request) => request.failed && request.route === "POST /checkout");

/** The console's reading of it, with the older API alone where `without` is v3. */
async function read(without: string): Promise<{ readonly trace: Trace; readonly details: TraceDetails }> {
  const server = createServer((message, response) => {
    const isHidden = without !== "" && message.url?.startsWith(without);
    get(isHidden ? "/nothing" : (message.url ?? "/")).then(async (given) => {
      response.writeHead(given.status, Object.fromEntries(given.headers));
      response.end(Buffer.from(await given.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  try {
    const call = { api: "jaeger-trace", traceId: failed?.traceId ?? "" } as const;
    return answerOf(await askOnce(upstreamAt("jaeger", url), call, { window: null }), "trace");
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("the console reads the same trace from both APIs", async () => {
  const [third, older] = [await read(""), await read("/api/v3")];
  expect(older.trace.spanId).toEqual(third.trace.spanId);
  expect(Array.from(older.trace.duration)).toEqual(Array.from(third.trace.duration));
  expect(older.details.statusMessages).toEqual(third.details.statusMessages);
  expect(third.trace.spanId).toHaveLength(failed?.take.spans.length ?? 0);
});

test("a trace is known by what has ended until now", async () => {
  const [coming] = world.requests({ from: shift(now, second), to: shift(now, 3 * second) });
  expect((await get(`/api/traces/${coming?.traceId}`)).status).toBe(404);
});

test("the newest that fail are found, also where few do", async () => {
  const tags = encodeURIComponent('{"error":"true"}');
  const body = await (await get(`/api/traces?service=payment&operation=tls.handshake&tags=${tags}&limit=3`)).text();
  expect(body.match(/"operationName":"tls.handshake"/g)).toHaveLength(3);
});

test("a search that ends at its bound says so", async () => {
  const body = await (await get("/api/traces?service=gateway&operation=nothing")).json();
  expect(body).toMatchObject({ data: [], errors: [{ msg: expect.stringContaining("only the newest") }] });
});

test("what it does not know is the page of Jaeger", async () => {
  const response = await get("/api/nothing");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
});
