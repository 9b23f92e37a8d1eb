/** Series drawn as text -> a storage: `up{job="a"} 0+1x5 _ stale`, a value an interval from 0 on. */
import { parseFloatText } from "@/lib/engine/promql/literals";
import { matchesAll } from "@/lib/engine/promql/matching";
import { parseSelector } from "@/lib/engine/promql/parse";
import type { Storage, StoredSeries } from "@/lib/engine/promql/storage";
import type { Labels } from "@/lib/signal/labels";

/** `1`, `_`, `stale`, `0+10x3` -> one entry an interval. */
function expanded(word: string): string[] {
  const [, start, slope, times] = /^(-?[\d.]+)([+-][\d.]+)x(\d+)$/.exec(word) ?? [];
  if (start === undefined) return [word];
  return Array.from({ length: Number(times) + 1 }, (_, i) => String(Number(start) + i * Number(slope)));
}

export function seriesFrom(line: string, interval: number): StoredSeries {
  const middle = line.lastIndexOf("} ") + 1;
  const parsed = parseSelector(line.slice(0, middle));
  if (!parsed.ok) throw new Error(`${line}: ${parsed.complaint.text}`);
  const { name, matchers } = parsed.value;
  const labels: Labels = {
    __name__: name ?? "",
    ...Object.fromEntries(matchers.map(({ label, value }) => [label, value])),
  };
  const words = line.slice(middle).trim().split(/\s+/).flatMap(expanded);
  const times = words.flatMap((word, i) => (word === "_" || word === "stale" ? [] : [i * interval]));
  const values = words.flatMap((word) =>
    word === "_" || word === "stale" ? [] : [parseFloatText(word) ?? Number.NaN],
  );
  const ends = words.flatMap((word, i) => (word === "stale" ? [i * interval] : []));
  return { labels, at: Float64Array.from(times), values: Float64Array.from(values), ends };
}

export const storageOf = (all: readonly StoredSeries[]): Storage => ({
  select: (matchers, after, until) =>
    all
      .filter(({ labels }) => matchesAll(matchers, labels))
      .flatMap((series) => {
        const inside = Array.from(series.at.keys()).filter(
          (i) => (series.at[i] ?? 0) > after && (series.at[i] ?? 0) <= until,
        );
        const pick = (from: Float64Array): Float64Array => Float64Array.from(inside, (i) => from[i] ?? Number.NaN);
        return inside.length > 0 ? [{ ...series, at: pick(series.at), values: pick(series.values) }] : [];
      }),
});
