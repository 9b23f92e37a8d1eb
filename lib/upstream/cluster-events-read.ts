/** Lines of Kubernetes' events in their usual shapes -> changes of kind event, of the workloads asked for, each once. */
import "server-only";
import type { NamedWorkload } from "@/lib/evidence";
import type { Change } from "@/lib/signal/change";
import { type LogLines, lineInstant, lineLabels } from "@/lib/signal/lines";
import { serviceKey } from "@/lib/signal/service";
import type { Instant } from "@/lib/signal/time";
import { isIn, namespaceOf } from "@/lib/upstream/cluster-pods";
import { cleanText } from "@/lib/upstream/error-text";
import { isRecord } from "@/lib/upstream/json-shape";
import { readLines } from "@/lib/upstream/loki-lines-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";
import { jsonOf, logfmtField } from "@/lib/upstream/stream-changes-read";

const longestTitle = 160;

type Event = {
  readonly at: Instant;
  readonly namespace: string | null;
  readonly cluster: string | undefined;
  /** "Pod"; "" where the shape does not tell. */
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  /** How often so far, as the event itself counts; null = it does not. */
  readonly count: number | null;
};

const textAt = (record: unknown, ...path: readonly string[]): string | null => {
  let value: unknown = record;
  for (const key of path) value = isRecord(value) ? value[key] : undefined;
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
};

/** What carries each part, in event-exporter's JSON, in events.k8s.io/v1, in logfmt, beside the line (OpenTelemetry). */
function eventAt(lines: LogLines, row: number): Event | undefined {
  const text = lines.text[row] ?? "";
  const labels = lineLabels(lines, row);
  const json = jsonOf(text);
  const event = isRecord(json?.object) ? json.object : json;
  const first = (...values: readonly (string | null | undefined)[]): string => values.find((value) => value) ?? "";
  const field = (name: string): string | undefined => (json ? undefined : logfmtField(text, name));
  const object = (key: string): string | null =>
    textAt(event, "involvedObject", key) ?? textAt(event, "regarding", key);
  const reason = first(labels.k8s_event_reason, textAt(event, "reason"), field("reason"));
  const name = first(labels.k8s_object_name, object("name"), event ? textAt(event, "name") : field("name"));
  if (reason === "" || name === "") return undefined;
  const counted = Number(
    first(
      labels.k8s_event_count,
      textAt(event, "count"),
      textAt(event, "series", "count"),
      textAt(event, "deprecatedCount"),
      field("count"),
    ),
  );
  const namespace = first(
    labels.k8s_namespace_name,
    object("namespace"),
    textAt(event, "namespace"),
    textAt(event, "metadata", "namespace"),
    labels.namespace,
    field("namespace"),
  );
  const message = first(
    textAt(event, "message"),
    textAt(event, "note"),
    field("msg"),
    field("message"),
    json ? "" : text,
  );
  return {
    at: lineInstant(lines, row),
    namespace: namespace === "" ? null : namespace,
    cluster: labels.cluster ?? labels.k8s_cluster_name,
    kind: first(labels.k8s_object_kind, object("kind"), textAt(event, "kind"), field("kind")),
    ...{ name, reason, message },
    type: first(textAt(event, "type"), field("type"), labels.type, labels.severity_text),
    count: Number.isSafeInteger(counted) && counted > 0 ? counted : null,
  };
}

/** What every pod goes through on its way: told by rollouts already. */
const ordinary: ReadonlySet<string> = new Set([
  ...[
    "Scheduled",
    "Pulling",
    "Pulled",
    "Created",
    "Started",
    "SuccessfulCreate",
    "SuccessfulDelete",
    "SuccessfulAttachVolume",
  ],
]);

function concerns({ kind, name }: Event, { workload, pods }: NamedWorkload): boolean {
  const isPod = new RegExp(`^(?:${pods})$`).test(name);
  if (kind === "Pod") return isPod;
  const isSet = name.startsWith(`${workload}-`) && /^[a-z0-9]{6,10}$/.test(name.slice(workload.length + 1));
  if (kind === "ReplicaSet") return isSet;
  return name === workload || (kind === "" && isPod);
}

/** Of a name whose namespace is not known, and that is there in several, only what the service itself names. */
function ownedBy(workload: NamedWorkload, events: readonly Event[]): Event[] {
  const own = events.filter((event) => concerns(event, workload) && isIn(workload, event.cluster));
  if (new Set(own.flatMap(({ cluster }) => cluster ?? [])).size > 1) return [];
  const expected = namespaceOf(
    workload,
    own.flatMap(({ namespace }) => namespace ?? []),
  );
  return own.filter(({ namespace }) => namespace === null || namespace === expected);
}

/** The same words of another pod, another number, are the same: `Back-off restarting failed container ×37`. */
const patternOf = ({ message, name }: Event): string =>
  message.replaceAll(name, "…").replaceAll(/\b[0-9a-f-]{8,}\b|\d+/g, "#");

/** Counters run on from line to line: the highest of each object, else as many as there are lines. */
function countOf(events: readonly Event[]): number {
  const objects = [...Map.groupBy(events, ({ name }) => name).values()];
  return objects.reduce((sum, own) => sum + Math.max(own.length, ...own.map(({ count }) => count ?? 1)), 0);
}

export function eventsFrom(lines: LogLines, workloads: readonly NamedWorkload[]): Change[] {
  const events = lines.text.flatMap((_, row) => eventAt(lines, row) ?? []);
  const told = events.filter(({ reason, type }) => /^warn/i.test(type) || !ordinary.has(reason));
  const changes = workloads.flatMap((workload) => {
    const { service } = workload;
    const groups = Map.groupBy(ownedBy(workload, told), (event) => JSON.stringify([event.reason, patternOf(event)]));
    return [...groups].flatMap(([key, group]): Change[] => {
      const [first] = group;
      const last = group.at(-1);
      if (!first || !last) return [];
      const count = countOf(group);
      const words = cleanText(first.message, longestTitle);
      return [
        {
          id: `event ${serviceKey(service)} ${key} ${first.at}`,
          kind: "event",
          at: first.at,
          notBefore: first.at,
          until: last.at > first.at ? last.at : null,
          title: `${first.reason}${words === "" ? "" : `: ${words}`}${count > 1 ? ` ×${count}` : ""}`,
          ...{ service, version: null, previousVersion: null, source: "Kubernetes events", link: null },
          tags: first.type === "" ? [] : [first.type],
        },
      ];
    });
  });
  return [...new Map(changes.map((change) => [change.id, change])).values()].sort(
    (a, b) => a.at - b.at || (a.id < b.id ? -1 : 1),
  );
}

export function readClusterEvents(json: unknown, context: ReadContext): Reading | Failure {
  const { purpose } = context.question;
  if (purpose.kind !== "cluster-events") return fail("wrong-shape", "not a question for events");
  const reading = readLines(json, context);
  if (!("answer" in reading) || reading.answer.kind !== "lines") return reading;
  const changes = eventsFrom(reading.answer.lines, purpose.workloads);
  return found({ kind: "changes", changes }, reading.notes, reading.partial);
}
