import { describe, expect, test } from "vitest";
import { storedTrace } from "@/lib/engine/traceql/from-otlp";
import { measure } from "@/lib/engine/traceql/metrics";
import type { OtlpSpan } from "@/lib/engine/traceql/otlp";
import { parseTraceql } from "@/lib/engine/traceql/parse";
import { log2Bucket, log2Quantile } from "@/lib/engine/traceql/quantile";
import { search } from "@/lib/engine/traceql/search";
import { atOnce } from "@/lib/engine/traceql/slices";
import type { StoredTrace } from "@/lib/engine/traceql/storage";
import { printValue } from "@/lib/engine/traceql/value";
import { toInstant } from "@/lib/signal/time";

const zero = 1_795_240_800_000;
const nanos = (ms: number): string => `${BigInt(zero + ms) * 1_000_000n}`;

/** `service name from-to [kind] [key=value]… [!]`; indent is parenthood, times in ms. */
function drawn(id: string, text: string): StoredTrace {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const above: { readonly indent: number; readonly id: string }[] = [];
  const groups = lines.map((line, row) => {
    const indent = line.search(/\S/);
    while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
    const [service = "", name = "", times = "", ...rest] = line.trim().split(/\s+/);
    const [from = 0, to = 0] = times.split("-").map(Number);
    const spanId = (row + 1).toString(16).padStart(16, "0");
    const span: OtlpSpan = {
      traceId: id,
      spanId,
      parentSpanId: above.at(-1)?.id ?? "",
      name,
      kind: rest.includes("server") ? 2 : rest.includes("client") ? 3 : 1,
      startTimeUnixNano: nanos(from),
      endTimeUnixNano: nanos(to),
      attributes: rest
        .filter((word) => word.includes("="))
        .map((word) => {
          const [key = "", value = ""] = word.split("=");
          return { key, value: /^\d+$/.test(value) ? { intValue: value } : { stringValue: value } };
        }),
      events: rest.includes("!")
        ? [
            {
              timeUnixNano: nanos(to),
              name: "exception",
              attributes: [{ key: "exception.type", value: { stringValue: "Timeout" } }],
            },
          ]
        : [],
      status: rest.includes("!") ? { code: 2, message: "timed out" } : {},
    };
    above.push({ indent, id: spanId });
    const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
    return { resource, scopeSpans: [{ scope: { name: "drawn", version: "1" }, spans: [span] }] };
  });
  return storedTrace(id, groups);
}

const failing = drawn(
  "0000000000000000000000000000000a",
  `
  web   GET    0-900   server code=500 !
    web call   5-890   client
      pay charge 10-880 server amount=7 !
        db  select 20-40 client
        db  insert 50-60 client
  `,
);
const healthy = drawn(
  "0000000000000000000000000000000b",
  `
  web   GET    1000-1200 server code=200
    cart load  1010-1100 server
      db select 1020-1030 client
  `,
);
const storage = { traces: () => [healthy, failing] };
const window = { from: toInstant(zero), to: toInstant(zero + 10_000) };

