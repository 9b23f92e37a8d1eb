import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Call, Evidence } from "@/lib/evidence";
import { toInstant } from "@/lib/signal/time";
import { attributesOf, spanAt, spanFlag, type Trace, type TraceDetails } from "@/lib/signal/trace";
import { type Replay, readRecorded, recordedFolder, startReplay } from "@/test/recorded/replay";
import { answerOf, askOnce, gapIn, traceCall, upstreamAt } from "@/test/upstream/fixtures";

const pushedSpan = z.object({
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string().default(""),
  kind: z.number().default(0),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string().optional(),
  attributes: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
  events: z.array(z.object({ name: z.string(), timeUnixNano: z.string() })).default([]),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
});
const pushedTrace = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) })),
      }),
      scopeSpans: z.array(z.object({ spans: z.array(pushedSpan) })),
    }),
  ),
});
const pushedFile = (version: string, name: string): unknown =>
  JSON.parse(readFileSync(new URL(`pushed/${name}.json`, recordedFolder(version)), "utf8"));
const at = z.object({ ids: z.record(z.string(), z.string()) });

/** One line a span, in a form that both sides can be brought to. */
type Told = {
  readonly service: string;
  readonly parent: string;
  readonly name: string;
  readonly kind: number;
  readonly start: string;
  readonly took: number | null;
  readonly failed: boolean;
  readonly message: string;
  readonly keys: readonly string[];
  readonly events: readonly string[];
  readonly links: readonly string[];
};

function toldPushed(version: string, name: string): Map<string, Told> {
  const { resourceSpans } = pushedTrace.parse(pushedFile(version, name));
  const all = resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ service, span })));
  });
  const ids = new Set(all.map(({ span }) => span.spanId));
  return new Map(
    all.map(({ service, span }): [string, Told] => {
      const took =
        span.endTimeUnixNano === undefined
          ? null
          : Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
      return [
        span.spanId,
        {
          service,
          parent: span.parentSpanId !== undefined && ids.has(span.parentSpanId) ? span.parentSpanId : "",
          name: span.name,
          kind: span.kind,
          start: span.startTimeUnixNano,
          took,
          failed: span.status.code === 2,
          message: span.status.message ?? "",
          keys: span.attributes.map(({ key }) => key).sort(),
          events: span.events.map((event) => `${event.timeUnixNano} ${event.name}`).sort(),
          links: span.links.map((link) => `${link.traceId} ${link.spanId}`),
        },
      ];
    }),
  );
}

function toldRead(trace: Trace, details: TraceDetails): Map<string, Told> {
  const nanos = (offset: number): string => String(BigInt(trace.base) + BigInt(offset));
  return new Map(
    trace.spanId.map((id, row): [string, Told] => {
      const span = spanAt(trace, row);
      const took = (span.flags & spanFlag.unfinished) !== 0 ? null : span.duration;
      return [
        id,
        {
          service: span.service.name,
          parent: trace.spanId[span.parent] ?? "",
          name: span.name,
          kind: trace.kind[row] ?? 0,
          start: nanos(span.start),
          took,
          failed: span.failed,
          message: details.statusMessages.find((status) => status.row === row)?.message ?? "",
          keys: attributesOf(details, row)
            .map(([key]) => key)
            .filter((key) => !key.startsWith("otel.scope.") && key !== "w3c.tracestate")
            .sort(),
          events: details.events
            .filter((event) => event.row === row)
            .map((event) => `${nanos(event.offset)} ${event.name}`)
            .sort(),
          links: details.links.filter((link) => link.row === row).map((link) => `${link.traceId} ${link.spanId}`),
        },
      ];
    }),
  );
}

