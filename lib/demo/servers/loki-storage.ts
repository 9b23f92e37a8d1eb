/**
 * A world's lines as the LogQL engine wants them: minutes of columns, where who said it when is known at once and what
 * was said is written only when asked for. Minutes and texts are kept, the latest used, up to a bound.
 */
import type { WorldLine } from "@/lib/demo/lines";
import type { Request } from "@/lib/demo/request";
import { type StoredLine, storedLine } from "@/lib/demo/servers/loki-ingest";
import type { World } from "@/lib/demo/world";
import { type Block, type Kind, rowsIn, type Span, type Storage, type Wanted } from "@/lib/engine/logql/storage";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import { hour, type Instant, minute, toInstant } from "@/lib/signal/time";

/** About four hours of an unsampled shop. */
const mostRows = 600_000;
/** About 150 MB of text at the very worst. */
const mostTexts = 200_000;
const kept = 48 * hour;
/** More than these are not all looked at for streams and volumes. */
const mostMinutes = 60;

/** Where a row's line is to be had: line `index` of a request, or the line itself. */
type Source = { readonly request: Request; readonly index: number } | { readonly line: WorldLine };
type Minute = Block & {
  readonly micros: Float64Array;
  readonly kind: Uint16Array;
  /** Lets its texts go, and says how many they were. */
  readonly forget: () => number;
};

/** Metadata that differs from line to line. */
const own = ["trace_id", "span_id"];
/** The only part of a script's texts whose length differs from request to request. */
const isOfOneLength = (text: string): boolean => !text.includes("{amount}");

export type LokiStorage = Storage & {
  /** The streams that have a line in the span, in no order; of more than an hour, those met in a part of its minutes. */
  readonly streams: (span: Span) => Labels[];
  /** Bytes by stream, in no order: of a long span an estimate, as Loki's are. */
  readonly volumes: (span: Span) => { readonly stream: Labels; readonly bytes: number; readonly lines: number }[];
  /** What is kept of the past, to the present: nothing outside is ever told. */
  readonly clip: (span: Span) => Span;
};

