/** The probe's rows -> which label of which metric family means which service, and in words why, or why not. */
import type { QuestionId } from "@/lib/evidence";
import { claimsOf } from "@/lib/identity/claims";
import type { Identity } from "@/lib/identity/identity";
import { basisWords, mappingsOf, subjectsOfMappings } from "@/lib/identity/mapped";
import type { MetricSubject, ProbeRow } from "@/lib/identity/metric-subject";
import { commonNaming, type Family, type Naming } from "@/lib/identity/naming";
import { prefixClaims } from "@/lib/identity/prefix-claims";
import { withShared } from "@/lib/identity/shared";
import type { Subject } from "@/lib/identity/subject";
import { type Doubt, type Weighed, weigh } from "@/lib/identity/weigh";
import type { MappingSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { sameService, serviceKey } from "@/lib/signal/service";

export type MetricReading = {
  readonly found: readonly MetricSubject[];
  readonly doubts: readonly Doubt[];
};

const namesOf = ({ services }: Family["naming"]): string[] => services.map(({ label }) => label);

/**
 * What the rows say of every service. A mapping overrules inference, also where it matches nothing here. What two
 * services claim alike is taken for neither; a service in doubt is in no family at all.
 */
export function readMetricRows(
  subjects: readonly Subject[],
  rows: readonly ProbeRow[],
  families: readonly Family[],
  mappings: readonly MappingSetting[],
): MetricReading {
  const namingOf = new Map(families.flatMap(({ names, naming }) => names.map((name) => [name, naming] as const)));
  const found: MetricSubject[] = [];
  const inferred: Weighed[] = [];
  const doubts: Doubt[] = [];
  for (const subject of subjects) {
    const named = rows.flatMap((row) => {
      const naming = namingOf.get(row.labels.__name__ ?? "");
      return naming ? claimsOf(subject, naming, row) : [];
    });
    // What a label says of a scraped series needs no guess by the metrics' names.
    const isNamed = named.some(({ naming, match }) => naming.scraped && match !== "akin");
    const own = weigh(subject, isNamed ? named : [...named, ...prefixClaims(subject, rows)]);
    const mapped = mappingsOf(subject, mappings, "metrics");
    if (mapped.length > 0) {
      const all = subjectsOfMappings(subject.service, mapped, rows, namesOf(commonNaming));
      found.push(...all.map((each) => reportedOnce(against(each, own.found), namingOf.get(each.family), rows)));
    } else {
      inferred.push(...own.found);
      if (own.doubt) doubts.push(own.doubt);
    }
  }
  const claimed = onceClaimed(inferred);
  return { found: withShared([...found, ...claimed.found], rows), doubts: [...doubts, ...claimed.doubts] };
}

/** A mapping is followed; what was seen without it stands beside. */
function against(mapped: MetricSubject, seen: readonly Weighed[]): MetricSubject {
  const [best] = seen.toSorted((a, b) => b.score - a.score || (a.subject.family < b.subject.family ? -1 : 1));
  const { basis } = mapped;
  if (!best || basis === "inferred") return mapped;
  const { label, value, extra, because } = best.subject;
  const isSeen = (one: string, other: string): boolean => one === mapped.label && other === mapped.value;
  if (isSeen(label, value)) return mapped;
  const isKnown = seen.some(
    ({ subject }) =>
      isSeen(subject.label, subject.value) || subject.runnerUp?.matchers.some((each) => isSeen(each.label, each.value)),
  );
  return {
    ...mapped,
    because: isKnown ? mapped.because : `${basisWords[basis]}, against what was seen`,
    runnerUp: { matchers: [{ label, op: "=", value }, ...extra], because },
  };
}

/** A mapping says who is meant, not that each request is told by several reporters. */
function reportedOnce(subject: MetricSubject, naming: Naming | undefined, rows: readonly ProbeRow[]): MetricSubject {
  const { family, label, value, mapping } = subject;
  const reporter = naming?.reporter;
  if (!reporter || mapping?.some((matcher) => matcher.label === reporter.label)) return subject;
  const own = rows.filter(({ labels }) => labels.__name__ === family && labels[label] === value);
  const first = reporter.order.find((each) => own.some(({ labels }) => labels[reporter.label] === each));
  return first ? { ...subject, extra: [...subject.extra, { label: reporter.label, op: "=", value: first }] } : subject;
}

/** Series that two services of different names claim go to the one with more to show; to none where both have the same. */
function onceClaimed(weighed: readonly Weighed[]): { found: MetricSubject[]; doubts: Doubt[] } {
  const found: MetricSubject[] = [];
  const doubts = new Map<string, Doubt>();
  const groups = Map.groupBy(weighed, ({ subject: { family, label, value, extra } }) =>
    JSON.stringify([family, label, value, extra]),
  );
  for (const group of groups.values()) {
    const most = Math.max(...group.map(({ score }) => score));
    const best = group.filter(({ score }) => score === most).map(({ subject }) => subject);
    const [head] = best;
    if (!head) continue;
    if (best.every(({ service }) => sameService(service, head.service))) {
      found.push(...group.map(({ subject }) => subject).filter(({ service }) => sameService(service, head.service)));
      continue;
    }
    for (const { service, label, value } of best)
      doubts.set(serviceKey(service), {
        service,
        text: `${label}=${JSON.stringify(value)} may be ${best
          .map((each) => each.service.name)
          .sort()
          .join(" or ")}.`,
        next: "Name the labels of both in mappings of this environment.",
      });
  }
  const isLeft = new Set(found.map(({ service }) => serviceKey(service)));
  return { found, doubts: [...doubts.values()].filter(({ service }) => !isLeft.has(serviceKey(service))) };
}

/** What the page shows: one line a service, its families counted. */
export function metricIdentities(
  found: readonly MetricSubject[],
  upstream: string,
  cites: readonly QuestionId[],
): Identity[] {
  const byService = Map.groupBy(found, ({ service }) => serviceKey(service));
  return [...byService.values()].flatMap((all) => {
    const byLabel = [
      ...Map.groupBy(all, ({ mapping, label, value }) => JSON.stringify(mapping ?? [label, value])).values(),
    ].sort((a, b) => b.length - a.length);
    const [first, second] = byLabel;
    const head = first?.[0];
    if (!first || !head) return [];
    const other = second?.[0];
    const elsewhere = second && other ? { matchers: shownOf(other), because: told(second) } : null;
    return [
      {
        service: head.service,
        signal: "metrics" as const,
        upstream,
        matchers: shownOf(head),
        basis: head.basis,
        because: told(first),
        runnerUp: elsewhere ?? head.runnerUp,
        cites,
      },
    ];
  });
}

const shownOf = ({ label, value, extra, mapping }: MetricSubject): readonly Matcher[] =>
  mapping ?? [{ label, op: "=", value }, ...extra];

/** "job is its name, and namespace agrees; 412 series of http_requests_total, target_info" */
function told(group: readonly MetricSubject[]): string {
  const series = group.reduce((sum, each) => sum + each.series, 0);
  const families = [...new Set(group.map(({ family }) => family))];
  return `${group[0]?.because ?? ""}; ${series.toLocaleString("en-US")} series of ${families.join(", ")}`;
}