const versions = ["2.10.8", "3.0.3"] as const;
describe.each(versions)("Tempo %s, as recorded", (version) => {
  let replay: Replay;
  const { ids } = at.parse(pushedFile(version, "at"));
  const ask = (call: Call): Promise<Evidence> => askOnce(upstreamAt("tempo", replay.url), call, { window: null });
  const traceOf = async (name: string): Promise<{ trace: Trace; details: TraceDetails; notes: readonly string[] }> => {
    const evidence = await ask(traceCall(ids[name] ?? ""));
    const { trace, details } = answerOf(evidence, "trace");
    return { trace, details, notes: evidence.notes };
  };
  beforeAll(async () => {
    replay = await startReplay(version);
  });
  afterAll(() => replay.close());

  test.each(["healthy", "failing", "orphans", "wide", "linked"])("%s: nothing lost, nothing invented", async (name) => {
    const { trace, details } = await traceOf(name);
    expect(toldRead(trace, details)).toEqual(toldPushed(version, name));
    expect(trace.id).toBe(ids[name]);
  });

  test("odd: what cannot be as it was sent is flagged, the rest is as it was sent", async () => {
    const { trace, details } = await traceOf("odd");
    const pushed = toldPushed(version, "odd");
    const read = toldRead(trace, details);
    const rowOf = (name: string): number => trace.spanId.findIndex((_, row) => spanAt(trace, row).name === name);
    for (const [id, told] of pushed)
      expect(read.get(id)).toEqual(told.took !== null && told.took < 0 ? { ...told, took: 0 } : told);
    expect(read.size).toBe(pushed.size);
    expect(spanAt(trace, rowOf("unfinished")).flags).toBe(spanFlag.unfinished);
    expect(spanAt(trace, rowOf("ends before it starts")).flags).toBe(spanFlag.negative);
    expect(spanAt(trace, rowOf("starts before its parent")).flags).toBe(spanFlag.skewed);
    const values = Object.fromEntries(attributesOf(details, rowOf("")));
    expect(values).toMatchObject({
      "int.max": "9223372036854775807",
      "double.nan": "NaN",
      ratio: 0.25,
      flag: true,
      list: ["a", 1, false],
      map: { inner: "x", deep: { n: 1 } },
      bytes: "AAEC/w==",
      empty: null,
      html: "<img src=x onerror=alert(1)>",
      newline: "a\nb\tc",
      'quote"d': 'q"q',
    });
    expect(String(values.long)).toMatch(/^x{100,}$/);
    expect(attributesOf(details, rowOf("same key twice")).filter(([key]) => key === "k")).toEqual([
      ["k", "1"],
      ["k", "2"],
    ]);
    expect(attributesOf(details, rowOf("same key twice"))).toContainEqual(["w3c.tracestate", "vendor=abc"]);
    expect(trace.resources[0]).toMatchObject({
      service: { name: "invaders.bot", namespace: "shop" },
      version: "0.0.0-dirty+é",
    });
  });

  test("orphans: a lost parent is named, roots stand side by side", async () => {
    const { trace, notes } = await traceOf("orphans");
    const orphans = trace.spanId.filter((_, row) => ((trace.flags[row] ?? 0) & spanFlag.orphan) !== 0);
    expect(orphans.length).toBeGreaterThan(0);
    expect(notes.join()).toMatch(/not in the trace/);
  });

  test("shared: Tempo rewrites one of two equal span ids; both spans are there", async () => {
    const { trace } = await traceOf("shared");
    expect(trace.spanId.length).toBe(
      pushedTrace
        .parse(pushedFile(version, "shared"))
        .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)).length,
    );
    expect(new Set(trace.spanId).size).toBe(trace.spanId.length);
  });

  test("an id without its leading zeros or in capitals is the same trace", async () => {
    const short = (ids.healthy ?? "").replace(/^0+/, "").toUpperCase();
    const evidence = await ask(traceCall(short));
    expect(answerOf(evidence, "trace").trace.id).toBe(ids.healthy);
  });

  test("an unknown id is not found, with one request", async () => {
    const evidence = await ask(traceCall("deadbeefdeadbeefdeadbeefdeadbeef"));
    expect(gapIn(evidence).reason).toBe("not-found");
    expect(evidence.receipt.attempts).toBe(1);
  });

  test("search: hits newest first, ids padded, selected attributes as text", async () => {
    const call: Call = { api: "tempo-search", query: "{ status = error }", limit: 5, spansPerTrace: 3 };
    const asked = new URL(readRecorded(version, "search-errors").request.path, replay.url).searchParams;
    const instantOf = (name: string) => toInstant(Number(asked.get(name)) * 1_000);
    const window = { from: instantOf("start"), to: instantOf("end") };
    const evidence = await askOnce(upstreamAt("tempo", replay.url), call, { window });
    const { hits } = answerOf(evidence, "trace-hits");
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.map(({ at: start }) => start)).toEqual(hits.map(({ at: start }) => start).sort((a, b) => b - a));
    expect(hits.every(({ traceId }) => /^[0-9a-f]{32}$/.test(traceId))).toBe(true);
    expect(hits.flatMap(({ spans }) => spans.map(({ attributes }) => attributes.status))).toContain("error");
  });
});

describe("Tempo 2.10.8 run in special ways", () => {
  const withOnly = async (names: readonly string[], tenants: readonly string[], id: string): Promise<Evidence> => {
    const replay = await startReplay("2.10.8", names);
    try {
      return await askOnce(upstreamAt("tempo", replay.url, { tenants }), traceCall(id), { window: null });
    } finally {
      await replay.close();
    }
  };
  const failing = "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5";
  const wide = "c0ffee00c0ffee00c0ffee00c0ffee00";

  test("several tenants, asked without one: the gap names the header and the setting", async () => {
    const gap = gapIn(await withOnly(["tenant-missing"], [], failing));
    expect(gap).toMatchObject({ reason: "unauthorized", next: expect.stringMatching(/Set tenants .* X-Scope-OrgID/) });
  });
  test("a wrong tenant looks like not found, and the next step says so", async () => {
    const gap = gapIn(await withOnly(["tenant-wrong"], ["nobody"], failing));
    expect(gap).toMatchObject({ reason: "not-found", next: expect.stringMatching(/another tenant/) });
  });
  test("over the size limit: v2 gives what it has and says PARTIAL", async () => {
    const evidence = await withOnly(["trace-v2-over-limit"], [], wide);
    expect(answerOf(evidence, "trace").trace.spanId.length).toBeGreaterThan(100);
    expect(evidence).toMatchObject({
      partial: true,
      notes: [expect.stringMatching(/exceeds/), ...evidence.notes.slice(1)],
    });
  });
  test("a server without v2 is asked by v1: over the limit there is a gap", async () => {
    const evidence = await withOnly(["trace-v1-over-limit"], [], wide);
    expect(gapIn(evidence)).toMatchObject({ reason: "too-large" });
    expect(evidence.receipt.attempts).toBe(2);
  });
  test("a server without v2 is asked by v1: the trace, with a note", async () => {
    const evidence = await withOnly(["trace-v1-failing"], [], failing);
    expect(answerOf(evidence, "trace").trace.spanId.length).toBeGreaterThan(3);
    expect(evidence.notes).toContain("asked by the v1 path: /api/v2/traces is not there");
  });
  test("v1 says not found with an empty 404", async () => {
    const evidence = await withOnly(["trace-v1-not-found"], [], "deadbeefdeadbeefdeadbeefdeadbeef");
    expect(gapIn(evidence).reason).toBe("not-found");
  });
  test("neither path is known: it is no Tempo", async () => {
    expect(gapIn(await withOnly([], [], failing))).toMatchObject({
      reason: "query-rejected",
      next: expect.stringMatching(/path prefix/),
    });
  });
});
