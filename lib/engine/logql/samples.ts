/** Lines -> samples of a metric query, as series: each line one sample, or the number it carries. */
import type { Grouping, RangeAggregation } from "@/lib/engine/logql/ast";
import { labelFilter, namesIn } from "@/lib/engine/logql/filters";
import { refuse } from "@/lib/engine/logql/refusal";
import { requiredNames } from "@/lib/engine/logql/stages";
import { type Block, type Kind, rowsIn, type Span, type Storage } from "@/lib/engine/logql/storage";
import { readBytes, readFloat, readGoDuration } from "@/lib/engine/logql/units";
import { restFor, wantedBy } from "@/lib/engine/logql/wanted";
import {
  allLabels,
  errorLabel,
  type Hints,
  labelOf,
  noHints,
  preserveLabel,
  suffix,
  type Work,
  workOn,
} from "@/lib/engine/logql/work";
import { quoted } from "@/lib/query/quoted";
import { type Labels, labelsKey } from "@/lib/signal/labels";

export type Samples = {
  readonly labels: Labels;
  /** Ascending. */
  readonly micros: number[];
  /** Empty where each line counts as one. */
  readonly values: number[];
};

/** How lines are put together: by these labels, without these, all in one, or each set of labels apart. */
type Groups =
  | { readonly kind: "by" | "without"; readonly labels: readonly string[] }
  | { readonly kind: "one" | "apart" };

function groupsOf({ operation, grouping, unwrap }: RangeAggregation, outer: Grouping | null): Groups {
  const given = outer ?? grouping;
  if (operation === "absent_over_time" || (given && !given.without && given.labels.length === 0))
    return { kind: "one" };
  // The number itself is no name of a series.
  if (unwrap && (!given || given.without)) return { kind: "without", labels: [...(given?.labels ?? []), unwrap.label] };
  if (!given || given.labels.length === 0) return { kind: "apart" };
  return { kind: given.without ? "without" : "by", labels: given.labels };
}

const bothSpellings = (names: readonly string[]): string[] =>
  names.flatMap((name) => (name.endsWith(suffix) ? [name, name.slice(0, -suffix.length)] : [name]));

function hintsFor(range: RangeAggregation, groups: Groups): Hints {
  const { unwrap, logs } = range;
  const isBy = groups.kind === "by" || groups.kind === "one";
  const filters = logs.stages.flatMap((stage) => {
    const names =
      stage.kind === "labels" && stage.filter.kind !== "and" && stage.filter.kind !== "or" ? namesIn(stage.filter) : [];
    const [label] = names;
    return stage.kind === "labels" && label !== undefined ? [{ label, filter: stage.filter }] : [];
  });
  if (!isBy) return { ...noHints, filters };
  const required = [
    ...new Set(
      bothSpellings([
        ...requiredNames(logs.stages),
        ...(unwrap?.filters.flatMap(namesIn) ?? []),
        ...(groups.kind === "by" ? groups.labels : []),
        ...(unwrap ? [unwrap.label] : []),
      ]),
    ),
  ];
  if (groups.kind === "one" && required.length === 0) return { ...noHints, nothing: true };
  return {
    nothing: false,
    required,
    keepsErrors: required.includes(errorLabel),
    filters: groups.kind === "one" ? filters : [],
  };
}

function grouped(labels: Labels, groups: Groups): Labels {
  switch (groups.kind) {
    case "one":
      return {};
    case "apart":
      return labels;
    case "by":
      return Object.fromEntries(
        groups.labels.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
      );
    case "without":
      return Object.fromEntries(Object.entries(labels).filter(([name]) => !groups.labels.includes(name)));
  }
}

const printLabels = (labels: Labels): string =>
  `{${Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(", ")}}`;

