/** Loki's envelopes: JSON with statistics, errors as plain text. */
import type { Column } from "@/lib/engine/logql/series";
import { printFloat } from "@/lib/engine/logql/units";

export const json = (body: unknown): Response =>
  new Response(`${JSON.stringify(body)}\n`, { headers: { "content-type": "application/json; charset=UTF-8" } });
/** Without a charset, where the real server says none. */
export const bareJson = (body: unknown): Response =>
  new Response(`${JSON.stringify(body)}\n`, { headers: { "content-type": "application/json" } });
export const plain = (status: number, text: string): Response =>
  new Response(text, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  });

const chunk = {
  headChunkBytes: 0,
  headChunkLines: 0,
  decompressedBytes: 0,
  decompressedLines: 0,
  compressedBytes: 0,
  totalDuplicates: 0,
  postFilterLines: 0,
  headChunkStructuredMetadataBytes: 0,
  decompressedStructuredMetadataBytes: 0,
};
const store = {
  totalChunksRef: 0,
  totalChunksDownloaded: 0,
  chunksDownloadTime: 0,
  queryReferencedStructuredMetadata: false,
  chunk,
  chunkRefsFetchTime: 0,
};
const cache = {
  entriesFound: 0,
  entriesRequested: 0,
  entriesStored: 0,
  bytesReceived: 0,
  bytesSent: 0,
  requests: 0,
  downloadTime: 0,
};

/** What a query cost. Only what is known is told; the rest is zero. `bytes`: of all lines that had to be read. */
export const statistics = (entries: number, seconds: number, bytes = 0): unknown => ({
  summary: {
    bytesProcessedPerSecond: 0,
    linesProcessedPerSecond: 0,
    totalBytesProcessed: bytes,
    totalLinesProcessed: 0,
    execTime: seconds,
    queueTime: 0,
    subqueries: 0,
    totalEntriesReturned: entries,
    splits: 1,
    shards: 1,
    totalPostFilterLines: 0,
    totalStructuredMetadataBytesProcessed: 0,
  },
  querier: { store },
  ingester: { totalReached: 1, totalChunksMatched: 0, totalBatches: 0, totalLinesSent: entries, store },
  cache: {
    chunk: cache,
    index: cache,
    result: cache,
    statsResult: cache,
    volumeResult: cache,
    seriesResult: cache,
    labelResult: cache,
    instantMetricResult: cache,
  },
  index: { totalChunks: 0, postFilterChunks: 0, shardsDuration: 0, usedBloomFilters: false },
});

export const answer = (resultType: string, result: readonly unknown[], more: object = {}, bytes = 0): Response =>
  json({
    status: "success",
    data: { resultType, ...more, result, stats: statistics(result.length, 0, bytes) },
  });

/** By labels, as Loki orders them. */
export const ordered = <T extends { readonly labels: Readonly<Record<string, string>> }>(rows: readonly T[]): T[] =>
  rows
    .map((row) => ({ row, key: Object.entries(row.labels).sort().join("\u0000") }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);

/** `grid` in epoch µs. */
export const matrix = (columns: readonly Column[], grid: readonly number[]): unknown[] =>
  ordered(columns).map(({ labels, values }) => ({
    metric: labels,
    values: grid.flatMap((at, step) => {
      const value = values[step];
      return value === undefined ? [] : [[Math.floor(at / 1e3) / 1e3, printFloat(value)]];
    }),
  }));
