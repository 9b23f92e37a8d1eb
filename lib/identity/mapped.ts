/** Mappings, configured or chosen by the reader: which apply, which rows they match, which label then tells the series apart. */
import type { MetricSubject, ProbeRow } from "@/lib/identity/metric-subject";
import type { Subject } from "@/lib/identity/subject";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";

/**
 * The mappings that speak for this service in one signal: what the reader chose before all that is configured, one of
 * `namespace/name` before those of the bare name.
 */
export function mappingsOf(
  { service }: Subject,
  mappings: readonly MappingSetting[],
  signal: MappingSetting["signal"],
): readonly MappingSetting[] {
  const own = mappings.filter((mapping) => mapping.signal === signal);
  const chosen = own.filter(({ by }) => by === "reader");
  for (const all of [chosen, own])
    for (const name of [serviceKey(service), service.name]) {
      const named = all.filter((mapping) => mapping.service === name);
      if (named.length > 0) return named;
    }
  return [];
}

export const basisOf = ({ by }: MappingSetting): "configured" | "chosen" => (by === "reader" ? "chosen" : "configured");
/** In words, as far as the reader is concerned. */
export const basisWords = { configured: "configured", chosen: "chosen by you" } as const;

/** What the reader chose for services that are none of these. */
export const strangersAmong = (
  subjects: readonly Subject[],
  mappings: readonly MappingSetting[],
): readonly MappingSetting[] =>
  mappings.filter(
    ({ by, service }) =>
      by === "reader" &&
      !subjects.some((each) => service === each.service.name || service === serviceKey(each.service)),
  );

/** RE2 writes flags at the front (`(?i)pay.*`), JavaScript beside. Neither can say everything the other can: null = no match. */
export function anchored(pattern: string): RegExp | null {
  const [, flags = "", rest = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(`^(?:${rest})$`, [...new Set(`${flags}s`)].join(""));
  } catch {
    return null;
  }
}

/** An absent label is an empty one. Source: Prometheus, "label matchers that match empty label values". */
export function matches(row: Labels, { label, op, value }: Matcher): boolean {
  const own = row[label] ?? "";
  if (op === "=") return own === value;
  if (op === "!=") return own !== value;
  const regex = anchored(value);
  return regex !== null && regex.test(own) === (op === "=~");
}

/**
 * The label that names the series of these rows: that of the first `=` matcher, else the one that every row carries and
 * that differs least among them, the strongest name first.
 */
function namingLabel(matchers: readonly Matcher[], rows: readonly Labels[], names: readonly string[]): string | null {
  const equal = matchers.find(({ label, op, value }) => op === "=" && value !== "" && label !== "__name__");
  if (equal) return equal.label;
  const labels = [...new Set([...names, ...matchers.map(({ label }) => label)])].filter(
    (label) => label !== "__name__" && rows.every((row) => (row[label] ?? "") !== ""),
  );
  const values = (label: string): number => new Set(rows.map((row) => row[label])).size;
  return labels.toSorted((a, b) => values(a) - values(b))[0] ?? null;
}

/**
 * One subject a family and value of the naming label, with all other matchers as `extra`. Of several mappings the first
 * that matches anything is taken: another may be meant for another upstream.
 */
export function subjectsOfMappings(
  service: Service,
  mappings: readonly MappingSetting[],
  rows: readonly ProbeRow[],
  names: readonly string[],
): MetricSubject[] {
  for (const each of mappings) {
    const { matchers: mapping } = each;
    const basis = basisOf(each);
    const own = rows.filter(({ labels }) => mapping.every((matcher) => matches(labels, matcher)));
    const found = [...Map.groupBy(own, ({ labels }) => labels.__name__ ?? "")].flatMap(
      ([family, group]): MetricSubject[] => {
        const label = namingLabel(
          mapping,
          group.map(({ labels }) => labels),
          names,
        );
        if (label === null) return [];
        const values = [...new Set(group.flatMap(({ labels }) => labels[label] ?? []))].sort();
        return values.map((value) => ({
          service,
          family,
          label,
          value,
          // The name is the recipe's own: it differs from counter to histogram.
          extra: mapping.filter(
            (matcher) =>
              matcher.label !== "__name__" &&
              !(matcher.label === label && matcher.op === "=" && matcher.value === value),
          ),
          basis,
          mapping,
          because: basisWords[basis],
          // A row that names a pod tells again what the sum has.
          series: group.reduce(
            (sum, { labels, series }) => sum + (labels[label] === value && labels.witness === undefined ? series : 0),
            0,
          ),
          runnerUp: null,
        }));
      },
    );
    if (found.length > 0) return found;
  }
  return [];
}
