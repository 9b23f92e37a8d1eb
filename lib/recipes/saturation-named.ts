/**
 * What a service tells in metrics that begin with its own name, whatever job scrapes them: `image_worker_queue_depth` is of
 * image.worker. Only for services that no label names, and only by endings that mean the same everywhere.
 */
import type { NamedByAll } from "@/lib/evidence";
import { expectedNamespaces, type Subject } from "@/lib/identity/subject";
import { escapedRegex, regexAlternatives, selector } from "@/lib/query/promql";
import { quoted } from "@/lib/query/quoted";
import { type NamedRow, namedRows } from "@/lib/recipes/saturation-table";
import type { Matcher } from "@/lib/signal/labels";

/** First words of what libraries and exporters tell: a service of that name is not meant. */
const common = new Set(
  "aws container dotnet envoy go grpc http istio jvm kafka kube kubelet logback loki mysql net nginx node nodejs pg postgres process prometheus promhttp python rabbitmq redis rpc scrape system tempo tomcat traces up".split(
    " ",
  ),
);

/** `image_worker`; null = its metrics could be anybody's. */
function prefixOf({ service: { name } }: Subject): string | null {
  const prefix = name.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return /^[a-z][a-z0-9_]*[a-z0-9]$/.test(prefix) && !common.has(prefix) ? prefix : null;
}

/** A name of several words is nobody else's, and may be followed by what it counts: `…_uploads_failed_total`. */
const patternOf = (prefixes: readonly string[], { ending }: NamedRow): string => {
  const [long, short] = [prefixes.filter((each) => each.includes("_")), prefixes.filter((each) => !each.includes("_"))];
  const of = (all: readonly string[], infix: string): string[] =>
    all.length === 0 ? [] : [`(?:${all.map(escapedRegex).join("|")})${infix}`];
  return `(?:${[...of(long, "(?:_[a-z0-9]+){0,2}"), ...of(short, "")].join("|")})_(?:${ending})`;
};

/** Their series by the prefix of the name, with the namespace where there is one: two of them are nobody's. */
export function ofNames(
  subjects: readonly Subject[],
  range: string,
): { readonly operands: string[]; readonly services: NamedByAll[] } {
  const named = subjects.flatMap((subject) => {
    const prefix = prefixOf(subject);
    return prefix === null ? [] : [{ subject, prefix }];
  });
  // The longer first, so that `payment_worker_queue_depth` is none of payment's.
  const prefixes = [...new Set(named.map(({ prefix }) => prefix))].sort(
    (a, b) => b.length - a.length || (a < b ? -1 : 1),
  );
  if (prefixes.length === 0) return { operands: [], services: [] };
  const spaces = named.map(({ subject }) => expectedNamespaces(subject));
  const space: Matcher[] = spaces.every((each) => each.length > 0)
    ? [{ label: "namespace", op: "=~", value: `|${regexAlternatives([...new Set(spaces.flat())].sort())}` }]
    : [];
  const capture = `(${prefixes.map(escapedRegex).join("|")})_.+`;
  const operands = namedRows.map((row) => {
    const series = selector(null, [
      { label: "__name__", op: "=~", value: patternOf(prefixes, row) },
      ...space,
      ...(row.state ? [{ label: "state", op: "=" as const, value: "" }] : []),
    ]);
    const by = (aggregate: string, text: string): string =>
      `${aggregate} by (cluster, namespace, prefix) (label_replace(${text}, "prefix", "$1", "__name__", ${quoted(capture)}))`;
    const told = row.counts ? `${by("sum", series)} - ${by("sum", `${series} offset ${range}`)}` : by("max", series);
    return `label_replace(${told}, "signal", "${row.signal}", "", "")`;
  });
  return { operands, services: named.map(({ subject, prefix }) => ({ service: subject.service, where: { prefix } })) };
}
