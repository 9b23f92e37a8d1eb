import { describe, expect, test } from "vitest";
import { z } from "zod";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { lokiServer } from "@/lib/demo/servers/loki";
import { detectedLevel, withServiceName } from "@/lib/demo/servers/loki-ingest";
import { createLokiStorage } from "@/lib/demo/servers/loki-storage";
import { createWorld } from "@/lib/demo/world";
import { hour, minute, second, shift, toInstant, toUnixNanos } from "@/lib/signal/time";

const zero = toInstant(Date.parse("2026-11-21T12:00:00Z"));
const now = shift(zero, 5 * minute);
const world = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 4 * hour });
const server = lokiServer(world, () => now);
const recent = { start: toUnixNanos(shift(now, -3 * minute)), end: toUnixNanos(now) };

async function ask(path: string, parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await server(
    new Request(`http://loki/loki/api/v1/${path}?${new URLSearchParams(parameters)}`, { headers }),
  );
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}
const streams = z.object({
  data: z.object({
    result: z.array(z.object({ stream: z.record(z.string(), z.string()), values: z.array(z.array(z.unknown())) })),
  }),
});
const apart = { "x-loki-response-encoding-flags": "categorize-labels" };

describe("lines", () => {
  test("are all those of the world, and none later than now", async () => {
    const window = { from: shift(now, -20 * second), to: shift(now, 1) };
    const told = world.lines(window);
    const { body } = await ask("query_range", {
      query: '{service_name=~".+"}',
      start: toUnixNanos(window.from),
      end: toUnixNanos(shift(now, minute)),
      limit: "5000",
    });
    const got = streams.parse(JSON.parse(body)).data.result.flatMap(({ values }) => values);
    expect(got.length).toBeGreaterThan(100);
    expect(got.map(([at, text]) => `${at} ${text}`).sort()).toEqual(
      told.map(({ nanos, text }) => `${nanos} ${text}`).sort(),
    );
  });

  test("of a trace are found by its id, in the text and beside it, without the rest being written", async () => {
    const request = world
      .requests({ from: shift(zero, minute), to: shift(zero, 2 * minute) })
      .find(({ failed }) => failed);
    if (!request) throw new Error("nothing failed");
    const own = world.linesOf(request);
    const day = { start: toUnixNanos(shift(now, -3 * hour)), end: toUnixNanos(now), limit: "1000" };
    const inText = await ask("query_range", { query: `{service_name=~".+"} |= "${request.traceId}"`, ...day }, apart);
    const beside = await ask(
      "query_range",
      { query: `{service_name=~".+"} | trace_id="${request.traceId}"`, ...day },
      apart,
    );
    const count = ({ body }: { body: string }): number =>
      streams.parse(JSON.parse(body)).data.result.reduce((sum, { values }) => sum + values.length, 0);
    expect(count(inText)).toBe(own.filter(({ text }) => text.includes(request.traceId)).length);
    expect(count(beside)).toBe(own.filter(({ metadata }) => metadata.trace_id !== undefined).length);
    expect(count(inText) + count(beside)).toBe(own.length);
  });

  test("older than 48 hours are not there, nor are those of a range without any", async () => {
    const { status, body } = await ask("query_range", {
      query: '{service_name=~".+"}',
      start: toUnixNanos(shift(now, -72 * hour)),
      end: toUnixNanos(shift(now, -49 * hour)),
    });
    expect(status).toBe(200);
    expect(streams.parse(JSON.parse(body)).data.result).toEqual([]);
  });
});

test("counts by level are those of the lines, whether a minute was written or only counted", async () => {
  const from = shift(toInstant(Math.floor(now / minute) * minute), -2 * minute);
  const { body } = await ask("query_range", {
    query: 'sum by (detected_level) (count_over_time({service_name=~".+"}[1m]))',
    start: toUnixNanos(from),
    end: toUnixNanos(from),
    step: "60",
  });
  const counts = z
    .object({
      data: z.object({
        result: z.array(
          z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
        ),
      }),
    })
    .parse(JSON.parse(body)).data.result;
  const lines = world.lines({ from: shift(from, -minute), to: from });
  const byLevel = Map.groupBy(lines, ({ labels, metadata, text }) => detectedLevel(labels, metadata, text));
  expect(byLevel.size).toBeGreaterThan(2);
  for (const [level, own] of byLevel)
    expect(counts.find(({ metric }) => metric.detected_level === level)?.values[0]?.[1], level).toBe(
      String(own.length),
    );
});

