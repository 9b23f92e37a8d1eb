/**
 * A trace while it is being received: columns are allocated once from its head and filled block by block, never
 * concatenated. The wrapper is new for each block, so that React sees it; `spanCount` tells how many rows have come.
 */
import type { Evidence } from "@/lib/evidence";
import type { Trace, TraceDetails } from "@/lib/signal/trace";
import type { StreamLine } from "@/lib/stream/lines";

type Head = Extract<StreamLine, { type: "trace-head" }>;
type Rows = Extract<StreamLine, { type: "trace-rows" }>;
type Attributes = Extract<StreamLine, { type: "trace-attributes" }>;

/** The same arrays as in `trace`, writable: they have one owner, this file. */
type Columns = {
  readonly spanId: string[];
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly resource: Int32Array;
  readonly name: Int32Array;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;
};
type DetailColumns = { readonly [Key in keyof TraceDetails]: TraceDetails[Key][number][] };

export type GrowingTrace = {
  readonly revision: number;
  /** Spans announced by the head; 0 before it. */
  readonly expected: number;
  readonly about: Omit<Evidence, "answer"> | null;
  readonly trace: Trace | null;
  readonly details: TraceDetails;
  readonly columns: Columns;
  readonly detailColumns: DetailColumns;
};

const allocate = (spans: number): Columns => ({
  spanId: [],
  parent: new Int32Array(spans),
  depth: new Int32Array(spans),
  resource: new Int32Array(spans),
  name: new Int32Array(spans),
  start: new Float64Array(spans),
  duration: new Float64Array(spans),
  kind: new Uint8Array(spans),
  flags: new Uint8Array(spans),
});
const allocateDetails = (): DetailColumns => ({
  keys: [],
  values: [],
  attributes: [],
  events: [],
  links: [],
  statusMessages: [],
});

export function notStarted(revision: number): GrowingTrace {
  const detailColumns = allocateDetails();
  return {
    revision,
    expected: 0,
    about: null,
    trace: null,
    details: { ...detailColumns },
    columns: allocate(0),
    detailColumns,
  };
}

/** A head starts the trace afresh: a later revision shares nothing with the one before. */
export function headOf(growing: GrowingTrace, line: Head): GrowingTrace {
  const columns = allocate(line.spans);
  const detailColumns = allocateDetails();
  return {
    revision: line.revision,
    expected: line.spans,
    about: growing.about,
    trace: { ...line.head, ...columns },
    details: { ...detailColumns },
    columns,
    detailColumns,
  };
}

/** Rows without a head, or beyond what the head announced, are not taken. */
export function withRows(growing: GrowingTrace, { from, rows }: Rows): GrowingTrace {
  const { columns, trace, expected } = growing;
  if (trace === null || from !== columns.spanId.length || from + rows.spanId.length > expected) return growing;
  for (const id of rows.spanId) columns.spanId.push(id);
  columns.parent.set(rows.parent, from);
  columns.depth.set(rows.depth, from);
  columns.resource.set(rows.resource, from);
  columns.name.set(rows.name, from);
  columns.start.set(rows.start, from);
  columns.duration.set(rows.duration, from);
  columns.kind.set(rows.kind, from);
  columns.flags.set(rows.flags, from);
  return { ...growing, trace: { ...trace } };
}

/** Keys and values are those first used in the block, appended to what came before. */
export function withAttributes(growing: GrowingTrace, { from, details }: Attributes): GrowingTrace {
  const { detailColumns, trace } = growing;
  if (trace === null) return growing;
  for (const key of details.keys) detailColumns.keys.push(key);
  for (const value of details.values) detailColumns.values.push(value);
  details.attributes.forEach((row, index) => {
    detailColumns.attributes[from + index] = row;
  });
  for (const event of details.events) detailColumns.events.push(event);
  for (const link of details.links) detailColumns.links.push(link);
  for (const status of details.statusMessages) detailColumns.statusMessages.push(status);
  return { ...growing, details: { ...detailColumns } };
}
