/**
 * A world's lines as the LogQL engine wants them: minutes of columns, where who said it when is known at once and what
 * was said is written only when asked for. All of it can be made again, so what was used least lately is let go.
 */
import type { WorldLine } from "@/lib/demo/lines";
import type { Request } from "@/lib/demo/request";
import { type Keep, keepAlways } from "@/lib/demo/servers/keeping";
import { type StoredLine, storedLine } from "@/lib/demo/servers/loki-ingest";
import type { World } from "@/lib/demo/world";
import { type Block, type Kind, rowsIn, type Span, type Storage, type Wanted } from "@/lib/engine/logql/storage";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import { hour, type Instant, minute, toInstant, type Window } from "@/lib/signal/time";

/** Columns of about ten hours of an unsampled shop, 15 MB. */
const mostRows = 1_500_000;
/** Who wrote them, for more than an hour; and what, at some 500 bytes a line. */
const mostRequests = 15_000;
const mostTexts = 8_000;
const kept = 48 * hour;
/** Of a span of more minutes than this, only every second, third … is looked at for streams and volumes. */
const mostMinutes = 60;
/** Where nothing is made ahead, fewer: an id that names no environment makes every world tell its labels. */
const fewMinutes = 12;
/** To tell what a query has processed: that is asked of each. */
const fewestMinutes = 6;
const ladder = [1, 2, 3, 6, 12, 30, 60, 120, 240, 480];
/** Of the newest minutes every one: a pod that just started has its stream. */
const newest = 10;

/** Where a row's line is to be had: line `index` of a request, or the line itself. */
type Source = { readonly request: Request; readonly index: number } | { readonly line: WorldLine };
type Total = { bytes: number; lines: number };
type Minute = Block & {
  readonly micros: Float64Array;
  readonly kind: Uint16Array;
  readonly totals: () => ReadonlyMap<number, Total>;
  /** How much it holds beside its columns. */
  readonly held: { requests: number; texts: number };
  readonly forget: () => void;
};

/** Metadata that differs from line to line. */
const own = ["trace_id", "span_id", "request_id", "correlation_id"];
/** The only part of a script's texts whose length differs from request to request. */
const isOfOneLength = (text: string): boolean => !/\{(?:amount\}|\w+:)/.test(text);
const nothing: StoredLine = { stream: {}, metadata: {}, text: "" };

type Volume = { readonly stream: Labels; readonly bytes: number; readonly lines: number };

export type LokiStorage = Storage & {
  /** The streams that have a line in the span, in no order; of more than an hour, those met in a part of its minutes. */
  readonly streams: (span: Span) => Labels[];
  /** By stream, in no order: of a long span an estimate, as Loki's are. */
  readonly volumes: (span: Span) => Volume[];
  /** The bytes of these streams in the span: a coarser estimate, for it costs next to nothing. */
  readonly bytesOf: (stream: Wanted["stream"], span: Span) => number;
  /** Makes the columns of one minute that will be asked for first; false when all of these are made. */
  readonly warm: () => boolean;
};
/** Minutes read in one go before what is too much is let go. */
const roomEvery = 8;

