/**
 * A label world as text -> what it draws: series, streams and spans with their owners, decoys with their traps, and what
 * must be made of it. `README.md` explains the words. Throws with file and line where a drawing cannot be read.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Labels } from "@/lib/signal/labels";
import { second } from "@/lib/signal/time";

/** `40/s then 90/s at 5s`: one level, then from `at` (ms after zero) another. */
export type Shape = { readonly before: number; readonly after: number; readonly at: number };

export type Instrument = {
  readonly kind: "counter" | "gauge" | "histogram" | "summary";
  readonly name: string;
  /** A value `a|b` stands for a series each, which share the rate. */
  readonly labels: Labels;
  /** Requests per second, or the gauge's value. */
  readonly level: Shape;
  readonly split: {
    readonly label: string;
    readonly ok: string;
    readonly failed: string;
    readonly share: Shape;
  } | null;
  /** In seconds; `perSecond` is the metric's own unit. */
  readonly latency: { readonly of: "p99" | "mean"; readonly seconds: Shape; readonly perSecond: number } | null;
  /** Whether it wobbles as traffic does. Counters do, unless two of the same calls are to be subtracted; gauges do not. */
  readonly wobbles: boolean;
  /** When it lives, ms after zero; null = always. */
  readonly from: number | null;
  readonly until: number | null;
  /** Between samples, ms. */
  readonly every: number;
};

export type DrawnLine = {
  /** Lines per second; null = said by the lead itself. */
  readonly rate: Shape | null;
  readonly text: string;
  readonly metadata: Labels;
};
export type Stream = { readonly labels: Labels; readonly lines: readonly DrawnLine[] };

/** What nobody may use, for these signals; null = for none. */
export type Trap = { readonly trap: string; readonly of: readonly string[] | null };
/** Who is told of: a service as the spans name it, or nobody who is meant. */
export type Owner = { readonly service: string } | Trap;
export const isTrap = (owner: Owner): owner is Trap => "trap" in owner;
/** Whether this signal must not be made of it. */
export const isTrapFor = (signal: string, owner: Owner): owner is Trap =>
  isTrap(owner) && (owner.of === null || owner.of.includes(signal));

export const signals = ["rate", "errors", "latency", "saturation", "lines", "trace", "changes"] as const;
export type Signal = (typeof signals)[number];
export type Expected = {
  readonly verdict: "found" | "gap";
  /** The metric, selector or version that must have been used, as drawn; of a gap its reason. */
  readonly words: string;
  /** As drawn in words: `20/s then 30/s`. */
  readonly shape: Shape | null;
};

export type DrawnTrace = {
  /** ms after zero. */
  readonly at: number;
  /** As `traceAnswer` of test/draw.ts reads it. */
  readonly rows: string;
};

export type Drawing = {
  /** Its file, without `.txt`. */
  readonly name: string;
  readonly title: string;
  /** The service under test, as the spans name it: `bank/ledger`. */
  readonly service: string;
  readonly instruments: readonly { readonly owner: Owner; readonly instrument: Instrument }[];
  readonly streams: readonly { readonly owner: Owner; readonly stream: Stream }[];
  readonly resources: Readonly<Record<string, Labels>>;
  /** The lead's first. */
  readonly traces: readonly DrawnTrace[];
  readonly expect: Readonly<Record<Signal, Expected>>;
};

/** The lead's trace begins this long after zero, ms. */
export const leadAt = 180 * second;

const scales: Readonly<Record<string, number>> = { "": 1, "/s": 1, "%": 0.01, ms: 0.001, s: 1, k: 1e3, M: 1e6, G: 1e9 };
const number = String.raw`-?[\d.]+(?:e\d+)?(?:\/s|%|ms|s|k|M|G)?`;
function amountOf(text: string): number {
  const [, digits = "", unit = ""] = /^(-?[\d.]+(?:e\d+)?)(\D*)$/.exec(text) ?? [];
  const scale = scales[unit];
  if (digits === "" || scale === undefined) throw new Error(`no number: ${text}`);
  return Number(digits) * scale;
}

const shapePattern = new RegExp(String.raw`^(${number})(?: then (${number}))?(?: at (-?\d+)s)?$`);
export function shapeFrom(text: string): Shape {
  const [, before, after = before, at = "0"] = shapePattern.exec(text.trim()) ?? [];
  if (before === undefined || after === undefined) throw new Error(`no shape: ${text}`);
  return { before: amountOf(before), after: amountOf(after), at: Number(at) * second };
}