test("a query has processed what stands in the streams it selects, as far as it had to read", async () => {
  const costs = z.object({
    data: z.object({ stats: z.object({ summary: z.object({ totalBytesProcessed: z.number() }) }) }),
  });
  const processed = async (query: string, more: Record<string, string> = {}): Promise<number> =>
    costs.parse(JSON.parse((await ask("query_range", { query, ...recent, limit: "5000", ...more })).body)).data.stats
      .summary.totalBytesProcessed;
  const volume = async (query: string): Promise<number> =>
    z
      .object({ data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }) })
      .parse(JSON.parse((await ask("index/volume", { query, ...recent })).body))
      .data.result.reduce((sum, { value }) => sum + Number(value[1]), 0);
  const payment = '{service_name="payment"}';
  const all = await volume('{service_name=~".+"}');
  expect(await volume(payment)).toBeLessThan(0.6 * all);
  expect(await processed(`${payment} |= "no such text"`)).toBe(await volume(payment));
  expect(await processed('{service_name=~".+"} |= "no such text"')).toBe(all);
  // It stops where it has its ten lines.
  const few = await processed('{service_name=~".+"}', { limit: "10" });
  expect(few).toBeGreaterThan(0);
  expect(few).toBeLessThan(all / 20);
  expect(
    await processed(`sum(count_over_time(${payment}[1m])) + sum(count_over_time(${payment}[1m]))`),
  ).toBeGreaterThan(1.9 * (await volume(payment)));
});

test("a line's size is known without writing it", () => {
  const storage = createLokiStorage(world, () => now);
  const span = { from: (now - minute) * 1_000, to: now * 1_000 };
  let rows = 0;
  for (const block of storage.blocks(span, { stream: () => true, holds: [] }, "forward"))
    for (let row = 0; row < block.micros.length; row += 1) {
      expect(block.bytes(row)).toBe(Buffer.byteLength(block.text(row)));
      rows += 1;
    }
  expect(rows).toBeGreaterThan(500);
});

describe("what Loki adds", () => {
  test.each([
    [{ app: "a", job: "j" }, "a"],
    [{ job: "j", container: "c" }, "c"],
    [{ service_name: "s", app: "a" }, "s"],
    [{ host: "h" }, "unknown_service"],
  ])("%j is the service %s", (labels: Record<string, string>, name) => {
    expect(withServiceName(labels).service_name).toBe(name);
  });
  test.each([
    [{ level: "WARN" }, {}, "x", "warn"],
    [{}, { severity_number: "17" }, "x", "error"],
    [{}, {}, '{"a":{"level":"Error"}}', "error"],
    [{}, {}, "ts=1 lvl=dbg msg=info", "debug"],
    [{}, {}, "it went ERROR: no", "error"],
    [{}, {}, "terror", "unknown"],
  ])("%j %j %s is %s", (labels: Record<string, string>, metadata: Record<string, string>, text, level) => {
    expect(detectedLevel(labels, metadata, text)).toBe(level);
  });
});

describe("it refuses as Loki does", () => {
  const query = '{app="payment"}';
  test.each<[string, Record<string, string>, string]>([
    [
      "query_range",
      { query, limit: "5001" },
      "max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)",
    ],
    ["query_range", { query, limit: "0" }, "limit must be a positive value"],
    ["query_range", { query, limit: "abc" }, 'strconv.Atoi: parsing "abc": invalid syntax'],
    ["query_range", { query, direction: "sideways" }, "invalid direction 'sideways'"],
    [
      "query_range",
      { query, start: "now-1h" },
      `could not parse 'start' parameter: strconv.ParseInt: parsing "now-1h": invalid syntax`,
    ],
    ["query_range", { query, start: "20", end: "10" }, "end timestamp must not be before or equal to start time"],
    [
      "query_range",
      { query, start: "1700000000", end: "1702678400" },
      "the query time range exceeds the limit (query length: 744h0m0s, limit: 30d1h)",
    ],
    [
      "query_range",
      { query: `rate(${query}[1m])`, ...recent, step: "1ms" },
      "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter",
    ],
    [
      "query_range",
      { query: '{app="payment"' },
      "parse error at line 1, col 15: syntax error: unexpected $end, expecting } or ,",
    ],
    [
      "query",
      { query },
      "log queries are not supported as an instant query type, please change your query to a range query type",
    ],
    ["index/volume", { query: `${query} |= "x"`, ...recent }, "only label matchers are supported"],
  ])("%s %j", async (path, parameters, text) => {
    expect(await ask(path, parameters)).toEqual({ status: 400, type: "text/plain; charset=utf-8", body: text });
  });
  test("an unknown path is not found, as text", async () => {
    expect(await ask("nope", {})).toMatchObject({ status: 404, body: "404 page not found\n" });
  });
});

test("labels, values, series and volume tell of the same streams", async () => {
  const names = z.object({ data: z.array(z.string()) });
  const { data: apps } = names.parse(JSON.parse((await ask("label/app/values", recent)).body));
  expect(apps).toEqual(expect.arrayContaining(["payment", "cart"]));
  const { data: all } = names.parse(JSON.parse((await ask("labels", recent)).body));
  expect(all).toEqual(expect.arrayContaining(["app", "service_name", "level"]));
  const { data: sets } = z
    .object({ data: z.array(z.record(z.string(), z.string())) })
    .parse(JSON.parse((await ask("series", { ...recent, "match[]": '{app="payment"}' })).body));
  expect(new Set(sets.map(({ service_name }) => service_name))).toEqual(new Set(["payment"]));
  expect((await ask("label/nope/values", recent)).body).toBe('{"status":"success"}\n');
  const volume = JSON.parse((await ask("index/volume", { ...recent, query: '{app="payment"}' })).body);
  expect(Number(volume.data.result[0].value[1])).toBeGreaterThan(1_000);
});
