import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";
import { createHealth } from "@/lib/upstream/health";
import { answering } from "@/test/upstream/answering";
import { askOnce, gapIn, linesCall, now, questionOf, rangeCall, upstreamAt } from "@/test/upstream/fixtures";
import { emptyMatrix, type Misbehaving, startMisbehaving } from "@/test/upstream/misbehaving";

let server: Misbehaving;
beforeAll(async () => {
  server = await startMisbehaving();
});
afterAll(() => server.close());
const never = new AbortController().signal;

describe("an overloaded upstream", () => {
  test("is spared after two overload answers, and the gap says until when", async () => {
    const config = upstreamAt("loki", server.url("429"));
    const asker = createAsk([config], () => now);
    const ask = () => asker.ask(questionOf(config.id, linesCall), never, createBudget());
    expect(gapIn(await ask()).reason).toBe("rate-limited");
    expect(asker.state()[0]?.sparedUntil).toBeNull();
    expect(gapIn(await ask()).reason).toBe("rate-limited");
    const before = server.requests.length;
    const evidence = await ask();
    expect(gapIn(evidence)).toMatchObject({
      reason: "spared",
      text: expect.stringMatching(/spared until 06:00:(29|30)Z \((29|30) s\): it was overloaded twice/),
    });
    expect(server.requests.length).toBe(before);
    expect(evidence.receipt).toMatchObject({ attempts: 0, bytes: 0, status: null, firstByte: null });
    expect(asker.state()[0]).toMatchObject({
      id: config.id,
      sparedUntil: expect.any(Number),
      lastError: { gap: { reason: "rate-limited" } },
    });
  });

  test("is spared for every caller in the process", async () => {
    const config = upstreamAt("loki", server.url("429"));
    const ask = () => createAsk([config], () => now).ask(questionOf(config.id, linesCall), never, createBudget());
    await ask();
    await ask();
    expect(gapIn(await ask()).reason).toBe("spared");
  });

  test("a refused query and an unknown path are no overload", async () => {
    const config = upstreamAt("loki", server.url("loki-too-wide"));
    const asker = createAsk([config], () => now);
    for (let times = 0; times < 3; times += 1)
      expect(gapIn(await asker.ask(questionOf(config.id, linesCall), never, createBudget())).reason).toBe(
        "query-rejected",
      );
    expect(asker.state()[0]?.lastError).toBeNull();
  });
});

describe("the memory of overload", () => {
  const clocked = () => {
    let at = 0;
    const health = createHealth(1, () => at);
    return { health, pass: (ms: number) => (at += ms) };
  };
  test("two within a minute spare for 30 s; two further apart do not", () => {
    const { health, pass } = clocked();
    health.observe("timeout");
    pass(61_000);
    health.observe("unavailable");
    expect(health.sparedFor()).toBe(0);
    pass(59_000);
    health.observe("query-timeout");
    expect(health.sparedFor()).toBe(30_000);
    pass(30_000);
    expect(health.sparedFor()).toBe(0);
    health.observe("rate-limited");
    expect(health.sparedFor()).toBe(0);
  });
  test("who waits in line is told at once; who is called off leaves it", async () => {
    const { health } = clocked();
    const first = await health.enter(never);
    const leaving = new AbortController();
    const [second, third] = [health.enter(never), health.enter(leaving.signal)];
    leaving.abort();
    expect(await third).toEqual({ kind: "cancelled" });
    health.observe("timeout");
    health.observe("timeout");
    expect(await second).toEqual({ kind: "spared", remaining: 30_000 });
    if (first.kind === "go") first.leave();
    expect([health.running(), health.queued()]).toEqual([0, 0]);
  });
  test("a place left twice is one place", async () => {
    const { health } = clocked();
    const first = await health.enter(never);
    if (first.kind === "go") {
      first.leave();
      first.leave();
    }
    expect(health.running()).toBe(0);
  });
});

test("no more calls at once than configured, and all are answered in their order", async () => {
  let running = 0;
  let most = 0;
  const { createServer } = await import("node:http");
  const counting = createServer(async (_, response) => {
    running += 1;
    most = Math.max(most, running);
    await pause(15);
    running -= 1;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(emptyMatrix));
  });
  await new Promise<void>((resolve) => counting.listen(0, "127.0.0.1", resolve));
  const address = counting.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const config = upstreamAt("prometheus", `http://127.0.0.1:${port}`, { concurrency: 3 });
  const asker = createAsk([config], () => now);
  const budget = createBudget();
  const all = await Promise.all(
    Array.from({ length: 12 }, () => asker.ask(questionOf(config.id, rangeCall), never, budget)),
  );
  expect(all.map((evidence) => gapIn(evidence).reason)).toEqual(Array.from({ length: 12 }, () => "none-in-window"));
  expect(most).toBe(3);
  counting.closeAllConnections();
  counting.close();
});

test("an investigation asks an upstream as often as it may, then hears why not", async () => {
  const config = upstreamAt("prometheus", server.url("fine"), { maxQuestions: 2 });
  const asker = createAsk([config], () => now);
  const budget = createBudget();
  const ask = () => asker.ask(questionOf(config.id, rangeCall), never, budget);
  expect([gapIn(await ask()).reason, gapIn(await ask()).reason, gapIn(await ask()).reason]).toEqual([
    "none-in-window",
    "none-in-window",
    "over-budget",
  ]);
  expect(gapIn(await asker.ask(questionOf(config.id, rangeCall), never, createBudget())).reason).toBe("none-in-window");
});

test("an unknown upstream and a call of another kind are gaps of configuration", async () => {
  const asker = createAsk([], () => now);
  const evidence = await asker.ask(questionOf("shop/nowhere", linesCall), never, createBudget());
  expect(gapIn(evidence)).toMatchObject({ reason: "not-configured", text: "There is no upstream shop/nowhere." });
  expect(evidence.receipt.kind).toBe("loki");
  expect(gapIn(await askOnce(upstreamAt("tempo", server.url("fine")), rangeCall)).reason).toBe("not-configured");
});

test("a cancelled question is a gap that says so", async () => {
  const leaving = new AbortController();
  const asking = askOnce(upstreamAt("prometheus", server.url("hang")), rangeCall, { signal: leaving.signal });
  setTimeout(() => leaving.abort(), 30);
  expect(gapIn(await asking).reason).toBe("cancelled");
});

test("the receipt of a found answer counts rows and bytes and shows the request", async () => {
  const matrix = {
    status: "success",
    data: { resultType: "vector", result: [{ metric: {}, value: [1_795_240_000, "1"] }] },
  };
  await answering({ "/prom/api/v1/query": { body: matrix } }, async ({ url }) => {
    const config = upstreamAt("prometheus", `${url}/prom`);
    const { receipt } = await askOnce(config, { api: "prometheus-instant", query: "up", at: now });
    expect(receipt).toMatchObject({
      upstream: config.id,
      kind: "prometheus",
      rows: 1,
      status: 200,
      attempts: 1,
      bytes: JSON.stringify(matrix).length,
    });
    expect(receipt.request).toBe("POST /prom/api/v1/query?query=up&time=1795240800&timeout=2700ms");
  });
});
