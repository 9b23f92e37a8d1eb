import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentOf, exchange, userAgent } from "@/lib/upstream/http";
import type { WireRequest } from "@/lib/upstream/reply";
import packageJson from "@/package.json";
import { answering } from "@/test/upstream/answering";
import { upstreamAt } from "@/test/upstream/fixtures";
import { emptyMatrix, type Misbehaving, startMisbehaving } from "@/test/upstream/misbehaving";

let server: Misbehaving;
beforeAll(async () => {
  server = await startMisbehaving();
});
afterAll(() => server.close());

const get: WireRequest = { method: "GET", path: "/api", parameters: [["query", 'up{a="b"}']] };
const never = new AbortController().signal;
const requestsTo = (fault: string): number => server.requests.filter((line) => line.includes(`/${fault}/`)).length;

describe("asks again only where it helps", () => {
  test.each([
    ["reset-once", 2],
    ["502-html-once", 2],
    ["503-retry-soon", 2],
  ] as const)("%s: asked twice, then answered", async (fault, attempts) => {
    const { reply, cost } = await exchange(upstreamAt("prometheus", server.url(fault)), get, never);
    expect(reply.ok).toBe(true);
    expect(cost.attempts).toBe(attempts);
  });
  test.each([
    "503-retry-late",
    "503-own-words",
    "503-query-timeout",
    "504-loki",
    "429",
    "422",
    "404",
    "403",
    "500-text",
    "reset-half-way",
  ] as const)("%s: asked once", async (fault) => {
    const { reply, cost } = await exchange(upstreamAt("prometheus", server.url(fault)), get, never);
    expect(reply.ok).toBe(false);
    expect(cost.attempts).toBe(1);
    expect(requestsTo(fault)).toBe(1);
  });
  test("never more than twice", async () => {
    await exchange(upstreamAt("prometheus", server.url("502-html")), get, never);
    expect(requestsTo("502-html")).toBe(2);
  });
  test("a pause is cut by the deadline, and the first refusal stands", async () => {
    const config = upstreamAt("prometheus", server.url("503-retry-always"), { timeoutMs: 200 });
    const { reply, cost } = await exchange(config, get, never);
    expect(reply).toMatchObject({ cause: "unavailable", retryAfter: 1_000 });
    expect(cost.attempts).toBe(1);
  });
});

describe("who leaves, stops the work", () => {
  test.each(["hang", "slow-drip"] as const)("%s: cancelled at once, down to the socket", async (fault) => {
    const leaving = new AbortController();
    const before = server.abandoned();
    const asking = exchange(upstreamAt("prometheus", server.url(fault)), get, leaving.signal);
    await pause(60);
    leaving.abort();
    const { reply } = await asking;
    expect(reply).toMatchObject({ ok: false, cause: "cancelled" });
    await expect.poll(() => server.abandoned()).toBeGreaterThan(before);
  });
  test("a signal that was aborted before costs no request", async () => {
    const { reply } = await exchange(upstreamAt("prometheus", server.url("401")), get, AbortSignal.abort());
    expect(reply).toMatchObject({ cause: "cancelled" });
    expect(requestsTo("401")).toBe(0);
  });
});

test("50 MB and a gzip bomb are stopped at the limit of decoded bytes, and the sender notices", async () => {
  for (const fault of ["50-mb", "gzip-bomb"] as const) {
    const before = server.abandoned();
    const { reply, cost } = await exchange(upstreamAt("loki", server.url(fault), { maxBytes: 3_000_000 }), get, never);
    expect(reply).toMatchObject({ cause: "too-large" });
    expect(cost.bytes).toBeLessThanOrEqual(3_000_000);
    await expect.poll(() => server.abandoned()).toBeGreaterThan(before);
  }
});

test("the receipt tells request, times, bytes and status, and holds no host and no credential", async () => {
  const config = upstreamAt("prometheus", `${server.url("fine")}/prefix`, {
    headers: { authorization: "Bearer s3cret-token" },
  });
  const { cost } = await exchange(config, get, never);
  expect(cost).toMatchObject({
    request: "GET /fine/prefix/api?query=up%7Ba%3D%22b%22%7D",
    status: 200,
    attempts: 1,
    bytes: JSON.stringify(emptyMatrix).length,
  });
  expect(cost.firstByte).toBeGreaterThanOrEqual(cost.sent);
  expect(cost.lastByte).toBeGreaterThanOrEqual(cost.firstByte ?? Number.POSITIVE_INFINITY);
  expect(JSON.stringify(cost)).not.toMatch(/s3cret|127\.0\.0\.1/);
  expect(server.lastHeaders().authorization).toBe("Bearer s3cret-token");
});

test("headers: tenants joined, compression, our name", async () => {
  await exchange(upstreamAt("tempo", server.url("fine"), { tenants: ["a", "b"] }), get, never);
  expect(server.lastHeaders()).toMatchObject({
    "x-scope-orgid": "a|b",
    "accept-encoding": "gzip",
    "user-agent": userAgent,
  });
  expect(userAgent).toBe(`throughline/${packageJson.version}`);
});

test("a redirect is not followed, and its query is not shown", async () => {
  const { reply } = await exchange(upstreamAt("prometheus", server.url("redirect")), get, never);
  expect(reply).toMatchObject({ cause: "redirect", said: "login.example/oauth" });
});

test("gzip is decoded, and bytes are counted decoded", async () => {
  const { gzipSync } = await import("node:zlib");
  const { createServer } = await import("node:http");
  const zipped = createServer((_, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("y".repeat(5_000))),
  );
  await new Promise<void>((resolve) => zipped.listen(0, "127.0.0.1", resolve));
  const address = zipped.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { reply, cost } = await exchange(upstreamAt("loki", `http://127.0.0.1:${port}`), get, never);
  expect(reply.ok && Buffer.from(reply.value.bytes).toString()).toBe("y".repeat(5_000));
  expect(cost.bytes).toBe(5_000);
  zipped.closeAllConnections();
  zipped.close();
});

test("one pool an upstream, however often it is asked for; connections are kept alive", async () => {
  const config = upstreamAt("prometheus", "http://127.0.0.1:1");
  expect(agentOf(config)).toBe(agentOf({ ...config }));
  expect(agentOf({ ...config, url: "http://127.0.0.1:2" })).not.toBe(agentOf(config));
  await answering({ "/api": { body: {} } }, async ({ url, asked }) => {
    const again = upstreamAt("prometheus", url);
    await exchange(again, get, never);
    await exchange(again, get, never);
    expect(asked.map(({ headers }) => headers.connection)).toEqual(["keep-alive", "keep-alive"]);
  });
});