export function createLokiStorage(
  world: World,
  now: () => Instant,
  keep: Keep = keepAlways,
  isWarm = true,
): LokiStorage {
  const kinds: Kind[] = [];
  const kindByKey = new Map<string, number>();
  const sizes = new WeakMap<object, number>();
  const minutes = new Map<number, Minute>();
  keep.onForget(() => minutes.clear());

  const lineAt = (source: Source): StoredLine => {
    const line = "line" in source ? source.line : world.lineOf(source.request, source.index);
    return line ? storedLine(line) : nothing;
  };
  function kindOf(key: string | null, source: Source): number {
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

  type Rows = {
    readonly micros: Float64Array;
    readonly kind: Uint16Array;
    readonly source: (row: number) => Source | undefined;
    readonly requests: number;
  };
  /** `who` counts the requests, then the lines that belong to none. */
  type Row = { readonly micros: number; readonly kind: number; readonly who: number; readonly index: number };
  function rowsOf(requests: readonly Request[], lines: readonly WorldLine[], span: Span): Rows {
    const found: Row[] = [];
    for (const [who, request] of requests.entries()) {
      const { take, startMicros } = request;
      for (const [index, { at, span: said, level }] of take.lines.entries()) {
        const micros = startMicros + at;
        if (micros < span.from || micros >= span.to) continue;
        const pod = request.podOf(take.spans[said]?.service ?? "");
        if (!pod?.service.telemetry.line) continue;
        found.push({ micros, kind: kindOf(`${pod.number} ${level}`, { request, index }), who, index });
      }
    }
    for (const [i, line] of lines.entries())
      found.push({ micros: line.micros, kind: kindOf(null, { line }), who: requests.length + i, index: 0 });
    found.sort((a, b) => a.micros - b.micros);
    // As columns: an hour's lines as objects are 20 MB.
    const [who, index] = [Uint32Array.from(found, (row) => row.who), Uint16Array.from(found, (row) => row.index)];
    return {
      micros: Float64Array.from(found, ({ micros }) => micros),
      kind: Uint16Array.from(found, ({ kind }) => kind),
      source: (row) => {
        const [number = -1, at = 0] = [who[row], index[row]];
        const request = requests[number];
        const line = lines[number - requests.length];
        return request ? { request, index: at } : line && { line };
      },
      requests: requests.length,
    };
  }

  function sizeOf(source: Source): number {
    const said = "request" in source ? source.request.take.lines[source.index] : undefined;
    const known = said && sizes.get(said);
    if (known !== undefined) return known;
    const size = Buffer.byteLength(lineAt(source).text);
    if (said && isOfOneLength(said.text)) sizes.set(said, size);
    return size;
  }

  /** `make` gives the same rows each time. */
  function blockOf(make: () => Rows): Minute {
    const { micros, kind, ...first } = make();
    let rows: Pick<Rows, "source" | "requests"> | null = first;
    let written = new Map<number, StoredLine>();
    let counted: Map<number, Total> | null = null;
    const held = { requests: first.requests, texts: 0 };
    const sourceOf = (row: number): Source | undefined => {
      if (rows === null) {
        const { source, requests } = make();
        rows = { source, requests };
        held.requests = requests;
      }
      return rows.source(row);
    };
    const write = (row: number): StoredLine => {
      const known = written.get(row);
      if (known) return known;
      const source = sourceOf(row);
      const line = source ? lineAt(source) : nothing;
      written.set(row, line);
      held.texts += 1;
      return line;
    };
    const bytes = (row: number): number => {
      const source = sourceOf(row);
      return source ? sizeOf(source) : 0;
    };
    return {
      kinds,
      micros,
      kind,
      text: (row) => write(row).text,
      metadata: (row) => write(row).metadata,
      bytes,
      totals: () => {
        counted ??= totalsOf(kind, bytes, kinds);
        return counted;
      },
      held,
      forget: () => {
        rows = null;
        written = new Map();
        held.requests = 0;
        held.texts = 0;
      },
    };
  }

  function minuteAt(number: number): Minute {
    const window = minuteOf(number);
    const span = { from: window.from * 1_000, to: window.to * 1_000 };
    keep.used();
    const block = minutes.get(number) ?? blockOf(() => rowsOf(world.speakers(window), world.ownLines(window), span));
    // Behind all others: the front of the map is what was used least lately.
    minutes.delete(number);
    minutes.set(number, block);
    return block;
  }
  function makeRoom(): void {
    let [rows, requests, texts] = [0, 0, 0];
    for (const [number, { micros, held, forget }] of [...minutes].reverse()) {
      rows += micros.length;
      requests += held.requests;
      texts += held.texts;
      if (requests > mostRequests || texts > mostTexts) forget();
      if (rows > mostRows) minutes.delete(number);
    }
  }

  const clip = ({ from, to }: Span): Span => ({
    from: Math.max(from, Math.max(now() - kept, world.origin) * 1_000),
    to: Math.min(to, now() * 1_000 + 1),
  });
  function* blocks(asked: Span, wanted: Wanted, order: "forward" | "backward"): Generator<Block> {
    const span = clip(asked);
    if (span.from >= span.to) return;
    const ids = soughtIds(wanted, world);
    const { first, count } = minutesOf(span);
    const numbers = Array.from({ length: count }, (_, i) => (order === "forward" ? first + i : first + count - 1 - i));
    if (ids) {
      const requests = ids.flatMap((id) => world.request(id) ?? []).filter(world.areLinesKept);
      yield blockOf(() => rowsOf(requests, [], span));
      // No request wrote it: it may stand in a line of nobody's, and only there.
      if (ids.length === 0 && world.hasOwnStreams)
        for (const number of numbers)
          yield trimmed(
            blockOf(() => rowsOf([], world.ownLines(minuteOf(number)), span)),
            span,
          );
      return;
    }
    try {
      for (const [i, number] of numbers.entries()) {
        yield trimmed(minuteAt(number), span);
        // Hours of lines that stay until the last is read are hundreds of megabytes.
        if (i % roomEvery === roomEvery - 1) makeRoom();
      }
    } finally {
      makeRoom();
    }
  }

  /** The minutes of a span, of a long one some, on the same places whatever its edges; and how many each stands for. */
  function sampled(
    asked: Span,
    most = isWarm ? mostMinutes : fewMinutes,
  ): { readonly parts: Minute[]; readonly scale: number } {
    const span = clip(asked);
    if (span.from >= span.to) return { parts: [], scale: 1 };
    const { first, count } = minutesOf(span);
    const every = ladder.find((each) => count / each <= most + 1) ?? 480;
    const numbers = Array.from({ length: count }, (_, i) => first + i).filter((number) => number % every === 0);
    const parts = numbers.map((number) => trimmed(minuteAt(number), span));
    makeRoom();
    return { parts, scale: every === 1 ? 1 : count / numbers.length };
  }

  function volumes(span: Span, most?: number): Volume[] {
    const { parts, scale } = sampled(span, most);
    const totals = new Map<number, Total>();
    for (const part of parts)
      for (const [index, { bytes, lines }] of part.totals()) {
        const total = totals.get(index) ?? { bytes: 0, lines: 0 };
        totals.set(index, { bytes: total.bytes + bytes, lines: total.lines + lines });
      }
    return [...totals].map(([index, { bytes, lines }]) => ({
      stream: kinds[index]?.stream ?? {},
      bytes: Math.round(bytes * scale),
      lines: Math.round(lines * scale),
    }));
  }

  return {
    blocks,
    streams: (span) => {
      const { to } = clip(span);
      const last = { from: Math.max(span.from, to - (isWarm ? newest : 2) * minute * 1_000), to };
      const found = new Set<number>();
      for (const { kind } of [...sampled(span).parts, ...sampled(last).parts])
        for (const index of kind) found.add(index);
      const streams = [...found].map((index) => kinds[index]?.stream ?? {});
      return [...new Map(streams.map((stream) => [labelsKey(stream), stream])).values()];
    },
    volumes,
    bytesOf: (isWanted, span) =>
      volumes(span, fewestMinutes).reduce((sum, { stream, bytes }) => (isWanted(stream) ? sum + bytes : sum), 0),
    warm: () => {
      const last = Math.floor(now() / minute);
      const wanted = [
        ...Array.from({ length: 60 }, (_, i) => last - i),
        // What a look at six hours' labels takes.
        ...Array.from({ length: 60 }, (_, i) => (Math.floor(last / 6) - i) * 6),
      ];
      const next = wanted.find((number) => !minutes.has(number) && number * minute >= world.origin);
      if (next === undefined) return false;
      minuteAt(next).totals();
      makeRoom();
      return true;
    },
  };
}

const minuteOf = (number: number): Window => ({
  from: toInstant(number * minute),
  to: toInstant((number + 1) * minute),
});
const minutesOf = ({ from, to }: Span): { readonly first: number; readonly count: number } => {
  const first = Math.floor(from / (minute * 1_000));
  return { first, count: Math.floor((to - 1) / (minute * 1_000)) - first + 1 };
};

function totalsOf(kind: Uint16Array, bytes: (row: number) => number, kinds: readonly Kind[]): Map<number, Total> {
  const totals = new Map<number, Total>();
  for (const [row, index] of kind.entries()) {
    const total = totals.get(index) ?? { bytes: 0, lines: 0 };
    totals.set(index, total);
    total.bytes += bytes(row) + besideBytes(kinds[index]);
    total.lines += 1;
  }
  return totals;
}

/** As Loki's chunks hold it: two references a label, and what is not the same for all. */
const besideBytes = (kind: Kind | undefined): number =>
  kind ? 4 * (Object.keys(kind.fixed).length + kind.varying.length) + (kind.varying.length > 0 ? 48 : 0) : 0;

/** A minute without the rows outside of the span: what is not yet, or no longer kept, is not there. */
function trimmed(block: Minute, span: Span): Minute {
  const [first, end] = rowsIn(block, span);
  if (first === 0 && end === block.micros.length) return block;
  const kind = block.kind.subarray(first, end);
  const bytes = (row: number): number => block.bytes(row + first);
  return {
    ...block,
    micros: block.micros.subarray(first, end),
    kind,
    text: (row) => block.text(row + first),
    metadata: (row) => block.metadata(row + first),
    bytes,
    totals: () => totalsOf(kind, bytes, block.kinds),
  };
}

/** Spellings of ids that a world's requests may have or not: hex, UUID, base64, Datadog's decimal, X-Ray. */
const isSomeId = (text: string): boolean =>
  /^[0-9a-f]{32}$/i.test(text) ||
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ||
  /^(?=.*[A-F])[0-9A-F]{16,32}$/.test(text) ||
  /^[A-Za-z0-9+/]{22}==$/.test(text) ||
  /^\d{17,20}$/.test(text) ||
  /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i.test(text);

/** The ids of which a wanted line must hold one; undefined where that is not all that is sought. */
function soughtIds({ holds }: Wanted, { ids: { isSpelled } }: World): string[] | undefined {
  for (const texts of holds) {
    const ids = texts.filter(isSpelled);
    // An id without its leading zeros stands within the whole one.
    const isPart = (text: string): boolean => text.length >= 16 && ids.some((id) => id.endsWith(text));
    if (!texts.every((text) => isSpelled(text) || isSomeId(text) || isPart(text))) continue;
    // Only requests write ids as requests do; in other lines stand other ids.
    return ids;
  }
  return undefined;
}
