import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributesOf, hasFlag, spanAt, spanFlag, type Trace } from "@/lib/signal/trace";
import { readOtlp } from "@/lib/upstream/otlp";
import { idOf } from "@/lib/upstream/otlp-id";
import { generatedTrace, generatedTraceId } from "@/test/upstream/generated-trace";
import { worked } from "@/test/worked";

const zero = 1_795_240_000_000_000_123n;
const traceId = "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5";
type WireSpan = Readonly<Record<string, unknown>>;

/** Offsets in ms; `end` undefined = never ended. */
const span = (id: string, parent: string, start: number, end?: number, more: WireSpan = {}): WireSpan => ({
  spanId: id.padStart(16, "0"),
  ...(parent === "" ? {} : { parentSpanId: parent.padStart(16, "0") }),
  name: `span ${id}`,
  startTimeUnixNano: String(zero + BigInt(start) * 1_000_000n),
  ...(end === undefined ? {} : { endTimeUnixNano: String(zero + BigInt(end) * 1_000_000n) }),
  ...more,
});
const groupOf = (spans: readonly WireSpan[], service = "checkout"): unknown => ({
  resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
  scopeSpans: [{ spans }],
});
function read(...spans: readonly WireSpan[]) {
  const result = readOtlp([groupOf(spans)], traceId);
  if (!result) throw new Error("no span");
  return result;
}
const drawn = (trace: Trace): string[] =>
  trace.spanId.map((id, row) => `${"  ".repeat(trace.depth[row] ?? 0)}${id.replace(/^0+/, "")}`);

