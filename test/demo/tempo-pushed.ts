/** The traces that were pushed into a real Tempo, as a store of the demo's Tempo: to put the recorded questions to it. */
import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { TraceSource } from "@/lib/demo/servers/tempo-traces";
import { storedTrace } from "@/lib/engine/traceql/from-otlp";
import type { OtlpAttribute, ResourceSpans } from "@/lib/engine/traceql/otlp";
import { extentOf, millisAt } from "@/lib/engine/traceql/storage";
import { recordedFolder } from "@/test/recorded/replay";

const value: z.ZodType<OtlpAttribute["value"]> = z.lazy(() =>
  z.object({
    stringValue: z.string().exactOptional(),
    intValue: z.string().exactOptional(),
    doubleValue: z.union([z.number(), z.string()]).exactOptional(),
    boolValue: z.boolean().exactOptional(),
    bytesValue: z.string().exactOptional(),
    arrayValue: z.object({ values: z.array(value) }).exactOptional(),
    kvlistValue: z.object({ values: attributes }).exactOptional(),
  }),
);
const attributes = z.array(z.object({ key: z.string(), value }));
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  traceState: z.string().exactOptional(),
  parentSpanId: z.string().exactOptional(),
  name: z.string().exactOptional(),
  kind: z.number().exactOptional(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string().exactOptional(),
  attributes: attributes.exactOptional(),
  events: z
    .array(z.object({ timeUnixNano: z.string(), name: z.string(), attributes: attributes.exactOptional() }))
    .exactOptional(),
  links: z
    .array(z.object({ traceId: z.string(), spanId: z.string(), attributes: attributes.exactOptional() }))
    .exactOptional(),
  status: z.object({ code: z.number().exactOptional(), message: z.string().exactOptional() }).exactOptional(),
});
const pushed = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({ scope: z.object({ name: z.string(), version: z.string() }), spans: z.array(span) }),
      ),
    }),
  ),
});

/** What a version was sent, by trace id. */
export function pushedTraces(version: string): ReadonlyMap<string, readonly ResourceSpans[]> {
  const folder = new URL("pushed/", recordedFolder(version));
  const files = readdirSync(folder).filter((name) => name !== "at.json");
  return new Map(
    files.map((file) => {
      const { resourceSpans } = pushed.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8")));
      return [resourceSpans[0]?.scopeSpans[0]?.spans[0]?.traceId ?? "", resourceSpans];
    }),
  );
}

export function pushedSource(version: string): TraceSource {
  const held = pushedTraces(version);
  const placed = [...held]
    .map(([id, groups]) => storedTrace(id, groups))
    .map((trace) => {
      const { start, end } = extentOf(trace);
      return { trace, from: millisAt(trace, start), to: millisAt(trace, end) };
    })
    .sort((a, b) => b.from - a.from);
  return {
    resourceSpans: (traceId) => held.get(traceId),
    traces: ({ from, to }) => placed.filter((each) => each.to >= from && each.from <= to).map(({ trace }) => trace),
  };
}
