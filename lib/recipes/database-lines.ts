/**
 * Lines of the databases that the trace's path calls: plans and slow statements, and failures. A database ships no spans;
 * its streams are found by the name it is called by, or by its product's, in the labels that name services.
 */
import type { Question, QuestionId } from "@/lib/evidence";
import { streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import { answerTo, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { databaseCarriers, knownStreams } from "@/lib/recipes/known-streams";
import { streamLabels, volumeQuestion } from "@/lib/recipes/lines-of-id";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget } from "@/lib/recipes/read-budget";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { clipTo } from "@/lib/signal/time";
import type { Trace, TraceDetails } from "@/lib/signal/trace";

const mostLines = 200;
const mostDatabases = 2;

/** What a product of `db.system` is called where it runs. */
const products: ReadonlyMap<string, readonly string[]> = new Map([
  ["postgresql", ["postgres", "postgresql", "pg"]],
  ["mysql", ["mysql", "mariadb"]],
  ["mariadb", ["mariadb", "mysql"]],
  ["mongodb", ["mongo", "mongodb"]],
  ["redis", ["redis", "valkey"]],
]);
/** Beside a database, and not it. */
const beside = /exporter|operator|backup|proxy|bouncer|admin/i;

/** PostgreSQL's auto_explain and log_min_duration_statement, MySQL's slow log, MongoDB's slow operations; and failures. */
const telling =
  "|~ `(?i)auto_explain|duration: [0-9.]+ ms|# Query_time|Slow query|fatal|panic|error|deadlock|out of memory|too many`";

/** The calls to databases in one trace: product, and the host's first name where it is no address. */
function databasesIn(trace: Trace, { keys, values, attributes }: TraceDetails): readonly string[][] {
  const isSystem = new Set(keys.flatMap((key, at) => (key === "db.system" || key === "db.system.name" ? [at] : [])));
  const isHost = new Set(keys.flatMap((key, at) => (key === "server.address" || key === "net.peer.name" ? [at] : [])));
  const found = new Map<string, string[]>();
  if (isSystem.size === 0) return [];
  for (let row = 0; row < trace.spanId.length; row += 1) {
    const pairs = attributes[row] ?? [];
    let [system, host] = ["", ""];
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const value = values[pairs[at + 1] ?? -1];
      if (typeof value !== "string") continue;
      if (isSystem.has(pairs[at] ?? -1)) system = value.toLowerCase();
      if (isHost.has(pairs[at] ?? -1)) host = value;
    }
    if (system === "") continue;
    const own = /^[a-z][\w-]*/i.exec(host)?.[0];
    found.set(`${system} ${own ?? ""}`, [...(own ? [own] : []), ...(products.get(system) ?? [system])]);
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, names]) => names);
}

/** `(?:.*[/_.-])?(?:postgres|pg)(?:[-_.].*)?` */
const shape = (names: readonly string[]): string =>
  `(?:.*[/_.-])?(?:${regexAlternatives([...new Set(names)].sort())})(?:[-_.].*)?`;

type Streams = { readonly label: string; readonly values: readonly string[]; readonly namespaces: readonly string[] };

/** The strongest label that names some; of several namespaces those in which the path's services are. */
function streamsOf(labels: readonly string[], sets: readonly Labels[], facts: Facts, names: readonly string[]) {
  const isOne = new RegExp(`^${shape(names)}$`);
  const own = new Set(facts.subjects.flatMap(({ kubernetesNamespace }) => kubernetesNamespace ?? []));
  for (const label of labels) {
    const all = sets.filter((set) => isOne.test(set[label] ?? "") && !beside.test(set[label] ?? ""));
    const near = all.filter(({ namespace }) => namespace !== undefined && own.has(namespace));
    const streams = near.length > 0 ? near : all;
    const namespaces = [...new Set(streams.flatMap(({ namespace }) => namespace ?? []))].sort();
    // Another team's database may be called the same.
    if (streams.length === 0 || (near.length === 0 && namespaces.length > 1)) continue;
    const values = [...new Set(streams.flatMap((set) => set[label] ?? []))].sort();
    return { label, values, namespaces } satisfies Streams;
  }
  return null;
}

/** Streams, volume, lines: each once it is known that there is something to ask for. */
export function planDatabaseLines(facts: Facts, budget: ReadBudget): Question[] {
  const [told] = facts.evidence.flatMap(({ answer, question: { id } }) =>
    answer.kind === "trace" ? [{ id, names: databasesIn(answer.trace, answer.details) }] : [],
  );
  if (!told || told.names.length === 0) return [];
  const questions: Question[] = [];
  for (const upstream of upstreamsOf(facts.environment, "loki")) {
    const { existing = [], after } = streamLabels(upstream, facts.startedAt, facts.evidence);
    const labels = databaseCarriers.filter((label) => existing.includes(label));
    if (labels.length === 0) continue;
    const all = told.names.slice(0, mostDatabases);
    const streams = knownStreams(facts, upstream, existing, after);
    questions.push(streams);
    const answer = answerTo(facts.evidence, streams)?.answer;
    const found = answer?.kind === "label-sets" ? streamsOf(labels, answer.sets, facts, all.flat()) : null;
    if (found) questions.push(...linesOf(facts, upstream, found, budget, [told.id, streams.id]));
  }
  return questions;
}

function linesOf(
  facts: Facts,
  upstream: UpstreamSetting,
  { label, values, namespaces }: Streams,
  budget: ReadBudget,
  after: readonly QuestionId[],
): Question[] {
  const { window, environment, evidence } = facts;
  const selector = streamSelector([
    { label, op: "=~", value: regexAlternatives(values) },
    ...(namespaces.length > 0 ? [{ label: "namespace", op: "=~" as const, value: regexAlternatives(namespaces) }] : []),
  ]);
  const database = values.slice(0, 2).join(", ");
  const volume = volumeQuestion({ upstream, selector, window, rung: -1, after }, "database-lines");
  const size = answerTo(evidence, volume);
  if (!size || overBudget(budget, { environment, upstream, volume: size, window, what: database })) return [volume];
  const lines = question({
    upstream,
    slot: "lines",
    purpose: { kind: "database-lines", database },
    call: { api: "loki-lines", query: `${selector} ${telling}`, limit: mostLines, direction: "forward" },
    window: clipTo(window, facts.now),
    why: `slow statements, their plans and failures, as ${database} logged them`,
    after: [volume.id],
  });
  return [volume, lines];
}
