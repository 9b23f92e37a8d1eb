/** A TraceQL search: traces of a window, newest first, with the spans that matched and what was asked of them. */
import type { Attribute, Field, Query, Stage } from "@/lib/engine/traceql/ast";
import { compileAttribute, rootMissing } from "@/lib/engine/traceql/field";
import { printAttribute } from "@/lib/engine/traceql/print";
import { type Slices, tracesASlice } from "@/lib/engine/traceql/slices";
import { compileQuery } from "@/lib/engine/traceql/spansets";
import {
  extentOf,
  millisAt,
  rootOf,
  type Storage,
  type StoredSpan,
  type StoredTrace,
} from "@/lib/engine/traceql/storage";
import type { Value } from "@/lib/engine/traceql/value";
import type { Window } from "@/lib/signal/time";

export type FoundSpan = { readonly span: StoredSpan; readonly attributes: readonly (readonly [string, Value])[] };
export type Hit = {
  readonly trace: StoredTrace;
  readonly rootService: string;
  /** Empty where the root has not arrived. */
  readonly rootName: string;
  /** ns after the trace's base. */
  readonly start: number;
  /** ns */
  readonly duration: number;
  readonly spansets: readonly {
    readonly spans: readonly FoundSpan[];
    readonly matched: number;
    readonly attributes: readonly (readonly [string, Value | undefined])[];
  }[];
  readonly services: ReadonlyMap<string, { readonly spans: number; readonly errors: number }>;
};
export type Found = {
  readonly hits: readonly Hit[];
  readonly inspected: number;
  /** It stopped at the bound of its work, not at the limit or the end of the window. */
  readonly cut: boolean;
};
export type SearchOptions = {
  readonly window: Window;
  readonly limit: number;
  readonly spansPerSet: number;
  /** ms; null = any */
  readonly least: number | null;
  readonly most: number | null;
  /** How many traces are looked at in one search. */
  readonly mostInspected: number;
};

/** What Tempo tells beside every span anyway (asTraceSearchMetadata in pkg/traceql/engine.go). */
const untold = ["name", "duration", "traceDuration", "rootServiceName", "rootName", "trace:id", "span:id"];

function attributesOfField(field: Field): Attribute[] {
  if (field.kind === "field") return [field.attribute];
  if (field.kind === "binary") return [...attributesOfField(field.left), ...attributesOfField(field.right)];
  return field.kind === "static" ? [] : attributesOfField(field.of);
}
function attributesOfStage(stage: Stage): Attribute[] {
  if (stage.kind === "filter" || stage.kind === "by") return attributesOfField(stage.field);
  if (stage.kind === "operation") return [...attributesOfStage(stage.left), ...attributesOfStage(stage.right)];
  if (stage.kind === "pipeline") return stage.stages.flatMap(attributesOfStage);
  if (stage.kind === "scalar") return stage.aggregate.of ? attributesOfField(stage.aggregate.of) : [];
  return stage.kind === "select" ? [...stage.attributes] : [];
}

/** All attributes that a query names, without repeats. */
export const attributesOf = ({ stages }: Query): Attribute[] => [
  ...new Map(stages.flatMap(attributesOfStage).map((attribute) => [printAttribute(attribute), attribute])).values(),
];

export function servicesOf({ spans }: StoredTrace): Hit["services"] {
  const services = new Map<string, { spans: number; errors: number }>();
  for (const { service, status } of spans) {
    const held = services.get(service) ?? { spans: 0, errors: 0 };
    held.spans += 1;
    if (status === 2) held.errors += 1;
    services.set(service, held);
  }
  return services;
}

export function* search(storage: Storage, query: Query, options: SearchOptions): Slices<Found> {
  const { window, limit, spansPerSet, least, most, mostInspected } = options;
  const match = compileQuery(query);
  const asked = attributesOf(query)
    .filter((attribute) => attribute.kind === "attribute" || !untold.includes(attribute.intrinsic))
    .map((attribute) => ({
      key: attribute.kind === "intrinsic" ? attribute.intrinsic : attribute.name,
      evaluate: compileAttribute(attribute),
    }));
  const told = (span: StoredSpan, trace: StoredTrace): FoundSpan => ({
    span,
    attributes: asked.flatMap(({ key, evaluate }) => {
      const value = evaluate(span, trace);
      return value === undefined ? [] : [[key, value] as const];
    }),
  });
  const hits: { readonly hit: Hit; readonly at: number }[] = [];
  let inspected = 0;
  let cut = false;
  for (const trace of storage.traces(window)) {
    if (inspected >= mostInspected) {
      cut = true;
      break;
    }
    inspected += 1;
    if (inspected % tracesASlice === 0) yield;
    const spansets = match(trace);
    if (spansets.length === 0) continue;
    const { start, end } = extentOf(trace);
    const millis = (end - start) / 1e6;
    if ((least !== null && millis < least) || (most !== null && millis > most)) continue;
    const root = rootOf(trace);
    const hit: Hit = {
      trace,
      rootService: root?.service ?? rootMissing,
      rootName: root?.name ?? "",
      start,
      duration: end - start,
      spansets: spansets.map(({ spans, attributes }) => ({
        spans: spans
          .toSorted((a, b) => a.start - b.start)
          .slice(0, spansPerSet)
          .map((span) => told(span, trace)),
        matched: spans.length,
        attributes,
      })),
      services: servicesOf(trace),
    };
    hits.push({ hit, at: millisAt(trace, start) });
    if (hits.length >= limit) break;
  }
  return { hits: hits.toSorted((a, b) => b.at - a.at).map(({ hit }) => hit), inspected, cut };
}
