/** Tempo's tag names and tag values, v2 by scope and type, v1 flat; from what is newest in the window. */
import { json, recently, refused, unsigned } from "@/lib/demo/servers/tempo-parameters";
import { some } from "@/lib/demo/servers/unhurried";
import type { Attribute, Query } from "@/lib/engine/traceql/ast";
import { compileAttribute } from "@/lib/engine/traceql/field";
import { parseTraceql } from "@/lib/engine/traceql/parse";
import { compileQuery } from "@/lib/engine/traceql/spansets";
import type { Storage } from "@/lib/engine/traceql/storage";
import { printValue, type Value } from "@/lib/engine/traceql/value";
import { type Instant, second, toInstant, type Window } from "@/lib/signal/time";

/** Enough for every route of a world to have been called. */
const forNames = 2_000;
const forValues = 20_000;
const scopes = ["span", "resource", "intrinsic", "event", "link", "instrumentation"] as const;
const intrinsics = [
  "duration",
  "event:name",
  "event:timeSinceStart",
  "instrumentation:name",
  "instrumentation:version",
  "kind",
  "link:spanID",
  "link:traceID",
  "name",
  "rootName",
  "rootServiceName",
  "span:duration",
  "span:kind",
  "span:name",
  "span:status",
  "span:statusMessage",
  "status",
  "statusMessage",
  "trace:duration",
  "trace:rootName",
  "trace:rootService",
  "traceDuration",
];

function windowOf(query: URLSearchParams, now: Instant): Window | string {
  const start = unsigned(query, "start", 0);
  const end = unsigned(query, "end", 0);
  if (!start.ok) return start.message;
  if (!end.ok) return end.message;
  if (end.value === 0) return { from: toInstant(now - recently), to: now };
  return { from: toInstant(start.value * second), to: toInstant(Math.min(end.value * second, now)) };
}

type Names = Readonly<Record<(typeof scopes)[number], Set<string>>>;

async function namesIn(storage: Storage, window: Window, left: AbortSignal): Promise<Names> {
  const names = {
    span: new Set<string>(),
    resource: new Set<string>(),
    intrinsic: new Set(intrinsics),
    event: new Set<string>(),
    link: new Set<string>(),
    instrumentation: new Set<string>(),
  };
  for await (const { spans, ...trace } of some(storage.traces(window), forNames, left))
    for (const { row } of spans) {
      const keys = trace.keys(row);
      for (const key of keys.span) names.span.add(key);
      for (const key of keys.resource) names.resource.add(key);
      for (const { attributes } of trace.events(row)) for (const key of attributes.keys()) names.event.add(key);
      for (const { attributes } of trace.links(row)) for (const key of attributes.keys()) names.link.add(key);
    }
  return names;
}

/** Rejects, as the other, when whoever asked has left. */
export async function tempoTags(
  storage: Storage,
  query: URLSearchParams,
  flat: boolean,
  now: Instant,
  left: AbortSignal,
): Promise<Response> {
  const window = windowOf(query, now);
  if (typeof window === "string") return refused(window);
  const scope = query.get("scope") ?? "";
  if (scope !== "" && scope !== "none" && !scopes.some((each) => each === scope))
    return refused(`invalid scope: ${scope}`);
  const names = await namesIn(storage, window, left);
  const wanted = scopes.filter((each) => scope === "" || scope === "none" || each === scope);
  if (flat) {
    const own = wanted.filter((each) => each === scope || each !== "intrinsic");
    return json({ tagNames: [...new Set(own.flatMap((each) => [...names[each]]))].sort(), metrics: {} });
  }
  return json({
    scopes: wanted.map((name) => ({ name, tags: [...names[name]].sort() })).filter(({ tags }) => tags.length > 0),
    metrics: {},
  });
}

const typeWord = ({ type }: Value): string =>
  type === "boolean" ? "bool" : type === "status" || type === "kind" ? "keyword" : type;

/** Intrinsics with no list of values worth telling. */
const untold = ["duration", "traceDuration", "trace:id", "span:id", "span:parentID", "event:timeSinceStart"];

/** The attribute a tag's name means, or undefined. */
function attributeOf(name: string): Attribute | undefined {
  const parsed = parseTraceql(`{} | select(${name})`);
  const stage = parsed.ok ? parsed.query.stages[1] : undefined;
  return stage?.kind === "select" && stage.attributes.length === 1 ? stage.attributes[0] : undefined;
}
const everything: Query = { stages: [], metrics: null, secondStages: [], hints: new Map() };

export async function tempoTagValues(
  storage: Storage,
  name: string,
  query: URLSearchParams,
  flat: boolean,
  now: Instant,
  left: AbortSignal,
): Promise<Response> {
  const window = windowOf(query, now);
  if (typeof window === "string") return refused(window);
  const attribute = attributeOf(name) ?? (flat ? attributeOf(`.${name}`) : undefined);
  if (attribute === undefined)
    return refused(
      `please provide a valid tagName: failed to parse identifier ${name}: parse error at line 0, col 0: `,
    );
  const filter = query.get("q") ?? "";
  const parsed = filter === "" ? null : parseTraceql(filter);
  // A filter that does not parse narrows nothing, as people are still typing it.
  const match = compileQuery(parsed?.ok ? parsed.query : everything);
  const evaluate = compileAttribute(attribute);
  const found = new Map<string, Value>();
  const limit = unsigned(query, "limit", 0);
  const most = limit.ok && limit.value > 0 ? limit.value : Number.POSITIVE_INFINITY;
  const isTold = attribute.kind === "attribute" || !untold.includes(attribute.intrinsic);
  for await (const trace of some(isTold ? storage.traces(window) : [], forValues, left)) {
    if (found.size >= most) break;
    for (const { spans } of match(trace))
      for (const span of spans) {
        const value = evaluate(span, trace);
        for (const each of value?.type === "array" ? value.value : value ? [value] : [])
          if (found.size < most) found.set(`${each.type} ${printValue(each, true)}`, each);
      }
  }
  const values = [...found.values()].map((value) => ({ type: typeWord(value), value: printValue(value, true) }));
  return json({ tagValues: flat ? values.map(({ value }) => value) : values, metrics: {} });
}
