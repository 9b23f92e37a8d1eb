/** The demo's Tempo over a world: its searches find what the world says, and nothing of the future is told. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { tempoServer } from "@/lib/demo/servers/tempo";
import { traceSourceOf } from "@/lib/demo/servers/tempo-traces";
import { createWorld } from "@/lib/demo/world";
import { storedTrace } from "@/lib/engine/traceql/from-otlp";
import { hour, minute, second, shift, toInstant } from "@/lib/signal/time";
import { worked } from "@/test/worked";

const zero = toInstant(1_795_240_800_000);
const world = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 3 * hour });
const now = shift(zero, 12 * minute);
const answer = tempoServer(world, () => now);

const get = (path: string, parameters: Readonly<Record<string, string | number>> = {}): Promise<Response> => {
  const query = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, `${value}`]));
  return answer(new Request(`http://tempo${path}?${query}`));
};
const seconds = (at: number): number => Math.floor(at / second);
const lastTenMinutes = { start: seconds(now) - 600, end: seconds(now) };

const searched = z.object({
  traces: z.array(
    z.object({
      traceID: z.string(),
      rootServiceName: z.string(),
      startTimeUnixNano: z.string(),
      spanSets: z.array(z.object({ matched: z.number() })).optional(),
    }),
  ),
  metrics: z.object({ completedJobs: z.number(), totalJobs: z.number() }),
});
const search = async (q: string, more: Readonly<Record<string, string | number>> = {}) =>
  searched.parse(await (await get("/api/search", { q, ...lastTenMinutes, ...more })).json());

describe("search", () => {
  test("finds every failed checkout of a window, newest first, and no other", async () => {
    const told = await search('{ rootName = "POST /checkout" && nestedSetParent < 0 && status = error }', {
      limit: 5_000,
    });
    const window = {
      from: toInstant(lastTenMinutes.start * second),
      to: toInstant(seconds(now - 30 * second) * second),
    };
    const failed = world
      .requests({ from: shift(window.from, -minute), to: shift(window.to, 1) })
      .filter(
        ({ failed: is, route, startMicros, endMicros }) =>
          is && route === "POST /checkout" && startMicros <= window.to * 1_000 && endMicros >= window.from * 1_000,
      )
      .filter(({ endMicros }) => endMicros <= now * 1_000)
      .map(({ traceId }) => traceId.replace(/^0+/, ""));
    expect(failed.length).toBeGreaterThan(50);
    expect(told.traces.map(({ traceID }) => traceID).sort()).toEqual(failed.sort());
    const starts = told.traces.map(({ startTimeUnixNano }) => BigInt(startTimeUnixNano));
    expect(starts).toEqual(starts.toSorted((a, b) => (a > b ? -1 : 1)));
  });

  test("the newest thirty seconds are not searched by Tempo 3, and are by Tempo 2", async () => {
    const newest = async (server: typeof answer): Promise<number> => {
      const query = new URLSearchParams({ q: "{}", start: `${seconds(now) - 60}`, end: `${seconds(now)}`, limit: "1" });
      const { traces } = searched.parse(await (await server(new Request(`http://t/api/search?${query}`))).json());
      return (now - Number(BigInt(traces[0]?.startTimeUnixNano ?? 0) / 1_000_000n)) / second;
    };
    expect(await newest(answer)).toBeGreaterThan(29);
    expect(await newest(tempoServer(world, () => now, { version: "2.10.8" }))).toBeLessThan(5);
  });

  test.each([
    [{ limit: 300_000 }, "limit 300000 exceeds max limit 262144"],
    [{ limit: -1 }, 'invalid limit: strconv.ParseUint: parsing "-1": invalid syntax'],
    [{ spss: 101 }, "spans per span set exceeds 100. received 101"],
    [{ start: 200, end: 100 }, "http parameter start must be before end. received start=200 end=100"],
    [{ q: "{ foo = }" }, "invalid TraceQL query: parse error at line 1, col 3: unknown identifier: foo"],
  ])("%o is refused in Tempo's words", async (parameters, message) => {
    const response = await get("/api/search", { q: "{}", ...parameters });
    expect([response.status, await response.text()]).toEqual([400, message]);
  });

  test("the older tags find the same traces, without spans", async () => {
    const response = await get("/api/search", {
      tags: "service.name=payment status=error",
      limit: 5,
      ...lastTenMinutes,
    });
    const { traces } = searched.parse(await response.json());
    expect(traces).toHaveLength(5);
    expect(traces[0]?.spanSets).toBeUndefined();
    const same = await search('{ resource.service.name = "payment" && status = error }', { limit: 5 });
    expect(traces.map(({ traceID }) => traceID)).toEqual(same.traces.map(({ traceID }) => traceID));
  });

  test("a search for what is not there ends at its bound, and says that not all was looked at", async () => {
    const { traces, metrics } = await search('{ name = "nothing" }', { start: seconds(now - 2 * hour) });
    expect(traces).toEqual([]);
    expect(metrics.completedJobs).toBeLessThan(metrics.totalJobs);
  });
});

describe("what is looked up late is what the trace says", () => {
  const source = traceSourceOf(world, () => now);
  test("span by span, key by key", () => {
    const window = { from: shift(zero, 4 * minute), to: shift(zero, 4 * minute + 5 * second) };
    let compared = 0;
    for (const lazy of source.traces(window)) {
      const request = world.request(lazy.id);
      const full = storedTrace(lazy.id, request ? world.traceOf(request) : []);
      expect(lazy.spans).toHaveLength(full.spans.length);
      for (const span of lazy.spans) {
        const { row } = span;
        const same = full.spans.find((each) => full.spanId(each.row) === lazy.spanId(row));
        const at = same?.row ?? -1;
        expect({ ...span, row: at, parent: 0 }).toEqual({ ...same, parent: 0 });
        expect(lazy.parentId(row)).toBe(full.parentId(at));
        const keys = [...full.keys(at).span];
        const resources = [...full.keys(at).resource];
        expect([...lazy.keys(row).span].sort()).toEqual(keys.toSorted());
        expect(keys.map((key) => lazy.attribute(row, key))).toEqual(keys.map((key) => full.attribute(at, key)));
        expect(resources.map((key) => lazy.resource(row, key))).toEqual(resources.map((key) => full.resource(at, key)));
        expect(lazy.events(row)).toEqual(full.events(at));
        compared += keys.length + resources.length;
      }
    }
    expect(compared).toBeGreaterThan(1_000);
  });
});

describe("by id", () => {
  const inFlight = world
    .requests({ from: shift(now, -25 * second), to: now })
    .find(({ failed, endMicros }) => failed && endMicros > now * 1_000);
  test("a trace in flight has what has ended, and no root yet", async () => {
    const traceId = inFlight?.traceId ?? "";
    const told = await (await get(`/api/v2/traces/${traceId}`)).text();
    expect(told).toContain("SPAN_KIND_");
    expect(told).not.toContain('"name":"POST /checkout"');
    const later = tempoServer(world, () => shift(now, minute));
    expect(await (await later(new Request(`http://t/api/v2/traces/${traceId}`))).text()).toContain("POST /checkout");
  });

  test("what has not begun or is older than two days is not found", async () => {
    const [coming] = world.requests({ from: shift(now, second), to: shift(now, 5 * second) });
    expect((await get(`/api/traces/${coming?.traceId}`)).status).toBe(404);
    const [past] = world.requests({ from: shift(zero, -hour), to: shift(zero, -hour + 5 * second) });
    const later = tempoServer(world, () => shift(zero, 48 * hour));
    expect((await get(`/api/traces/${past?.traceId}`)).status).toBe(200);
    expect((await later(new Request(`http://t/api/traces/${past?.traceId}`))).status).toBe(404);
  });
});

describe("tags", () => {
  test("names by scope, values with their types", async () => {
    const names = z.object({ scopes: z.array(z.object({ name: z.string(), tags: z.array(z.string()) })) });
    const { scopes } = names.parse(await (await get("/api/v2/search/tags")).json());
    expect(scopes.find(({ name }) => name === "resource")?.tags).toContain("service.name");
    expect(scopes.find(({ name }) => name === "event")?.tags).toContain("exception.type");
    const values = await (await get("/api/v2/search/tag/resource.service.name/values")).json();
    expect(values).toMatchObject({ tagValues: expect.arrayContaining([{ type: "string", value: "payment" }]) });
    const narrowed = await (
      await get("/api/v2/search/tag/status/values", { q: '{ resource.service.name = "payment" && status = error }' })
    ).json();
    expect(narrowed).toMatchObject({ tagValues: [{ type: "keyword", value: "error" }] });
    expect((await get("/api/v2/search/tag/service.name/values")).status).toBe(400);
    expect((await get("/api/search/tag/service.name/values")).status).toBe(200);
    expect((await get("/api/v2/search/tags", { scope: "bogus" })).status).toBe(400);
  });
});

describe("metrics", () => {
  const series = z.object({
    series: z.array(
      z.object({
        labels: z.array(z.object({ key: z.string() })),
        samples: z.array(z.object({ timestampMs: z.string(), value: z.number().optional() })).optional(),
        value: z.number().optional(),
      }),
    ),
  });
  test("counts over time are the world's spans, to the digit", async () => {
    const q = '{ name = "POST /checkout" && resource.service.name = "gateway" } | count_over_time()';
    const told = series.parse(
      await (await get("/api/metrics/query_range", { q, ...lastTenMinutes, step: "60s" })).json(),
    );
    const [first] = told.series;
    expect(first?.samples?.length).toBeGreaterThanOrEqual(9);
    for (const { timestampMs, value } of first?.samples ?? []) {
      const to = Number(timestampMs);
      const begun = world
        .requests({ from: toInstant(to - minute), to: toInstant(to + 1) })
        .filter(
          ({ route, startMicros }) =>
            route === "POST /checkout" && startMicros > (to - minute) * 1_000 && startMicros <= to * 1_000,
        );
      expect(value ?? 0).toBe(begun.filter(({ endMicros }) => endMicros <= now * 1_000).length);
    }
  });

  test("an instant query has one value a series; zero is left out", async () => {
    const q = "{ false } | rate()";
    const told = series.parse(await (await get("/api/metrics/query", { q, ...lastTenMinutes })).json());
    expect(told.series).toEqual([{ labels: [{ key: "__name__" }] }]);
  });

  test.each([
    [{ q: "{}" }, "not a metrics query"],
    [{ q: "{} | rate()", step: "1ms" }, /^step of 1ms is too small, minimum step for given range is /],
    [{ q: "{} | rate()", start: seconds(now - 25 * hour) }, /exceeds the maximum allowed duration of 24h0m0s$/],
    [{ q: "{} | rate()", start: seconds(now) - 20 }, "query window falls entirely within query_end_cutoff"],
    [{ q: "{} | rate(" }, "parse error at line 1, col 11: syntax error: unexpected $end, expecting )"],
  ])("%o is refused in Tempo's words", async (parameters, message) => {
    const response = await get("/api/metrics/query_range", { ...lastTenMinutes, ...parameters });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(message);
  });
});

test("the newest few cost a tenth of what everything costs", async () => {
  const cost = async (q: string, limit: number): Promise<number> => {
    const costs: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const began = worked();
      let runs = 0;
      // The clock of worked time ticks coarsely.
      for (; worked() - began < 40; runs += 1) await search(q, { limit });
      costs.push((worked() - began) / runs);
    }
    return Math.min(...costs);
  };
  const most = (await cost("{}", 100_000)) / 10;
  const versions = "| select(resource.service.version) with (most_recent=true)";
  expect(await cost(`{ resource.service.name =~ "payment|order" } ${versions}`, 50)).toBeLessThan(most);
  expect(await cost("{ status = error }", 20)).toBeLessThan(most);
});