const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const braces = String.raw`\{((?:[^"{}]|${quoted})*)\}`;
function labelsFrom(text: string): Labels {
  const pairs = [...text.matchAll(new RegExp(String.raw`(${quoted}|[\w.:/-]+)\s*=\s*(${quoted})`, "g"))];
  return Object.fromEntries(pairs.map(([, label = "", value = ""]) => [plain(label), plain(value)]));
}
const plain = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text);

const instrumentPattern = new RegExp(
  String.raw`^(counter|gauge|histogram|summary)\s+(${quoted}|[\w:]+)(?:${braces})?\s+(.*)$`,
);
const kinds = ["counter", "gauge", "histogram", "summary"] as const;

function instrumentFrom(line: string, every: number): Instrument {
  const [, word, name = "", inner = "", rest = ""] = instrumentPattern.exec(line) ?? [];
  const kind = kinds.find((each) => each === word);
  if (kind === undefined) throw new Error("neither a series nor a stream");
  const [first = "", ...parts] = rest.split(";").map((part) => part.trim());
  let drawn: Instrument = {
    ...{ kind, name: plain(name), labels: labelsFrom(inner), level: shapeFrom(first) },
    ...{ split: null, latency: null, wobbles: kind !== "gauge", from: null, until: null, every },
  };
  for (const part of parts) {
    const timed = /^(p99|mean) (.*?)( in ms)?$/.exec(part);
    const lived = /^(from|until|every) (-?\d+)s$/.exec(part);
    const split = /^(\S+) (\S+), (\S+) at (.*)$/.exec(part);
    if (timed)
      drawn = {
        ...drawn,
        latency: {
          of: timed[1] === "mean" ? "mean" : "p99",
          seconds: shapeFrom(timed[2] ?? ""),
          perSecond: timed[3] ? 1_000 : 1,
        },
      };
    else if (part === "steady" || part === "wobbling") drawn = { ...drawn, wobbles: part === "wobbling" };
    else if (lived) drawn = { ...drawn, [lived[1] ?? ""]: Number(lived[2]) * second };
    else if (split)
      drawn = {
        ...drawn,
        split: {
          ...{ label: plain(split[1] ?? ""), ok: plain(split[2] ?? ""), failed: plain(split[3] ?? "") },
          share: shapeFrom(split[4] ?? ""),
        },
      };
    else throw new Error(`cannot read "${part}"`);
  }
  return drawn;
}

function lineFrom(text: string): DrawnLine {
  const [, when = "", said = "", metadata = ""] =
    /^(lead|[\d.]+\/s(?: then [\d.]+\/s)?(?: at -?\d+s)?)\s+(.*?)(?:\s+\[([\w.]+=[^\]]*)\])?$/.exec(text) ?? [];
  if (when === "") throw new Error("no line of a stream: `rate text [metadata]`");
  const pairs = metadata.split(/,\s*/).filter((pair) => pair.includes("="));
  return {
    rate: when === "lead" ? null : shapeFrom(when),
    text: said,
    metadata: Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
  };
}

function expectedFrom(text: string): [Signal, Expected] {
  const [, word, verdict, words = ""] = /^(\w+)\s+(found|gap)\s+(.*)$/.exec(text) ?? [];
  const signal = signals.find((each) => each === word);
  if (signal === undefined) throw new Error(`no signal: ${text}`);
  const [, shape] = new RegExp(`(${number} then ${number}(?: at -?\\d+s)?)`).exec(words) ?? [];
  return [
    signal,
    { verdict: verdict === "gap" ? "gap" : "found", words, shape: shape === undefined ? null : shapeFrom(shape) },
  ];
}

type Section = {
  readonly of: "series" | "streams" | "spans" | "decoys" | "expect";
  readonly owner: Owner;
  readonly at: number;
};

function sectionFrom(line: string): Section | null {
  const [, of, service] = /^(series|streams) of (\S+)$/.exec(line) ?? [];
  if (service !== undefined) return { of: of === "series" ? "series" : "streams", owner: { service }, at: 0 };
  const [spans, at] = /^spans(?: at (-?\d+)s)?$/.exec(line) ?? [];
  if (spans !== undefined)
    return { of: "spans", owner: { service: "" }, at: at === undefined ? leadAt : Number(at) * second };
  if (line === "decoys") return { of: "decoys", owner: { trap: "", of: null }, at: 0 };
  return line === "expect" ? { of: "expect", owner: { service: "" }, at: 0 } : null;
}

