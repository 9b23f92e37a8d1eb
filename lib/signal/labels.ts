/** Label sets and matchers, as Prometheus and Loki use them. */

export type Labels = Readonly<Record<string, string>>;
export type Matcher = { readonly label: string; readonly op: "=" | "!=" | "=~" | "!~"; readonly value: string };

/** One text for one set, whatever the order: for keys, never for queries. */
export const labelsKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
