/** What Loki finds in a sample of lines: fields and how to parse them, labels and how many values they have, patterns. */
import { json } from "@/lib/demo/servers/loki-answer";
import { matchersOf } from "@/lib/demo/servers/loki-index";
import { boundsOf, checkBounds, limitOf, type Parameters, stepOf, toMicros } from "@/lib/demo/servers/loki-parameters";
import type { LokiStorage } from "@/lib/demo/servers/loki-storage";
import type { Stage } from "@/lib/engine/logql/ast";
import { selects } from "@/lib/engine/logql/filters";
import { type Line, queryLines } from "@/lib/engine/logql/lines";
import { parseSelector } from "@/lib/engine/logql/parse";
import type { Labels } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";

type Field = { readonly parser: "json" | "logfmt" | null; readonly values: Set<string> };

function sampleOf(parameters: Parameters, storage: LokiStorage, now: Instant): Line[] {
  const bounds = boundsOf(parameters, now);
  checkBounds(bounds);
  const query = parseSelector(parameters.text("query"));
  const span = { from: toMicros(bounds.start), to: toMicros(bounds.end) };
  return queryLines(query, storage, { ...span, limit: limitOf(parameters, "line_limit"), direction: "backward" });
}

const stages = {
  json: { kind: "json" },
  logfmt: { kind: "logfmt", isStrict: false, keepsEmpty: false },
} as const satisfies Record<string, Stage>;

function parsed(line: Line): [parser: "json" | "logfmt", labels: Labels] {
  const parser = /^\s*\{/.test(line.text) ? "json" : "logfmt";
  return [parser, parsedBy(stages[parser], line)];
}

function parsedBy(stage: Stage, { stream, metadata, text }: Line): Labels {
  const kind = { stream, fixed: metadata, varying: [] };
  const block = {
    kinds: [kind],
    micros: [0],
    kind: [0],
    text: () => text,
    metadata: () => metadata,
    bytes: () => text.length,
  };
  const logs = { kind: "logs", matchers: [], stages: [stage] } as const;
  const [line] = queryLines(logs, { blocks: () => [block] }, { from: 0, to: 1, limit: 1, direction: "forward" });
  return line?.parsed ?? {};
}

function fieldsOf(lines: readonly Line[]): Map<string, Field> {
  const fields = new Map<string, Field>();
  const add = (name: string, value: string, parser: Field["parser"]): void => {
    const field = fields.get(name) ?? { parser, values: new Set() };
    fields.set(name, field);
    field.values.add(value);
  };
  for (const line of lines) {
    for (const [name, value] of Object.entries(line.metadata)) add(name, value, null);
    const [parser, labels] = parsed(line);
    for (const [name, value] of Object.entries(labels)) if (!name.startsWith("__")) add(name, value, parser);
  }
  return fields;
}

function typeOf(values: Iterable<string>): string {
  const all = [...values];
  if (all.every((value) => /^-?\d+$/.test(value))) return "int";
  if (all.every((value) => /^-?\d*\.\d+$/.test(value))) return "float";
  if (all.every((value) => /^(true|false)$/.test(value))) return "boolean";
  if (all.every((value) => /^\d+(\.\d+)?(ns|us|µs|ms|s|m|h)$/.test(value))) return "duration";
  return all.every((value) => /^\d+(\.\d+)? ?([kMGT]i?)?B$/.test(value)) ? "bytes" : "string";
}

/** `cardinality` is that of the sample, as Loki's. */
export function detectedFields(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const limit = limitOf(parameters, "limit", 1_000);
  const fields = [...fieldsOf(sampleOf(parameters, storage, now))]
    .slice(0, limit)
    .map(([label, { parser, values }]) => ({
      label,
      type: typeOf(values),
      cardinality: values.size,
      parsers: parser && [parser],
      ...(parser === "json" ? { jsonPath: [label.replace(/_extracted$/, "")] } : {}),
    }));
  return json({ fields, limit });
}

export function detectedFieldValues(
  parameters: Parameters,
  storage: LokiStorage,
  now: Instant,
  name: string,
): Response {
  const limit = limitOf(parameters, "limit", 1_000);
  const values = [...(fieldsOf(sampleOf(parameters, storage, now)).get(name)?.values ?? [])].slice(0, limit);
  return json(values.length > 0 ? { values, limit } : {});
}

export function detectedLabels(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const bounds = boundsOf(parameters, now);
  checkBounds(bounds);
  const query = parameters.text("query");
  const test = query === "" ? () => true : selects(matchersOf(query));
  const values = new Map<string, Set<string>>();
  for (const stream of storage.streams({ from: toMicros(bounds.start), to: toMicros(bounds.end) }).filter(test))
    for (const [label, value] of Object.entries(stream)) values.set(label, (values.get(label) ?? new Set()).add(value));
  return json({ detectedLabels: [...values].map(([label, { size }]) => ({ label, cardinality: size })) });
}

/** Words that differ from line to line: whatever holds a digit. */
const isVariable = (word: string): boolean => /\d/.test(word);
const shortest = 3;
const mostLines = 5_000;

/** The shape of a message: its words, with `<_>` for what varies. */
const shapeOf = (text: string): string =>
  text
    .split(" ")
    .map((word) => (isVariable(word) ? `${/^[A-Za-z_.]+=/.exec(word)?.[0] ?? ""}<_>` : word))
    .join(" ");

const messageOf = (line: Line): string => {
  const labels = /^\s*\{/.test(line.text) || /(^|\s)\w+=/.test(line.text) ? parsed(line)[1] : {};
  return labels.msg ?? labels.message ?? labels.log ?? line.text;
};

/** Like Loki's, of the newest lines; messages of fewer than three words have none. */
export function patterns(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const bounds = boundsOf(parameters, now);
  checkBounds(bounds);
  const stepMicros = stepOf(parameters, bounds) / 1e3;
  const logs = { kind: "logs", matchers: matchersOf(parameters.text("query")), stages: [] } as const;
  const span = { from: toMicros(bounds.start), to: toMicros(bounds.end) };
  const found = new Map<string, { pattern: string; level: string; counts: Map<number, number> }>();
  for (const line of queryLines(logs, storage, { ...span, limit: mostLines, direction: "backward" })) {
    const text = messageOf(line);
    if (text.split(" ").length < shortest) continue;
    const pattern = shapeOf(text);
    const level = line.metadata.detected_level ?? "unknown";
    const known = found.get(`${level} ${pattern}`) ?? { pattern, level, counts: new Map<number, number>() };
    found.set(`${level} ${pattern}`, known);
    const at = (Math.floor(Number(line.nanos.slice(0, -3)) / stepMicros) * stepMicros) / 1e6;
    known.counts.set(at, (known.counts.get(at) ?? 0) + 1);
  }
  const total = ({ counts }: { counts: Map<number, number> }): number =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const data = [...found.values()]
    .sort((a, b) => total(b) - total(a))
    .map(({ pattern, level, counts }) => ({ pattern, level, samples: [...counts].sort(([a], [b]) => a - b) }));
  return json({ status: "success", data });
}