/** `- of rate, errors: health checks are no user traffic`; without `of` it is a trap for every signal. */
function trapFrom(line: string): Trap {
  const [, of, trap = ""] = /^- (?:of ([\w, ]+): )?(.*)$/.exec(line) ?? [];
  return { trap, of: of === undefined ? null : of.split(", ") };
}

/** A line that begins with `;` goes on with the one before. */
const joined = (text: string): { readonly line: string; readonly at: number }[] => {
  const rows: { line: string; at: number }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const last = rows.at(-1);
    if (/^\s*;/.test(line) && last) last.line += line.trim();
    else rows.push({ line: line.trimEnd(), at: index + 1 });
  }
  return rows;
};

export function drawingFrom(name: string, text: string): Drawing {
  const rows = joined(text);
  const instruments: { owner: Owner; instrument: Instrument }[] = [];
  const streams: { owner: Owner; stream: { labels: Labels; lines: DrawnLine[] } }[] = [];
  const resources: Record<string, Labels> = {};
  const traces: { at: number; rows: string }[] = [];
  const expect = new Map<Signal, Expected>();
  let service = "";
  let every = 15 * second;
  let section: Section | null = null;
  let owner: Owner = { service: "" };

  const read = (line: string): void => {
    const told = line.trim();
    const heading = line === told ? sectionFrom(line) : null;
    if (heading) {
      section = heading;
      owner = heading.owner;
      if (heading.of === "spans") traces.push({ at: heading.at, rows: "" });
      return;
    }
    const [, word, value = ""] = /^(service|every) (\S+)$/.exec(line) ?? [];
    if (word === "service") service = value;
    else if (word === "every") every = amountOf(value) * second;
    else if (section === null || told === "") return;
    else if (section.of === "expect") expect.set(...expectedFrom(told));
    else if (section.of === "spans") {
      const [, named, pairs = ""] = /^resource (\S+) (.*)$/.exec(told) ?? [];
      const trace = traces.at(-1);
      if (named !== undefined) resources[named] = labelsFrom(pairs);
      else if (trace) trace.rows += `${line}\n`;
    } else if (section.of === "decoys" && told.startsWith("- ")) owner = trapFrom(told);
    else if (told.startsWith("{")) streams.push({ owner, stream: { labels: labelsFrom(told), lines: [] } });
    else if (/^(counter|gauge|histogram|summary) /.test(told))
      instruments.push({ owner, instrument: instrumentFrom(told, every) });
    else streams.at(-1)?.stream.lines.push(lineFrom(told));
  };
  for (const { line, at } of rows) {
    try {
      read(line);
    } catch (error) {
      throw new Error(`${name}.txt:${at}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const expected = (signal: Signal): Expected => {
    const told = expect.get(signal);
    if (!told) throw new Error(`${name}.txt expects nothing of ${signal}`);
    return told;
  };
  if (service === "" || traces.length === 0) throw new Error(`${name}.txt names no service, or draws no spans`);
  return {
    ...{ name, title: rows[0]?.line ?? "", service, instruments, streams, resources, traces },
    expect: {
      ...{ rate: expected("rate"), errors: expected("errors"), latency: expected("latency") },
      ...{ saturation: expected("saturation"), lines: expected("lines") },
      ...{ trace: expected("trace"), changes: expected("changes") },
    },
  };
}

const folder = new URL("./", import.meta.url);
/** Every world drawn beside this file, by name. */
export const drawings = (): Drawing[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".txt") && file !== "not-yet.txt")
    .sort()
    .map((file) => drawingFrom(file.slice(0, -4), readFileSync(new URL(file, folder), "utf8")));

/** `not-yet.txt`: `world signal` -> the verdict that comes instead of what its drawing expects. */
export const notYet = (): ReadonlyMap<string, "found" | "gap" | "wrong"> =>
  new Map(
    readFileSync(new URL("not-yet.txt", folder), "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, world, signal, word] = /^(\S+)\s+(\S+)\s+(\w+)\b/.exec(line.startsWith("#") ? "" : line) ?? [];
        const verdict = (["found", "gap", "wrong"] as const).find((each) => each === word);
        return verdict === undefined ? [] : [[`${world} ${signal}`, verdict] as const];
      }),
  );