function hitsOf(text: string) {
  const parsed = parseTraceql(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return atOnce(
    search(storage, parsed.query, {
      window,
      limit: 20,
      spansPerSet: 100,
      least: null,
      most: null,
      mostInspected: 100,
    }),
  ).hits;
}
/** `a: name, name` for each hit. */
const found = (text: string): string[] =>
  hitsOf(text).flatMap(({ trace, spansets }) =>
    spansets.map(({ spans }) => `${trace.id.slice(-1)}: ${spans.map(({ span }) => span.name).join(" ")}`),
  );

test.each([
  ["{ status = error }", ["a: GET charge"]],
  ["{ status != error && kind = server }", ["b: GET load"]],
  ['{ resource.service.name = "db" }', ["b: select", "a: select insert"]],
  ['{ .service.name =~ "d." }', ["b: select", "a: select insert"]],
  ['{ name =~ "sel" }', []], // anchored
  ["{ span.code >= 500 }", ["a: GET"]],
  ['{ span.code = "500" }', []], // types matter
  ["{ span.amount != 8 }", ["a: charge"]], // an absent attribute is not unequal
  ["{ span.amount * 2 = 14 }", ["a: charge"]],
  ["{ span.amount = nil && kind = server }", ["b: GET load", "a: GET"]],
  ["{ duration > 500ms }", ["a: GET call charge"]],
  ["{ traceDuration < 500ms && nestedSetParent < 0 }", ["b: GET"]],
  ['{ rootServiceName = "web" && rootName = "GET" && kind = client && status = error }', []],
  ['{ trace:id = "a" && span:childCount = 2 }', ["a: charge"]],
  ['{ trace:id = "0000000000000000000000000000000a" } | count() = 5', ["a: GET call charge select insert"]],
  ['{ event.exception.type = "Timeout" && event:name = "exception" }', ["a: GET charge"]],
  ["{ statusMessage = `timed out` && span:duration > 880ms }", ["a: GET"]],
  ['{ parent.resource.service.name = "pay" }', ["a: select insert"]],
  ["{ status = error } && { kind = client }", ["a: GET call charge select insert"]],
  ['{ name = "load" } || { name = "charge" }', ["b: load", "a: charge"]],
  ["{ status = error } > { kind = client }", ["a: call select insert"]],
  ['{ name = "GET" } >> { name = "select" }', ["b: select", "a: select"]],
  ['{ name = "select" } << { kind = server }', ["b: GET load", "a: GET charge"]],
  ['{ name = "select" } < { kind = server }', ["b: load", "a: charge"]],
  ['{ name = "select" } ~ { }', ["a: insert"]],
  ['{ name = "GET" } !>> { }', ["b: GET", "a: GET"]],
  ['{ name = "call" } &> { }', ["a: call charge"]],
  ["{ kind = client } | count() > 2", ["a: call select insert"]],
  ["{ kind = client } | avg(duration) > 200ms", ["a: call select insert"]],
  ["{ } | by(resource.service.name) | count() > 1", ["a: GET call", "a: select insert"]],
  ["{ kind = server } | { status = error } | coalesce()", ["a: GET charge"]],
  ["({ status = error } | count() > 1) && { kind = client }", ["a: GET call charge select insert"]],
])("%s", (text, expected) => {
  expect(found(text)).toEqual(expected);
});

test("a hit tells what the query asked for, and what it grouped and counted by", () => {
  const [hit] = hitsOf("{ kind = client } | select(resource.service.name) | by(resource.service.name) | count() > 1");
  const [set] = hit?.spansets ?? [];
  expect(set?.attributes.map(([key, value]) => `${key}=${printValue(value, true)}`)).toEqual([
    "by(resource.service.name)=db",
    "count()=2",
  ]);
  expect(set?.spans[0]?.attributes.map(([key, value]) => `${key}=${printValue(value, true)}`)).toEqual([
    "kind=client",
    "service.name=db",
  ]);
  expect(Object.fromEntries(hit?.services ?? [])).toEqual({
    web: { spans: 2, errors: 1 },
    pay: { spans: 1, errors: 1 },
    db: { spans: 2, errors: 0 },
  });
});

test("a search that stops at its bound says so", () => {
  const parsed = parseTraceql("{}");
  const options = { window, limit: 20, spansPerSet: 3, least: null, most: null };
  if (!parsed.ok) throw new Error(parsed.message);
  expect(atOnce(search(storage, parsed.query, { ...options, mostInspected: 1 }))).toMatchObject({
    cut: true,
    inspected: 1,
  });
  expect(atOnce(search(storage, parsed.query, { ...options, mostInspected: 2 }))).toMatchObject({ cut: false });
});

describe("metrics", () => {
  const grid = { start: zero, end: zero + 2_000, step: 1_000, instant: false };
  const measured = (text: string, on = grid) => {
    const parsed = parseTraceql(text);
    if (!parsed.ok || parsed.query.metrics === null) throw new Error(text);
    const bound = { mostExemplars: 10, mostInspected: 10 };
    const result = atOnce(measure(storage, parsed.query, parsed.query.metrics, on, bound));
    return result.kind === "series"
      ? result.series.map(
          ({ labels, samples }) =>
            `${labels.map(([key, value]) => `${key}=${printValue(value, true)}`).join()}: ${samples.map(({ value }) => value).join(" ")}`,
        )
      : [result.kind];
  };

  test.each([
    // A start on the edge belongs to the step that ends there.
    ["{} | count_over_time()", ["__name__=count_over_time: 5 2"]],
    ["{} | rate()", ["__name__=rate: 5 2"]],
    ["{ false } | rate()", ["__name__=rate: 0 0"]],
    ["{ false } | rate() by (name)", []],
    [
      "{ kind = server } | count_over_time() by (resource.service.name)",
      ["resource.service.name=cart: 0 1", "resource.service.name=pay: 1 0", "resource.service.name=web: 1 0"],
    ],
    ["{ kind = server } | max_over_time(duration)", ["__name__=max_over_time: 0.87 0.09"]],
    ["{ kind = server } | avg_over_time(span.amount)", ["__name__=avg_over_time: 7 "]],
    ["{} | count_over_time() by (kind) | topk(1)", ["kind=client: 3 1"]],
    ["{} | count_over_time() by (kind) > 2", ["kind=client: 3"]],
  ])("%s", (text, expected) => {
    expect(measured(text)).toEqual(expected);
  });

  test("a window with more traces than may be looked at has no number", () => {
    const parsed = parseTraceql("{} | rate()");
    if (!parsed.ok || parsed.query.metrics === null) throw new Error("no metrics");
    const bound = { mostExemplars: 0, mostInspected: 1 };
    expect(atOnce(measure(storage, parsed.query, parsed.query.metrics, grid, bound))).toEqual({ kind: "too-many" });
  });

  test("quantiles lie in buckets of powers of two", () => {
    expect([0, 1, 2, 3, 4, 5].map(log2Bucket)).toEqual([undefined, undefined, 2, 4, 4, 8]);
    const counts = new Map([
      [4, 2],
      [8, 4],
    ]);
    expect(log2Quantile(1, counts)).toBe(8);
    expect(log2Quantile(0.5, counts)).toBeCloseTo(2 ** 2.25);
    expect(log2Quantile(0.5, new Map())).toBe(0);
  });
});