describe("the order of rows", () => {
  test("depth first, siblings by start, then by id", () => {
    const { trace } = read(
      span("d", "a", 5, 6),
      span("c", "a", 5, 6),
      span("b", "a", 2, 9),
      span("e", "b", 3, 4),
      span("a", "", 0, 10),
    );
    expect(drawn(trace)).toEqual(["a", "  b", "    e", "  c", "  d"]);
    expect(Array.from(trace.parent).every((parent, row) => parent < row)).toBe(true);
  });

  test("a lost parent makes an orphan, several roots stand side by side by start", () => {
    const { trace, notes } = read(span("b", "", 5, 6), span("a", "", 0, 10), span("c", "dead", 3, 4));
    expect(drawn(trace)).toEqual(["a", "c", "b"]);
    expect([0, 1, 2].map((row) => hasFlag(trace, row, spanFlag.orphan))).toEqual([false, true, false]);
    expect(notes).toEqual(["1 span names a parent that is not in the trace: it is not complete"]);
  });

  test("a circle of parents is cut at its earliest span and named", () => {
    const { trace, notes } = read(
      span("c", "b", 3, 4),
      span("b", "a", 2, 4),
      span("a", "c", 1, 5),
      span("f", "f", 7, 8),
      span("d", "c", 3, 4),
    );
    expect(drawn(trace)).toEqual(["a", "  b", "    c", "      d", "f"]);
    expect(notes).toEqual(["parents in a circle, cut at span 000000000000000a, 000000000000000f"]);
  });

  test("a span id that occurs twice is kept twice; children belong to the server's", () => {
    const { trace, notes } = read(
      span("b", "a", 1, 5, { kind: 3 }),
      span("b", "a", 2, 4, { kind: "SPAN_KIND_SERVER" }),
      span("a", "", 0, 9),
      span("c", "b", 3, 4),
    );
    expect(drawn(trace)).toEqual(["a", "  b", "  b", "    c"]);
    expect(spanAt(trace, 2).kind).toBe("server");
    expect(notes).toEqual(["span ids that occur more than once, all kept: 000000000000000b"]);
  });

  test("is the same however the spans arrive, in the same and in other groups", () => {
    const edges = fc.array(
      fc.record({ parent: fc.nat({ max: 30 }), start: fc.nat({ max: 20 }), length: fc.integer({ min: -3, max: 30 }) }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    const arrivals = edges.chain((list) => {
      const spans = list.map(({ parent, start, length }, at) =>
        span((at + 1).toString(16), parent === 0 ? "" : parent.toString(16), start, start + length),
      );
      return fc.tuple(
        fc.constant(spans),
        fc.shuffledSubarray(spans, { minLength: spans.length }),
        fc.nat({ max: spans.length }),
      );
    });
    fc.assert(
      fc.property(arrivals, ([spans, shuffled, cut]) => {
        const once = readOtlp([groupOf(spans)], traceId);
        const again = readOtlp([groupOf(shuffled.slice(0, cut)), groupOf(shuffled.slice(cut))], traceId);
        expect(again).toEqual(once);
        expect(once?.trace.spanId.length).toBe(spans.length);
        expect(once && Array.from(once.trace.parent).every((parent, row) => parent < row)).toBe(true);
      }),
    );
  });

  test("a chain of 100,000 spans does not exhaust the stack", () => {
    const spans = Array.from({ length: 100_000 }, (_, at) =>
      span((at + 1).toString(16), at === 0 ? "" : at.toString(16), at, 200_000),
    );
    const { trace } = read(...spans.slice(0, 1), ...spans.slice(1).reverse());
    expect(trace.depth[99_999]).toBe(99_999);
  });
});

describe("odd times", () => {
  test("nanoseconds are exact, offsets from the earliest start", () => {
    const { trace } = read(
      { spanId: "0000000000000001", startTimeUnixNano: "1795240231799000123", endTimeUnixNano: "1795240231799000124" },
      {
        spanId: "0000000000000002",
        parentSpanId: "0000000000000001",
        startTimeUnixNano: "1795240234999999999",
        endTimeUnixNano: "1795240235000000001",
      },
    );
    expect(trace.base).toBe("1795240231799000123");
    expect(Array.from(trace.start)).toEqual([0, 3_200_999_876]);
    expect(Array.from(trace.duration)).toEqual([1, 2]);
  });

  test("no end, an end before the start, a start before the parent's: flags, never a negative number", () => {
    const { trace, notes } = read(
      span("a", "", 100, 200),
      span("b", "a", 110),
      span("c", "a", 120, 90),
      span("d", "a", 50, 60),
      span("e", "a", 99, 101),
    );
    const flags = Object.fromEntries(trace.spanId.map((id, row) => [id.slice(-1), trace.flags[row]]));
    expect(flags).toEqual({ a: 0, b: spanFlag.unfinished, c: spanFlag.negative, d: spanFlag.skewed, e: 0 });
    expect(Array.from(trace.duration).every((duration) => duration >= 0)).toBe(true);
    expect(notes).toEqual(["1 span starts before its parent: clocks disagree"]);
  });

  test("no start at all, and times that are none", () => {
    const { trace, notes } = read(
      span("a", "", 0, 5),
      { spanId: "000000000000000b", startTimeUnixNano: "soon" },
      { spanId: "000000000000000c" },
    );
    expect(Array.from(trace.start)).toEqual([0, 0, 0]);
    expect(notes).toEqual(["2 spans have no start time and stand at the beginning of the trace"]);
  });
});

describe("attributes", () => {
  test("64-bit integers, NaN, bytes, lists, maps, empty values and duplicate keys survive", () => {
    const attribute = (key: string, value: unknown): unknown => ({ key, value });
    const { details } = read(
      span("a", "", 0, 1, {
        attributes: [
          attribute("max", { intValue: "9223372036854775807" }),
          attribute("safe", { intValue: "9007199254740991" }),
          attribute("small", { intValue: 7 }),
          attribute("nan", { doubleValue: "NaN" }),
          attribute("ratio", { doubleValue: 0.25 }),
          attribute("no", { boolValue: false }),
          attribute("bytes", { bytesValue: "AAEC/w==" }),
          attribute("list", { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }, {}] } }),
          attribute("map", { kvlistValue: { values: [attribute("__proto__", { stringValue: "x" })] } }),
          attribute("empty", {}),
          attribute("k", { stringValue: "1" }),
          attribute("k", { stringValue: "2" }),
        ],
      }),
    );
    const pairs = attributesOf(details, 0);
    expect(pairs.filter(([key]) => key !== "map")).toEqual([
      ["max", "9223372036854775807"],
      ["safe", 9_007_199_254_740_991],
      ["small", 7],
      ["nan", "NaN"],
      ["ratio", 0.25],
      ["no", false],
      ["bytes", "AAEC/w=="],
      ["list", ["a", 1, null]],
      ["empty", null],
      ["k", "1"],
      ["k", "2"],
    ]);
    expect(JSON.stringify(pairs.find(([key]) => key === "map")?.[1])).toBe('{"__proto__":"x"}');
  });

  test("the scope stands among the attributes, once, even where the server wrote it there", () => {
    const told = span("b", "a", 1, 2, { attributes: [{ key: "otel.scope.name", value: { stringValue: "http" } }] });
    const group = {
      resource: {},
      scopeSpans: [{ scope: { name: "http", version: "2" }, spans: [span("a", "", 0, 9), told] }],
    };
    const result = readOtlp([group], traceId);
    const scope = [
      ["otel.scope.name", "http"],
      ["otel.scope.version", "2"],
    ];
    expect(result && [attributesOf(result.details, 0), attributesOf(result.details, 1)]).toEqual([scope, scope]);
  });

  test("a value nested a thousand deep is cut, not followed", () => {
    const deep = Array.from({ length: 1_000 }).reduce<unknown>((inner) => ({ arrayValue: { values: [inner] } }), {
      stringValue: "x",
    });
    const { details } = read(span("a", "", 0, 1, { attributes: [{ key: "deep", value: deep }] }));
    expect(JSON.stringify(attributesOf(details, 0))).toContain("…");
  });

  test("without a service name it is unknown_service; the same resource in two groups is one", () => {
    const empty = { resource: {}, scopeSpans: [{ spans: [span("a", "", 0, 9)] }] };
    const group = (id: string): unknown => groupOf([span(id, "a", 1, 2)], "cart");
    const result = readOtlp([empty, group("b"), group("c")], traceId);
    expect(result?.trace.resources.map(({ service }) => service.name)).toEqual(["unknown_service", "cart"]);
  });
});

