/**
 * What speaks for a service, weighed: the best label in each family, or the reason why none is taken. A name alone is
 * enough where it is exact; a kindred one takes a second witness; and nothing is taken that would sum two services.
 */
import { type Claim, type Dimension, dimensions, expectedOf } from "@/lib/identity/claims";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import type { Subject } from "@/lib/identity/subject";
import { workloadOf } from "@/lib/identity/workload";
import type { Matcher } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

/** Why nothing is taken for a service though something might be its own: two sentences. */
export type Doubt = { readonly service: Service; readonly text: string; readonly next: string };
export type Weighed = { readonly subject: MetricSubject; readonly score: number };

const matchScore: Readonly<Record<Claim["match"], number>> = {
  namespaced: 40,
  exact: 30,
  respelt: 20,
  akin: 10,
  prefixed: 5,
  shared: 0,
};
/** A pod that spans and series both name says more than any spelling but that of namespace and name. */
const witnessScore = 35;
const scopeScore = 5;

const matchWords: Readonly<Record<Claim["match"], string>> = {
  namespaced: "is its namespace and name",
  exact: "is its name",
  respelt: "is its name in another spelling",
  akin: "is its name but for namespace, version or hash",
  shared: "is another name, but its own pods carry it",
  prefixed: "scrapes the metrics that begin with its name",
};
const plural: Readonly<Record<Dimension, string>> = {
  namespace: "namespaces",
  cluster: "clusters",
  environment: "environments",
};

const joined = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");
const nextForScope =
  "Name its labels in a mapping of this environment, or let the spans carry service.namespace or k8s.namespace.name.";
const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort();
const valueIn = (claim: Claim, dimension: Dimension): string | undefined => claim.scopes[dimension]?.value;
const keyOf = ({ family, label, value, scopes, reporter, replica }: Claim): string =>
  JSON.stringify([family, label, value, dimensions.map((each) => scopes[each] ?? null), reporter, replica]);

/** One claim a key: what is seen again with a pod is a witness of the same. */
function united(claims: readonly Claim[]): Claim[] {
  return [...Map.groupBy(claims, keyOf).values()].flatMap((group) => {
    const [head] = group;
    if (!head) return [];
    return [
      {
        ...head,
        series: Math.max(...group.map(({ series }) => series)),
        witness: group.find(({ witness }) => witness !== null)?.witness ?? null,
      },
    ];
  });
}

type Told = {
  readonly dimension: Dimension;
  /** What the spans told, else what the rows of the very pods tell. */
  readonly expected: readonly string[];
  /** What all claims tell. */
  readonly values: readonly string[];
  /** What `target_info` tells of the same label and value. */
  readonly info: (claim: Claim) => readonly string[];
};

function toldOf(subject: Subject, pool: readonly Claim[], dimension: Dimension): Told {
  const own = expectedOf(subject, dimension);
  const witnessed = pool.filter(({ witness }) => witness !== null).flatMap((claim) => valueIn(claim, dimension) ?? []);
  const infos = pool.filter(({ family }) => family === "target_info");
  return {
    dimension,
    expected: own.length > 0 ? own : sortedSet(witnessed),
    values: sortedSet(pool.flatMap((claim) => valueIn(claim, dimension) ?? [])),
    info: ({ label, value }) =>
      sortedSet(
        infos.flatMap((each) => (each.label === label && each.value === value ? (valueIn(each, dimension) ?? []) : [])),
      ),
  };
}

/** Whether the claim can be of this service and of no other one of its name. */
function agrees(claim: Claim, { dimension, expected, values, info }: Told): boolean {
  const own = valueIn(claim, dimension);
  if (own !== undefined) return expected.length === 0 || expected.includes(own);
  const told = info(claim);
  // Where one of the name runs elsewhere, a family that does not tell where would sum both.
  const all = told.length > 0 ? told : values;
  return expected.length === 0 ? all.length < 2 : all.every((value) => expected.includes(value));
}

const narrowedBy = (claim: Claim, told: readonly Told[]): Matcher[] =>
  told.flatMap(({ dimension, expected }) => {
    const scope = claim.scopes[dimension];
    return scope?.label && expected.includes(scope.value)
      ? [{ label: scope.label, op: "=" as const, value: scope.value }]
      : [];
  });

function scoreOf(claim: Claim, told: readonly Told[]): number {
  const scopes = told.filter(({ dimension, expected }) => expected.includes(valueIn(claim, dimension) ?? "")).length;
  return matchScore[claim.match] + (claim.witness ? witnessScore : 0) + scopeScore * scopes - claim.rank;
}

/** Best first; equal ones in an order that does not depend on the rows'. */
const byScore =
  (told: readonly Told[]) =>
  (a: Claim, b: Claim): number =>
    scoreOf(b, told) - scoreOf(a, told) || (keyOf(a) < keyOf(b) ? -1 : 1);

/** Of several reporters of the same requests the first by the family's order; of a pair of servers the one that tells more. */
function onceReported(claims: readonly Claim[]): Claim[] {
  const order = claims[0]?.naming.reporter?.order ?? [];
  const taken = order.find((each) => claims.some(({ reporter }) => reporter === each));
  const reported = order.length > 0 ? claims.filter(({ reporter }) => reporter === (taken ?? null)) : claims;
  const seriesOf = (replica: string): number =>
    reported.reduce((sum, each) => sum + (each.replica?.value === replica ? each.series : 0), 0);
  const replicas = [...new Set(reported.flatMap(({ replica }) => replica?.value ?? []))].sort();
  const [first] = replicas.toSorted((a, b) => seriesOf(b) - seriesOf(a));
  return replicas.length > 1 ? reported.filter(({ replica }) => replica?.value === first) : [...reported];
}

