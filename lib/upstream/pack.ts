/**
 * A reading on its way out of the worker. Cloning 100,000 objects would stall the very thread that the worker keeps
 * free; so columns are transferred, and lists travel as JSON in pieces small enough to be parsed between two breaths.
 */
import "server-only";
import { setImmediate as breath } from "node:timers/promises";
import type { AnswerOf } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import type { Level, LogLines } from "@/lib/signal/lines";
import type { Series } from "@/lib/signal/series";
import type { AttributeValue, Trace, TraceDetails } from "@/lib/signal/trace";
import type { Reading } from "@/lib/upstream/reply";

/** Characters in one piece: about 2 ms of JSON.parse. */
const pieceSize = 200_000;

/** JSON arrays; one behind the other they are the list. `of` only names the type. */
type Pieces<T> = { readonly pieces: readonly string[]; readonly of?: T };

type Columns = "parent" | "depth" | "resource" | "name" | "start" | "duration" | "kind" | "flags";
type PackedTrace = {
  readonly kind: "packed-trace";
  readonly head: Pick<Trace, "id" | "base" | "resources">;
  readonly columns: Pick<Trace, Columns>;
  readonly strings: Pieces<string>;
  readonly spanId: Pieces<string>;
  readonly keys: Pieces<string>;
  readonly values: Pieces<AttributeValue>;
  readonly attributes: Pieces<readonly number[]>;
  readonly events: Pieces<TraceDetails["events"][number]>;
  readonly links: Pieces<TraceDetails["links"][number]>;
  readonly statusMessages: Pieces<TraceDetails["statusMessages"][number]>;
};
type PackedLines = {
  readonly kind: "packed-lines";
  readonly limited: boolean;
  readonly base: string;
  readonly streams: Pieces<Labels>;
  readonly stream: Pieces<number>;
  readonly offset: Pieces<number>;
  readonly text: Pieces<string>;
  readonly metadata: Pieces<Labels | null>;
  readonly level: Pieces<Level>;
};
type PackedSeries = { readonly kind: "packed-series"; readonly series: Pieces<Series> };
type PackedSets = { readonly kind: "packed-sets"; readonly sets: Pieces<Labels> };
type PackedPlain = { readonly kind: "plain"; readonly plain: Reading["answer"] };

export type Packed = Pick<Reading, "notes" | "partial"> & {
  readonly answer: PackedTrace | PackedLines | PackedSeries | PackedSets | PackedPlain;
};

function piecesOf<T>(list: ArrayLike<T>): Pieces<T> {
  const pieces: string[] = [];
  let items: string[] = [];
  let size = 0;
  for (let at = 0; at < list.length; at += 1) {
    const item = JSON.stringify(list[at]);
    items.push(item);
    size += item.length + 1;
    if (size < pieceSize) continue;
    pieces.push(`[${items.join(",")}]`);
    items = [];
    size = 0;
  }
  if (items.length > 0) pieces.push(`[${items.join(",")}]`);
  return { pieces };
}

async function listOf<T>({ pieces }: Pieces<T>): Promise<T[]> {
  const list: T[] = [];
  for (const piece of pieces) {
    const items: readonly T[] = JSON.parse(piece);
    for (const item of items) list.push(item);
    if (piece.length > pieceSize / 4) await breath();
  }
  return list;
}

function packTrace({ trace, details }: AnswerOf<"trace">): PackedTrace {
  const { id, base, resources, strings, spanId, ...columns } = trace;
  return {
    kind: "packed-trace",
    head: { id, base, resources },
    columns,
    strings: piecesOf(strings),
    spanId: piecesOf(spanId),
    keys: piecesOf(details.keys),
    values: piecesOf(details.values),
    attributes: piecesOf(details.attributes),
    events: piecesOf(details.events),
    links: piecesOf(details.links),
    statusMessages: piecesOf(details.statusMessages),
  };
}

const unpackTrace = async (packed: PackedTrace): Promise<AnswerOf<"trace">> => ({
  kind: "trace",
  trace: {
    ...packed.head,
    ...packed.columns,
    strings: await listOf(packed.strings),
    spanId: await listOf(packed.spanId),
  },
  details: {
    keys: await listOf(packed.keys),
    values: await listOf(packed.values),
    attributes: await listOf(packed.attributes),
    events: await listOf(packed.events),
    links: await listOf(packed.links),
    statusMessages: await listOf(packed.statusMessages),
  },
});

const packLines = ({ lines, limited }: AnswerOf<"lines">): PackedLines => ({
  kind: "packed-lines",
  limited,
  base: lines.base,
  streams: piecesOf(lines.streams),
  stream: piecesOf(lines.stream),
  offset: piecesOf(lines.offset),
  text: piecesOf(lines.text),
  metadata: piecesOf(lines.metadata),
  level: piecesOf(lines.level),
});

async function unpackLines(packed: PackedLines): Promise<AnswerOf<"lines">> {
  const lines: LogLines = {
    base: packed.base,
    streams: await listOf(packed.streams),
    stream: await listOf(packed.stream),
    offset: await listOf(packed.offset),
    text: await listOf(packed.text),
    metadata: await listOf(packed.metadata),
    level: await listOf(packed.level),
  };
  return { kind: "lines", lines, limited: packed.limited };
}

function packAnswer(answer: Reading["answer"]): Packed["answer"] {
  switch (answer.kind) {
    case "trace":
      return packTrace(answer);
    case "lines":
      return packLines(answer);
    case "series":
      return { kind: "packed-series", series: piecesOf(answer.series) };
    case "label-sets":
      return { kind: "packed-sets", sets: piecesOf(answer.sets) };
    default:
      return { kind: "plain", plain: answer };
  }
}

async function unpackAnswer(packed: Packed["answer"]): Promise<Reading["answer"]> {
  switch (packed.kind) {
    case "packed-trace":
      return unpackTrace(packed);
    case "packed-lines":
      return unpackLines(packed);
    case "packed-series":
      return { kind: "series", series: await listOf(packed.series) };
    case "packed-sets":
      return { kind: "label-sets", sets: await listOf(packed.sets) };
    case "plain":
      return packed.plain;
  }
}

export const pack = ({ answer, notes, partial }: Reading): Packed => ({ answer: packAnswer(answer), notes, partial });

export const unpack = async ({ answer, notes, partial }: Packed): Promise<Reading> => ({
  answer: await unpackAnswer(answer),
  notes,
  partial,
});

/** The buffers to be moved instead of copied. */
export function transfersOf({ answer }: Packed): ArrayBuffer[] {
  if (answer.kind !== "packed-trace") return [];
  return Object.values(answer.columns).flatMap((column) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  );
}