/** An error is not allowed into a number, unless it was asked for. */
function refuseBroken(labels: Labels): void {
  const error = labels[errorLabel];
  if (error === undefined || labels[preserveLabel] === "true") return;
  refuse(
    `pipeline error: '${error}' for series: '${printLabels(labels)}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${error}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
  );
}

type Converted = (work: Work) => number | undefined;

function unwrapped({ unwrap }: RangeAggregation): Converted | null {
  if (!unwrap) return null;
  const read = unwrap.conversion === null ? readFloat : unwrap.conversion === "bytes" ? readBytes : readGoDuration;
  const scale = unwrap.conversion === "duration" || unwrap.conversion === "duration_seconds" ? 1e9 : 1;
  const filters = unwrap.filters.map(labelFilter);
  return (work) => {
    const text = labelOf(work, unwrap.label) ?? "";
    if (text === "") return undefined;
    const found = read(text);
    if ("error" in found) {
      work.error = "SampleExtractionErr";
      work.details = found.error;
    }
    if (!filters.every((filter) => filter(work))) return undefined;
    return "value" in found ? found.value / scale : 0;
  };
}

/** `outer` is the grouping of a `sum` right around: lines are put together by it at once. */
export function samplesOf(range: RangeAggregation, outer: Grouping | null, storage: Storage, span: Span): Samples[] {
  const groups = groupsOf(range, outer);
  const hints = hintsFor(range, groups);
  const restOf = restFor(range.logs, hints);
  const convert = unwrapped(range);
  const isSized = range.operation === "bytes_over_time" || range.operation === "bytes_rate";
  const series = new Map<string, Samples>();
  const seriesFor = (labels: Labels): Samples => {
    const key = labelsKey(labels);
    const known = series.get(key);
    if (known) return known;
    refuseBroken(labels);
    const made = { labels, micros: [], values: [] };
    series.set(key, made);
    return made;
  };
  /** Where all lines of a kind fall into one series, without a look at any of them. */
  const whole = ({ stream, fixed, varying }: Kind): Samples | null => {
    const isDecided =
      groups.kind === "one" ||
      (groups.kind === "by"
        ? !groups.labels.some((name) => varying.includes(name))
        : varying.every((name) => groups.kind === "without" && groups.labels.includes(name)));
    return isDecided ? seriesFor(grouped(allLabels(workOn(stream, fixed, "", () => "0")), groups)) : null;
  };

  const wholeByKind = new Map<Kind, Samples | null>();
  const wholeOf = (kind: Kind): Samples | null => {
    const known = wholeByKind.get(kind);
    const found = known === undefined ? whole(kind) : known;
    wholeByKind.set(kind, found);
    return found;
  };

  const take = (block: Block, row: number, kind: Kind, run: (work: Work) => boolean): void => {
    const work = workOn(kind.stream, block.metadata(row), block.text(row), () => `${block.micros[row]}000`);
    if (!run(work)) return;
    const value = convert ? convert(work) : isSized ? Buffer.byteLength(work.text) : undefined;
    if (convert && value === undefined) return;
    const labels = allLabels(work);
    const own = seriesFor(work.error === "" ? grouped(labels, groups) : labels);
    own.micros.push(block.micros[row] ?? 0);
    if (value !== undefined) own.values.push(value);
  };

  for (const block of storage.blocks(span, wantedBy(range.logs), "forward")) {
    const rests = block.kinds.map(restOf);
    const wholes = block.kinds.map((kind, i) => (rests[i]?.isDone && !convert ? wholeOf(kind) : null));
    const [first, end] = rowsIn(block, span);
    for (let row = first; row < end; row += 1) {
      const index = block.kind[row] ?? 0;
      const rest = rests[index];
      if (!rest) continue;
      const own = wholes[index];
      const kind = block.kinds[index];
      if (own) {
        own.micros.push(block.micros[row] ?? 0);
        if (isSized) own.values.push(block.bytes(row));
      } else if (kind) take(block, row, kind, rest.run);
    }
  }
  return [...series.values()].filter(({ micros }) => micros.length > 0);
}