describe("ids", () => {
  test("base64 and hex of the same bytes are the same id", () => {
    const idBytes = (length: 8 | 16) => fc.uint8Array({ minLength: length, maxLength: length });
    const check = (length: 8 | 16) =>
      fc.assert(
        fc.property(idBytes(length), (bytes) => {
          const buffer = Buffer.from(bytes);
          const hex = bytes.every((byte) => byte === 0) ? "" : buffer.toString("hex");
          expect(idOf(buffer.toString("base64"), length)).toBe(hex);
          expect(idOf(buffer.toString("base64url").padEnd(length === 8 ? 12 : 24, "="), length)).toBe(hex);
          expect(idOf(buffer.toString("hex").toUpperCase(), length)).toBe(hex);
        }),
      );
    check(8);
    check(16);
  });
  test.each([
    ["Lqq3PzhrVmBPm60wxQD/kA==", 16, "2eaab73f386b56604f9bad30c500ff90"],
    ["2EAAB73F386B56604F9BAD30C500FF90", 16, "2eaab73f386b56604f9bad30c500ff90"],
    ["AMwAAAAAAAE=", 8, "00cc000000000001"],
    ["cc000000000001", 8, "00cc000000000001"],
    ["AAAAAAAAAAA=", 8, ""],
    ["0000000000000000", 8, ""],
    ["", 8, ""],
    [undefined, 8, ""],
    ["not an id", 8, ""],
    ["AMwAAAé AAE=", 8, ""],
  ] as const)("%s", (text, bytes, hex) => {
    expect(idOf(text, bytes)).toBe(hex);
  });
});

describe("size", () => {
  function measure(spans: number): { readonly parse: number; readonly all: number } {
    const text = JSON.stringify(generatedTrace(spans));
    const rounds = Array.from({ length: 7 }, () => {
      const began = worked();
      const json: ReturnType<typeof generatedTrace> = JSON.parse(text);
      const parsed = worked();
      readOtlp(json.trace.resourceSpans, generatedTraceId);
      return { parse: parsed - began, all: worked() - began };
    });
    return { parse: Math.min(...rounds.map(({ parse }) => parse)), all: Math.min(...rounds.map(({ all }) => all)) };
  }
  // 50,000 spans, and the share of parsing alone at each size, are the bench's.
  test("parse and model take no more than three times JSON.parse, and grow with the spans", () => {
    measure(2_000); // the compiler has seen it
    let best = Number.POSITIVE_INFINITY;
    // What is ours comes every time; what the machine's other work does, does not.
    for (let attempt = 0; attempt < 4 && best > 1; attempt += 1) {
      const [small, large] = [measure(2_000), measure(20_000)];
      best = Math.min(best, Math.max(large.all / large.parse / 3, large.all / small.all / 15));
    }
    expect(best).toBeLessThanOrEqual(1);
  });
});
