/** Lines of a run -> lines of the stream -> NDJSON text. A trace leaves as head, blocks of rows, then attributes. */
import type { Evidence } from "@/lib/evidence";
import type { RunLine } from "@/lib/investigate";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Instant } from "@/lib/signal/time";
import { spanCount, type Trace, type TraceDetails } from "@/lib/signal/trace";
import { rowsPerBlock, type StreamLine, streamVersion } from "@/lib/stream/lines";
import { checkLine } from "@/lib/stream/schema";

/** What `hello` tells beside the run itself. */
export type Greeting = {
  readonly now: Instant;
  readonly run: number;
  readonly environments: readonly EnvironmentSetting[];
};

export function* streamLines(line: RunLine, greeting: Greeting): Generator<StreamLine> {
  switch (line.type) {
    case "hello":
      yield { ...line, version: streamVersion, ...greeting };
      return;
    case "evidence":
      yield* evidenceLines(line.evidence);
      return;
    default:
      yield line;
  }
}

function* evidenceLines(evidence: Evidence): Generator<StreamLine> {
  const { answer } = evidence;
  const common = { question: evidence.question.id, revision: 0 };
  if (answer.kind !== "trace") {
    yield { type: "evidence", ...common, evidence: { ...evidence, answer } };
    return;
  }
  const { trace, details } = answer;
  const spans = spanCount(trace);
  yield {
    type: "evidence",
    ...common,
    evidence: { ...evidence, answer: { kind: "trace-reference", traceId: trace.id, spans } },
  };
  const { id, base, strings, resources } = trace;
  yield { type: "trace-head", ...common, spans, head: { id, base, strings, resources } };
  for (let from = 0; from < spans; from += rowsPerBlock)
    yield { type: "trace-rows", ...common, from, rows: rowsOf(trace, from) };
  yield* attributeLines(common, details, spans);
}

const columns = ["parent", "depth", "resource", "name", "start", "duration", "kind", "flags"] as const;

function rowsOf(trace: Trace, from: number): Extract<StreamLine, { type: "trace-rows" }>["rows"] {
  const cut = (column: ArrayLike<number>): number[] => Array.prototype.slice.call(column, from, from + rowsPerBlock);
  const [parent, depth, resource, name, start, duration, kind, flags] = columns.map((column) => cut(trace[column]));
  return {
    spanId: trace.spanId.slice(from, from + rowsPerBlock),
    parent: parent ?? [],
    depth: depth ?? [],
    resource: resource ?? [],
    name: name ?? [],
    start: start ?? [],
    duration: duration ?? [],
    kind: kind ?? [],
    flags: flags ?? [],
  };
}

/** Keys and values travel with the first block that needs them, so that no block waits for the whole table. */
function* attributeLines(
  common: { question: string; revision: number },
  details: TraceDetails,
  spans: number,
): Generator<StreamLine> {
  let keysSent = 0;
  let valuesSent = 0;
  for (let from = 0; from < spans; from += rowsPerBlock) {
    const to = from + rowsPerBlock;
    const attributes = details.attributes.slice(from, to);
    let keys = keysSent;
    let values = valuesSent;
    for (const row of attributes) {
      for (let at = 0; at + 1 < row.length; at += 2) {
        keys = Math.max(keys, (row[at] ?? 0) + 1);
        values = Math.max(values, (row[at + 1] ?? 0) + 1);
      }
    }
    const inside = ({ row }: { readonly row: number }): boolean => row >= from && row < to;
    yield {
      type: "trace-attributes",
      ...common,
      from,
      details: {
        keys: details.keys.slice(keysSent, keys),
        values: details.values.slice(valuesSent, values),
        attributes,
        events: details.events.filter(inside),
        links: details.links.filter(inside),
        statusMessages: details.statusMessages.filter(inside),
      },
    };
    keysSent = keys;
    valuesSent = values;
  }
}

/** One line a run line may become, each ended by a newline. Throws where a line is not of the stream's form: that is a bug. */
export const encodeLine = (line: StreamLine): string => `${JSON.stringify(checkLine(line))}\n`;
