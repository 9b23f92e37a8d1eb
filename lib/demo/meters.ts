/**
 * What the services' own metrics count: one meter (a counter, a histogram) for each pod and each instrument of its
 * service, and the observations that each take makes on them. Names and buckets follow the service's telemetry.
 */
import type { Pod, Roster } from "@/lib/demo/roster";
import type { Count, ServiceScript } from "@/lib/demo/script";
import type { Take, TakeSpan } from "@/lib/demo/take";
import { type Instrument, instrument } from "@/lib/demo/telemetry";
import { labelsKey } from "@/lib/signal/labels";
import { spanKinds } from "@/lib/signal/trace";

/** One instrument: equal for all pods of its service. */
export type Shape = { readonly service: ServiceScript; readonly instrument: Instrument };

/** Cells of a meter: started, one a bucket (not cumulative, +Inf last), sum in microseconds. */
export type Meter = { readonly shape: Shape; readonly pod: Pod; readonly cell: number };

export type Observation = {
  readonly shape: number;
  /** Place among the scenario's services. */
  readonly service: number;
  readonly span: number;
  /** Microseconds after the request's start. */
  readonly start: number;
  readonly end: number;
  readonly bucket: number;
  /** By how much it counts. */
  readonly amount: number;
};

export type Meters = {
  readonly services: readonly ServiceScript[];
  readonly shapes: readonly Shape[];
  readonly meters: readonly Meter[];
  readonly cells: number;
  /** By `take.id`. */
  readonly observations: readonly (readonly Observation[])[];
  readonly meterOf: (shape: number, pod: Pod) => Meter | undefined;
};

export const widthOf = ({ instrument: { bounds } }: Shape): number => bounds.length + 3;

const bucketOf = (bounds: readonly number[], micros: number): number => {
  const found = bounds.findIndex((bound) => micros <= bound * 1e6);
  return found < 0 ? bounds.length : found;
};

const counted = ({ name, labels }: Count, { failure }: TakeSpan): Instrument =>
  instrument({
    counter: name,
    labels: Object.fromEntries(
      Object.entries(labels).map(([label, value]) => [label, value.replace("{error}", failure?.type ?? "")]),
    ),
  });

export function createMeters(services: readonly ServiceScript[], takes: readonly Take[], roster: Roster): Meters {
  const numbers = new Map(services.map(({ name }, number) => [name, number]));
  const shapes: Shape[] = [];
  const known = new Map<string, number>();

  const shapeOf = (service: ServiceScript, own: Instrument): number => {
    const key = `${service.name} ${own.counter} ${own.family} ${labelsKey(own.labels)}`;
    const found = known.get(key) ?? shapes.push({ service, instrument: own }) - 1;
    known.set(key, found);
    return found;
  };

  const observed = ({ spans }: Take, span: TakeSpan, row: number): Observation[] => {
    const number = numbers.get(span.service) ?? -1;
    const service = services[number];
    if (!service) return [];
    const { status, measure, failure, start, end } = span;
    const measured = service.telemetry.instruments({
      ...{ service: service.name, span: span.name, measure, status, failure },
      caller: spans[span.parent]?.service ?? null,
      spanKind: spanKinds[span.kind] ?? "internal",
    });
    return [
      ...measured.map((own) => ({ own, amount: 1 })),
      ...span.counts.map((count) => ({ own: counted(count, span), amount: count.by })),
    ].map(({ own, amount }) => ({
      shape: shapeOf(service, own),
      service: number,
      span: row,
      start,
      end,
      bucket: bucketOf(own.bounds, end - start),
      amount,
    }));
  };
  const observations = takes.map((take) => take.spans.flatMap((span, row) => observed(take, span, row)));

  let cells = 0;
  const meters: Meter[] = [];
  const byShape = shapes.map((shape) => {
    const own: Meter[] = [];
    const pods = roster.pods.filter(({ service }) => service === shape.service);
    const [first] = pods;
    const shared = first && shape.instrument.per === "service" ? { ...first, until: Number.POSITIVE_INFINITY } : null;
    for (const pod of shared ? [shared] : pods) {
      const meter = { shape, pod, cell: cells };
      for (const { number } of shared ? pods : [pod]) own[number] = meter;
      meters.push(meter);
      cells += widthOf(shape);
    }
    return own;
  });
  return { services, shapes, meters, cells, observations, meterOf: (shape, pod) => byShape[shape]?.[pod.number] };
}
