/** Series that a mapping gives to one service and that another one claims as well: followed for both, and said. */
import { matches } from "@/lib/identity/mapped";
import type { MetricSubject, ProbeRow } from "@/lib/identity/metric-subject";
import { serviceKey } from "@/lib/signal/service";

/** As they came; where another service has a row of a mapped one's, both say so in their reason. */
export function withShared(found: readonly MetricSubject[], rows: readonly ProbeRow[]): readonly MetricSubject[] {
  if (found.every(({ mapping }) => mapping === null)) return found;
  const byFamily = Map.groupBy(found, ({ family }) => family);
  const others = new Map<MetricSubject, Set<string>>();
  for (const { labels } of rows) {
    const claiming = (byFamily.get(labels.__name__ ?? "") ?? []).filter(
      ({ label, value, extra }) => labels[label] === value && extra.every((matcher) => matches(labels, matcher)),
    );
    if (claiming.every(({ mapping }) => mapping === null)) continue;
    for (const one of claiming)
      for (const { service } of claiming)
        if (serviceKey(service) !== serviceKey(one.service))
          others.set(one, (others.get(one) ?? new Set()).add(serviceKey(service)));
  }
  return found.map((one) => {
    const names = [...(others.get(one) ?? [])].sort();
    return names.length === 0 ? one : { ...one, because: `${one.because}, though ${alsoOf(names)}` };
  });
}

/** "cart and order have the same" */
export const alsoOf = (names: readonly string[]): string =>
  `${[names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ")} ${names.length === 1 ? "has" : "have"} the same`;
