/** The words for what no request makes: series and lines of their own, their ordinary course, and what moves them. */
import type { Labels } from "@/lib/signal/labels";

/**
 * A series that no request makes. A gauge has its level, a counter grows by `level` a second. In label values `{pod}`,
 * `{service}`, `{namespace}`, `{version}`, `{address}` are those of a pod of `of`.
 */
export type SeriesScript = {
  readonly kind: "gauge" | "counter";
  readonly name: string;
  /** All of them; where pods tell it by themselves, beside those of their telemetry. */
  readonly labels: Labels;
  /** Told once for each pod of this service; null: once, as long as the world lasts. */
  readonly of: string | null;
  /** Whether a pod's own labels stand beside: it is scraped from the pod, not told of it by an exporter. */
  readonly fromPod: boolean;
  readonly level: number;
  /** Deviation, as a share of the level. */
  readonly noise: number;
  /** More by day than by night, as a share of the level; gauges only. */
  readonly swing: number;
  /** Values are multiples of it; 0: as they come. */
  readonly grain: number;
};

/** A series goes to another level (a counter to another rate) within `over` ms, stays, and comes back as it went. */
export type Move = {
  readonly kind: "move";
  readonly series: SeriesScript;
  readonly to: number;
  readonly over: number;
  /** Until it begins to come back (ms); null = it stays. */
  readonly lasts: number | null;
  /** Only that of the pod with this number; null: all. */
  readonly pod: number | null;
};
/** A counter grows by so much at once. */
export type Jump = {
  readonly kind: "jump";
  readonly series: SeriesScript;
  readonly by: number;
  readonly pod: number | null;
};

/** One kind of line in a stream; places (`places.ts`) are filled anew in each. */
export type LineScript = {
  readonly name: string;
  /** On ordinary days. */
  readonly perSecond: number;
  readonly text: string;
  readonly metadata: Labels;
};
/** Lines that no request makes, with the labels they are shipped under. */
export type StreamScript = {
  readonly name: string;
  readonly labels: Labels;
  /** Said for each pod of this service, whose `{pod}` … may stand in labels and texts; null: once. */
  readonly of: string | null;
  readonly lines: readonly LineScript[];
};
/** A kind of line comes more often, or less. */
export type Raise = {
  readonly kind: "raise";
  readonly stream: string;
  readonly line: string;
  readonly perSecond: number;
  readonly lasts: number | null;
  readonly pod: number | null;
};

type SeriesCourse = Partial<Pick<SeriesScript, "of" | "fromPod" | "noise" | "swing" | "grain">>;
const seriesOf = (
  kind: SeriesScript["kind"],
  name: string,
  labels: Labels,
  level: number,
  { of = null, fromPod = of !== null, noise = 0, swing = 0, grain = 0 }: SeriesCourse,
): SeriesScript => ({ kind, name, labels, level, of, fromPod, noise, swing, grain });
/** Of the world, or of the pods of a service (`of`), who tell it themselves unless `fromPod` is false. */
export const gauge = (name: string, labels: Labels, level: number, course: SeriesCourse = {}): SeriesScript =>
  seriesOf("gauge", name, labels, level, course);
/** Grows by `perSecond`, in whole numbers. */
export const counter = (name: string, labels: Labels, perSecond: number, course: SeriesCourse = {}): SeriesScript =>
  seriesOf("counter", name, labels, perSecond, course);

type MoveCourse = Partial<Pick<Move, "over" | "lasts" | "pod">>;
export const moves = (
  series: SeriesScript,
  to: number,
  { over = 0, lasts = null, pod = null }: MoveCourse = {},
): Move => ({ kind: "move", series, to, over, lasts, pod });
export const jumps = (series: SeriesScript, by = 1, pod: number | null = null): Jump => ({
  kind: "jump",
  series,
  by,
  pod,
});

export const lines = (name: string, perSecond: number, text: string, metadata: Labels = {}): LineScript => ({
  name,
  perSecond,
  text,
  metadata,
});
export const raises = (
  stream: StreamScript,
  line: string,
  perSecond: number,
  { lasts = null, pod = null }: Partial<Pick<Raise, "lasts" | "pod">> = {},
): Raise => ({ kind: "raise", stream: stream.name, line, perSecond, lasts, pod });
