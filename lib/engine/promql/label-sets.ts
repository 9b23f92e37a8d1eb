/** Label sets: what is kept, dropped, set; their order and print. An empty value is no label. */
import type { Labels } from "@/lib/signal/labels";

export const without = (labels: Labels, names: ReadonlySet<string>): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.has(name)));
export const only = (labels: Labels, names: ReadonlySet<string>): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.has(name)));
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...rest } = labels;
  return value === "" ? rest : { ...rest, [name]: value };
}

const ofMetric: ReadonlySet<string> = new Set(["__name__", "__type__", "__unit__"]);
/** What is computed from a metric is that metric no longer. */
export const unnamed = (labels: Labels): Labels => without(labels, ofMetric);

const sorted = (labels: Labels): [string, string][] =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** In Prometheus' order of series: by the first label that differs, names before values, fewer before more. */
export const byLabels = <T extends { readonly labels: Labels }>(all: readonly T[]): T[] =>
  all
    .map((each) => ({ each, key: sorted(each.labels).flat() }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ each }) => each);

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [one = "", other = ""] = [left[i], right[i]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** `{__name__="up", job="a"}`, as errors show series. */
export const printLabels = (labels: Labels): string =>
  `{${sorted(labels)
    .map(([name, value]) => `${/^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(value)}`)
    .join(", ")}}`;