export function createLokiStorage(world: World, now: () => Instant): LokiStorage {
  const kinds: Kind[] = [];
  const kindByKey = new Map<string | number, number>();
  const sizes = new WeakMap<object, number>();
  const minutes = new Map<number, Minute>();
  let rows = 0;
  let texts = 0;

  const lineAt = (source: Source): StoredLine => {
    const line = "line" in source ? source.line : world.lineOf(source.request, source.index);
    return line ? storedLine(line) : { stream: {}, metadata: {}, text: "" };
  };
  function kindOf(key: string | number | null, source: Source): number {
    const known = key === null ? undefined : kindByKey.get(key);
    if (known !== undefined) return known;
    const { stream, metadata } = lineAt(source);
    const varying = own.filter((name) => "request" in source && metadata[name] !== undefined);
    const fixed = Object.fromEntries(Object.entries(metadata).filter(([name]) => !varying.includes(name)));
    const whole = `${varying.length} ${labelsKey(stream)} ${labelsKey(fixed)}`;
    const index = kindByKey.get(whole) ?? kinds.push({ stream, fixed, varying }) - 1;
    kindByKey.set(whole, index);
    if (key !== null) kindByKey.set(key, index);
    return index;
  }

  function blockOf(requests: readonly Request[], lines: readonly WorldLine[], span: Span): Minute {
    const found: { micros: number; kind: number; source: Source }[] = [];
    for (const request of requests) {
      const { take, startMicros } = request;
      for (let index = 0; index < take.lines.length; index += 1) {
        const line = take.lines[index];
        const micros = startMicros + (line?.at ?? 0);
        if (!line || micros < span.from || micros >= span.to) continue;
        const pod = request.podOf(take.spans[line.span]?.service ?? "");
        if (!pod) continue;
        const source = { request, index };
        found.push({ micros, kind: kindOf(`${pod.number} ${line.level}`, source), source });
      }
    }
    for (const line of lines) found.push({ micros: line.micros, kind: kindOf(null, { line }), source: { line } });
    found.sort((a, b) => a.micros - b.micros);

    let written: (StoredLine | undefined)[] = [];
    const write = (row: number): StoredLine => {
      const known = written[row];
      if (known) return known;
      const source = found[row]?.source;
      const line = source ? lineAt(source) : { stream: {}, metadata: {}, text: "" };
      written[row] = line;
      texts += 1;
      return line;
    };
    const sizeOf = (row: number): number => {
      const source = found[row]?.source;
      const said = source && "request" in source ? source.request.take.lines[source.index] : undefined;
      const known = said && sizes.get(said);
      if (known !== undefined) return known;
      const size = Buffer.byteLength(source ? lineAt(source).text : "");
      if (said && isOfOneLength(said.text)) sizes.set(said, size);
      return size;
    };
    return {
      kinds,
      micros: Float64Array.from(found, ({ micros }) => micros),
      kind: Uint16Array.from(found, ({ kind }) => kind),
      text: (row) => write(row).text,
      metadata: (row) => write(row).metadata,
      bytes: sizeOf,
      forget: () => {
        const count = written.filter((line) => line !== undefined).length;
        written = [];
        return count;
      },
    };
  }

  function minuteAt(number: number): Minute {
    const known = minutes.get(number);
    minutes.delete(number);
    const window = { from: toInstant(number * minute), to: toInstant((number + 1) * minute) };
    const span = { from: window.from * 1_000, to: window.to * 1_000 };
    const block = known ?? blockOf(world.speakers(window), world.ownLines(window), span);
    if (!known) rows += block.micros.length;
    // Behind all others: the front of the map is what was used least lately.
    minutes.set(number, block);
    return block;
  }
  function makeRoom(): void {
    for (const [number, block] of minutes) {
      if (rows <= mostRows && texts <= mostTexts) return;
      texts -= block.forget();
      if (rows <= mostRows) continue;
      rows -= block.micros.length;
      minutes.delete(number);
    }
  }

  const clip = ({ from, to }: Span): Span => ({
    from: Math.max(from, Math.max(now() - kept, world.origin) * 1_000),
    to: Math.min(to, now() * 1_000 + 1),
  });
  function* blocks(asked: Span, wanted: Wanted, order: "forward" | "backward"): Generator<Block> {
    const span = clip(asked);
    if (span.from >= span.to) return;
    const ids = soughtIds(wanted);
    if (ids) {
      const requests = ids.flatMap((id) => world.request(id) ?? []).filter(world.areLinesKept);
      const block = blockOf([...new Set(requests)], [], span);
      yield block;
      texts -= block.forget();
      return;
    }
    const first = Math.floor(span.from / (minute * 1_000));
    const last = Math.floor((span.to - 1) / (minute * 1_000));
    for (let i = 0; i <= last - first; i += 1) {
      yield trimmed(minuteAt(order === "forward" ? first + i : last - i), span);
      makeRoom();
    }
  }

  return {
    clip,
    blocks,
    streams: (span) => {
      const found = new Set<number>();
      for (const { kind } of sampled(span)) for (const index of kind) found.add(index);
      const streams = [...found].map((index) => kinds[index]?.stream ?? {});
      return [...new Map(streams.map((stream) => [labelsKey(stream), stream])).values()];
    },
    volumes: (span) => {
      const parts = sampled(span);
      const totals = new Map<number, { bytes: number; lines: number }>();
      for (const { kind, bytes } of parts)
        for (const [row, index] of kind.entries()) {
          const total = totals.get(index) ?? { bytes: 0, lines: 0 };
          totals.set(index, total);
          total.bytes += bytes(row) + besideBytes(kinds[index]);
          total.lines += 1;
        }
      const { from, to } = clip(span);
      const scale = Math.max(1, (to - from) / ((mostMinutes + 1) * minute * 1_000));
      return [...totals].map(([index, { bytes, lines }]) => ({
        stream: kinds[index]?.stream ?? {},
        bytes: Math.round(bytes * scale),
        lines: Math.round(lines * scale),
      }));
    },
  };

  /** The minutes of a span; of a long one as many as an hour has, evenly taken. */
  function sampled(asked: Span): Minute[] {
    const span = clip(asked);
    if (span.from >= span.to) return [];
    const first = Math.floor(span.from / (minute * 1_000));
    const count = Math.floor((span.to - 1) / (minute * 1_000)) - first + 1;
    const taken = Math.min(count, mostMinutes + 1);
    const parts = Array.from({ length: taken }, (_, i) => {
      const number = first + Math.floor((i * count) / taken);
      return trimmed(minuteAt(number), span);
    });
    makeRoom();
    return parts;
  }
}

/** As Loki's chunks hold it: two references a label, and what is not the same for all. */
const besideBytes = (kind: Kind | undefined): number =>
  kind ? 4 * (Object.keys(kind.fixed).length + kind.varying.length) + (kind.varying.length > 0 ? 48 : 0) : 0;

/** A block without the rows outside of the span: what is not yet, or no longer kept, is not there. */
function trimmed(block: Minute, span: Span): Minute {
  const [first, end] = rowsIn(block, span);
  if (first === 0 && end === block.micros.length) return block;
  return {
    kinds: block.kinds,
    micros: block.micros.subarray(first, end),
    kind: block.kind.subarray(first, end),
    text: (row) => block.text(row + first),
    metadata: (row) => block.metadata(row + first),
    bytes: (row) => block.bytes(row + first),
    forget: block.forget,
  };
}

const isTraceId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
/** Other spellings of ids, of which no line of a world has any: UUID, upper case, base64, Datadog's decimal, X-Ray. */
const isForeignId = (text: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ||
  /^(?=.*[A-F])[0-9A-F]{16,32}$/.test(text) ||
  /^[A-Za-z0-9+/]{22}==$/.test(text) ||
  /^\d{17,20}$/.test(text) ||
  /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i.test(text);

/** The trace ids of which a wanted line must hold one; undefined where that is not all that is sought. */
function soughtIds({ holds }: Wanted): string[] | undefined {
  for (const texts of holds) {
    const ids = texts.filter(isTraceId);
    // An id without its leading zeros stands within the whole one.
    const isPart = (text: string): boolean => text.length >= 16 && ids.some((id) => id.endsWith(text));
    if (texts.every((text) => isTraceId(text) || isForeignId(text) || isPart(text))) return ids;
  }
  return undefined;
}