function reasonOf(claim: Claim, told: readonly Told[]): string {
  const scopes = told.flatMap(({ dimension, expected }) => {
    const scope = claim.scopes[dimension];
    return scope?.label && expected.includes(scope.value) ? [`${scope.label} agrees`] : [];
  });
  const { witness } = claim;
  const words = [
    ...scopes,
    ...(witness ? [`${witness.label} ${witness.value} of its spans or lines carries it`] : []),
    ...(claim.reporter ? [`counted by the ${claim.reporter} alone`] : []),
  ];
  return [`${claim.label} ${matchWords[claim.match]}`, ...words].join(", and ");
}

/** What a label that names something else is narrowed to: the service's own pods. */
function ownPods(subject: Subject, { match, witness }: Claim): Matcher[] {
  if (match !== "shared" || witness === null) return [];
  const { pods, basis } = workloadOf(subject);
  const isPod = !witness.label.includes("instance");
  const exact: Matcher = { label: witness.label, op: "=", value: witness.value };
  return [isPod && basis !== "name" ? { label: witness.label, op: "=~", value: pods } : exact];
}

type Chosen = {
  readonly claim: Claim;
  readonly told: readonly Told[];
  readonly other: Claim | undefined;
  /** The family has the same from another server. */
  readonly isTwice: boolean;
};

function subjectOf(subject: Subject, { claim, told, other, isTwice }: Chosen): MetricSubject {
  const extra = (each: Claim): Matcher[] => [
    ...narrowedBy(each, told),
    ...(each.naming.reporter && each.reporter
      ? [{ label: each.naming.reporter.label, op: "=" as const, value: each.reporter }]
      : []),
    ...(isTwice && each.replica?.label
      ? [{ label: each.replica.label, op: "=" as const, value: each.replica.value }]
      : []),
    ...ownPods(subject, each),
  ];
  return {
    service: subject.service,
    family: claim.family,
    label: claim.label,
    value: claim.value,
    extra: extra(claim),
    basis: "inferred",
    mapping: null,
    because: reasonOf(claim, told),
    series: claim.series,
    runnerUp: other
      ? {
          matchers: [{ label: other.label, op: "=", value: other.value }, ...extra(other)],
          because: reasonOf(other, told),
        }
      : null,
  };
}

/** The best label in each family, or the doubt that forbids any. */
export function weigh(subject: Subject, claims: readonly Claim[]): { found: Weighed[]; doubt: Doubt | null } {
  const { service } = subject;
  const all = united(claims);
  const sure = all.filter(({ match, witness }) => match !== "akin" && (match !== "shared" || witness !== null));
  const pool = sure.length > 0 ? sure : all;
  if (pool.length === 0) return { found: [], doubt: null };
  const told = dimensions.map((dimension) => toldOf(subject, pool, dimension));
  const doubt = (text: string, next: string) => ({ found: [], doubt: { service, text, next } });
  for (const { dimension, expected, values } of told)
    if (expected.length === 0 && values.length > 1)
      return doubt(
        `${service.name} exists in ${plural[dimension]} ${joined(values)}; the trace does not tell which.`,
        nextForScope,
      );
  const own = pool.filter((claim) => told.every((each) => agrees(claim, each)));
  const elsewhere = told.find(
    ({ dimension, expected, values }) =>
      own.length === 0 &&
      values.length > 0 &&
      expected.length > 0 &&
      !values.some((value) => expected.includes(value)) &&
      pool.some((claim) => valueIn(claim, dimension) !== undefined),
  );
  if (elsewhere)
    return doubt(
      `Series named ${service.name} are of ${elsewhere.values.length > 1 ? plural[elsewhere.dimension] : elsewhere.dimension} ${joined(elsewhere.values)}; the trace passed it in ${joined(elsewhere.expected)}.`,
      "If they are the same, name its labels in a mapping of this environment.",
    );
  const believed = own.filter(
    (claim) =>
      claim.match !== "akin" ||
      claim.witness !== null ||
      told.some(({ dimension, expected }) => expected.includes(valueIn(claim, dimension) ?? "")),
  );
  const [kin] = own.toSorted(byScore(told));
  if (believed.length === 0 && kin)
    return doubt(
      `${kin.label}=${JSON.stringify(kin.value)} may be ${service.name}, but nothing besides the name says so.`,
      "If it is, name it in a mapping of this environment.",
    );
  const found = [...Map.groupBy(believed, ({ family }) => family).values()].flatMap((group): Weighed[] => {
    const ranked = onceReported(group).toSorted(byScore(told));
    const [best] = ranked;
    if (!best) return [];
    // A stable and a canary, both its own: several values of one label, if no label says the name itself.
    const alike =
      best.match === "akin" ? ranked.filter((each) => each.match === "akin" && each.label === best.label) : [best];
    const other = ranked.find(
      (each) => each.label !== best.label || (each.value !== best.value && !alike.includes(each)),
    );
    const isTwice = new Set(group.flatMap(({ replica }) => replica?.value ?? [])).size > 1;
    return alike.map((claim) => ({
      subject: subjectOf(subject, { claim, told, other, isTwice }),
      score: scoreOf(claim, told),
    }));
  });
  return { found, doubt: null };
}
