/** A consumer that takes a batch begins a trace of its own; it links to the spans that published what it takes. */
import { describe, expect, test } from "vitest";
import { shopDayEnvironment } from "@/lib/demo/scenarios/shop-day-environments";
import { quietEnvironment } from "@/lib/demo/scenarios/shop-environments";
import { jaegerServer } from "@/lib/demo/servers/jaeger";
import { tempoServer } from "@/lib/demo/servers/tempo";
import { createWorld } from "@/lib/demo/world";
import { hour, minute, second, shift, toInstant } from "@/lib/signal/time";
import { installed, linksIn } from "@/test/demo/looked-at";

const zero = toInstant(Date.UTC(2026, 10, 21, 14));
const { scenario, seed, sampling } = shopDayEnvironment;
const world = createWorld(scenario, [], { seed, zero, history: 10 * minute, sampling });
const window = { from: zero, to: shift(zero, 2 * minute) };
const batches = world.requests(window).filter(({ take }) => take.batch);
const [batch] = batches;
const spansOf = (traceId: string) => {
  const request = world.request(traceId);
  const groups = request ? world.traceOf(request) : [];
  return groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
};
const linksOf = (traceId: string) => spansOf(traceId).flatMap(({ links = [] }) => links);

describe("a batch", () => {
  test("comes by the clock, is kept, and found by its id", () => {
    const seconds = batches.map(({ startMicros }) => Math.floor((startMicros / 1_000 - zero) / second));
    expect(seconds).toEqual([0, 20, 40, 60, 80, 100]);
    expect(batches.every(world.isTraceKept)).toBe(true);
    expect(batches.map(({ traceId }) => world.request(traceId)?.startMicros)).toEqual(
      batches.map(({ startMicros }) => startMicros),
    );
  });

  test("every message is in one, whether its trace is kept or not", () => {
    const sent = world
      .requests({ from: shift(zero, -10 * second), to: shift(zero, 100 * second) })
      .flatMap(({ traceId }) => spansOf(traceId).filter(({ name }) => name === "orders publish"))
      .filter(({ kind, endTimeUnixNano }) => {
        const ended = Number(endTimeUnixNano) / 1e6;
        return kind === 4 && ended >= zero && ended < shift(zero, 100 * second);
      });
    const taken = batches.slice(1).flatMap((each) => each.taken().map(({ request }) => request.traceId));
    expect(taken.length).toBeGreaterThan(100);
    expect(taken.toSorted()).toEqual(sent.map(({ traceId }) => traceId).sort());
  });

  test("links to the publishing spans of those that are kept, and counts all", () => {
    for (const { traceId, taken } of batches) {
      const links = linksOf(traceId);
      const kept = taken().filter(({ request }) => world.isTraceKept(request));
      expect(links.map((link) => link.traceId)).toEqual(kept.map(({ request }) => request.traceId));
      for (const link of links)
        expect(spansOf(link.traceId).find(({ spanId }) => spanId === link.spanId)?.name).toBe("orders publish");
      expect(JSON.stringify(spansOf(traceId)[0]?.attributes)).toContain(
        `{"key":"messaging.batch.message_count","value":{"intValue":"${taken().length}"}}`,
      );
    }
    expect(linksOf(batch?.traceId ?? "").length).toBeGreaterThan(1);
  });
});

const now = shift(zero, 5 * minute);
const body = async (server: (request: Request) => Promise<Response>, path: string) =>
  JSON.stringify(await (await server(new Request(`http://backend${path}`))).json());

test("Jaeger tells the links as references that follow from, and as OTLP", async () => {
  const jaeger = jaegerServer(world, () => now);
  const [link] = linksOf(batch?.traceId ?? "");
  expect(await body(jaeger, `/api/traces/${batch?.traceId}`)).toContain(
    `"references":[{"refType":"FOLLOWS_FROM","traceID":"${link?.traceId}","spanID":"${link?.spanId}"}`,
  );
  expect(await body(jaeger, `/api/v3/traces/${batch?.traceId}`)).toContain(
    `"links":[{"traceId":"${link?.traceId}","spanId":"${link?.spanId}","attributes":[{"key":"opentracing.ref_type"`,
  );
});

test("Tempo finds the batch by whose trace it links to", async () => {
  const [link] = linksOf(batch?.traceId ?? "");
  const query = new URLSearchParams({
    q: `{ link:traceID = "${link?.traceId}" }`,
    start: `${shift(zero, -minute) / second}`,
    end: `${now / second}`,
  });
  const told = await body(
    tempoServer(world, () => now),
    `/api/search?${query}`,
  );
  expect([...told.matchAll(/"traceID":"([0-9a-f]+)"/g)].map(([, id]) => id?.padStart(32, "0"))).toEqual([
    batch?.traceId,
  ]);
});

test("of a checkout whose order is counted, Tempo is asked who links to it; each trace names the other", {
  timeout: 60_000,
}, async () => {
  const at = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
  const calm = await installed({ ...quietEnvironment, history: 2 * hour }, at);
  try {
    const told = quietEnvironment.leads(calm.world, at).find(({ title }) => title.startsWith("A checkout"));
    const there = await calm.look(told?.text ?? "");
    const asked = there.questions.filter(({ purpose }) => purpose.kind === "trace-links");
    expect(asked.map(({ text }) => text)).toEqual([`{ link:traceID = "${told?.text}" } with (most_recent=true)`]);
    expect(there.sentences[0]).toMatch(/^None of the \d+ series judged changed/);
    expect(linksIn(there)).toMatchObject([{ words: "continues in", where: "analytics orders process" }]);
    const back = await calm.look(linksIn(there)[0]?.traceIds[0] ?? "");
    expect(linksIn(back)).toMatchObject([{ words: "came from", traceIds: expect.arrayContaining([told?.text]) }]);
  } finally {
    await calm.stop();
  }
});
