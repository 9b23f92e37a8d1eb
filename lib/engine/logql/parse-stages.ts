/** The part behind a selector: line filters, parsers, label filters, formats. */
import type {
  Comparison,
  Extraction,
  LabelFilter,
  LineOperator,
  NamedMatcher,
  Stage,
  Unwrap,
} from "@/lib/engine/logql/ast";
import type { Cursor } from "@/lib/engine/logql/parser";
import { attempt } from "@/lib/engine/logql/refusal";
import { regexpOf } from "@/lib/engine/logql/regexp";
import { parseError } from "@/lib/engine/logql/tokens";
import { readFloat } from "@/lib/engine/logql/units";
import type { Matcher } from "@/lib/signal/labels";

const lineOperators: readonly LineOperator[] = ["|=", "!=", "|~", "!~", "|>", "!>"];
const comparisons: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "==": "=",
  "!=": "!=",
  ">": ">",
  ">=": ">=",
  "<": "<",
  "<=": "<=",
};
const matcherOps: readonly Matcher["op"][] = ["=", "!=", "=~", "!~"];

export const lineOperatorOf = (kind: string): LineOperator | undefined => lineOperators.find((op) => op === kind);
const matcherOpOf = (kind: string): Matcher["op"] | undefined => matcherOps.find((op) => op === kind);

/** Compiles its regular expression at once: a broken one refuses the whole query. */
export function checked(matcher: Matcher): Matcher {
  const isRegexp = matcher.op === "=~" || matcher.op === "!~";
  const compiled = isRegexp ? attempt(() => regexpOf(matcher.value, true)) : null;
  return compiled && !compiled.ok ? parseError(compiled.text) : matcher;
}

/** `a="b"` with `a` not yet taken. */
export function readMatcher(cursor: Cursor): Matcher {
  const label = cursor.need("IDENTIFIER", "IDENTIFIER").text;
  const op = matcherOpOf(cursor.peek());
  if (op === undefined) return cursor.fail("=", "=~", "!~", "!=");
  cursor.take();
  return checked({ label, op, value: cursor.string("STRING") });
}

/** All stages up to what is none. An `unwrap` is left standing. */
export function readStages(cursor: Cursor): Stage[] {
  const stages: Stage[] = [];
  for (;;) {
    const op = lineOperatorOf(cursor.peek());
    if (op !== undefined) stages.push(lineFilter(cursor, op));
    else if (cursor.peek() === "|" && cursor.peek(1) !== "unwrap") {
      cursor.take();
      stages.push(stage(cursor));
    } else return stages;
  }
}

function lineFilter(cursor: Cursor, op: LineOperator): Stage {
  cursor.take();
  const any: { text: string; isIp: boolean }[] = [];
  do any.push(lineOperand(cursor));
  while (cursor.skip("or"));
  return { kind: "line", op, any };
}
function lineOperand(cursor: Cursor): { text: string; isIp: boolean } {
  if (!cursor.skip("ip")) return { text: cursor.string("STRING", "ip"), isIp: false };
  cursor.need("(", "(");
  const text = cursor.string("STRING");
  cursor.need(")", ")");
  return { text, isIp: true };
}

function stage(cursor: Cursor): Stage {
  switch (cursor.peek()) {
    case "json": {
      cursor.take();
      return cursor.peek() === "IDENTIFIER" ? { kind: "json-some", take: extractions(cursor) } : { kind: "json" };
    }
    case "logfmt": {
      cursor.take();
      const flags: string[] = [];
      while (cursor.peek() === "FUNCTION_FLAG") flags.push(cursor.take().text);
      const isStrict = flags.includes("--strict");
      return cursor.peek() === "IDENTIFIER"
        ? { kind: "logfmt-some", take: extractions(cursor), isStrict }
        : { kind: "logfmt", isStrict, keepsEmpty: flags.includes("--keep-empty") };
    }
    case "unpack":
      cursor.take();
      return { kind: "unpack" };
    case "decolorize":
      cursor.take();
      return { kind: "decolorize" };
    case "regexp":
      cursor.take();
      return { kind: "regexp", text: cursor.string("STRING") };
    case "pattern":
      cursor.take();
      return { kind: "pattern", text: cursor.string("STRING") };
    case "line_format":
      cursor.take();
      return { kind: "line-format", text: cursor.string("STRING") };
    case "label_format":
      return labelFormat(cursor);
    case "drop":
      return { kind: "drop", labels: namedMatchers(cursor) };
    case "keep":
      return { kind: "keep", labels: namedMatchers(cursor) };
    default:
      return { kind: "labels", filter: readLabelFilter(cursor) };
  }
}

function extractions(cursor: Cursor): Extraction[] {
  const take: Extraction[] = [];
  do {
    const label = cursor.need("IDENTIFIER", "IDENTIFIER").text;
    take.push({ label, path: cursor.skip("=") ? cursor.string("STRING") : label });
  } while (cursor.skip(","));
  return take;
}

function labelFormat(cursor: Cursor): Stage {
  cursor.take();
  const formats: { label: string; from: string; isTemplate: boolean }[] = [];
  do {
    const label = cursor.need("IDENTIFIER", "IDENTIFIER").text;
    cursor.need("=", "=");
    const isTemplate = cursor.peek() === "STRING";
    const from = isTemplate ? cursor.string() : cursor.need("IDENTIFIER", "IDENTIFIER", "STRING").text;
    formats.push({ label, from, isTemplate });
  } while (cursor.skip(","));
  return { kind: "label-format", formats };
}

function namedMatchers(cursor: Cursor): NamedMatcher[] {
  cursor.take();
  const labels: NamedMatcher[] = [];
  do {
    const isMatcher = matcherOpOf(cursor.peek(1)) !== undefined;
    if (isMatcher) {
      const matcher = readMatcher(cursor);
      labels.push({ name: matcher.label, matcher });
    } else labels.push({ name: cursor.need("IDENTIFIER", "IDENTIFIER").text, matcher: null });
  } while (cursor.skip(","));
  return labels;
}

/** Binding of `or` is loosest, then `and`; a comma, or nothing at all, takes the whole rest as its right side, as in Loki. */
export function readLabelFilter(cursor: Cursor, loosest = 0): LabelFilter {
  let left = oneFilter(cursor);
  for (;;) {
    const next = cursor.peek();
    if (next === ",") {
      cursor.take();
      left = { kind: "and", left, right: behind(cursor, 0) };
    } else if (next === "IDENTIFIER" || next === "(") left = { kind: "and", left, right: readLabelFilter(cursor) };
    else if (next === "and" && loosest <= 2) {
      cursor.take();
      left = { kind: "and", left, right: behind(cursor, 3) };
    } else if (next === "or" && loosest <= 1) {
      cursor.take();
      left = { kind: "or", left, right: behind(cursor, 2) };
    } else return left;
  }
}

/** What an operator is followed by. */
const behind = (cursor: Cursor, loosest: number): LabelFilter =>
  cursor.peek() === "IDENTIFIER" || cursor.peek() === "("
    ? readLabelFilter(cursor, loosest)
    : cursor.fail("IDENTIFIER", "(");

function oneFilter(cursor: Cursor): LabelFilter {
  if (cursor.skip("(")) {
    const inner = readLabelFilter(cursor);
    cursor.need(")");
    return inner;
  }
  const label = cursor.need("IDENTIFIER").text;
  const sign = cursor.peek();
  const matcherOp = matcherOpOf(sign);
  const comparison = comparisons[sign];
  if (matcherOp === undefined && comparison === undefined) return cursor.fail();
  cursor.take();
  const next = cursor.peek();
  if (next === "STRING" && matcherOp !== undefined)
    return { kind: "matcher", matcher: checked({ label, op: matcherOp, value: cursor.string() }) };
  if (comparison === undefined) return cursor.fail("STRING");
  if (next === "ip" && (sign === "=" || sign === "!=")) {
    cursor.take();
    cursor.need("(", "(");
    const pattern = cursor.string("STRING");
    cursor.need(")", ")");
    return { kind: "ip", label, op: sign, pattern };
  }
  if (next === "DURATION") return { kind: "duration", label, op: comparison, value: cursor.take().amount };
  if (next === "BYTES") return { kind: "bytes", label, op: comparison, value: cursor.take().amount };
  return { kind: "number", label, op: comparison, value: readNumber(cursor) };
}

/** `5`, `+5`, `-5`. */
export function readNumber(cursor: Cursor): number {
  const sign = cursor.skip("-") ? -1 : 1;
  if (sign === 1) cursor.skip("+");
  const read = readFloat(cursor.need("NUMBER").text);
  return "value" in read ? sign * read.value : Number.NaN;
}

/** `| unwrap duration(x) | y="z"`; null where no unwrap stands. */
export function readUnwrap(cursor: Cursor): Unwrap | null {
  if (cursor.peek() !== "|" || cursor.peek(1) !== "unwrap") return null;
  cursor.take();
  cursor.take();
  const word = cursor.peek();
  const conversion = word === "bytes" || word === "duration" || word === "duration_seconds" ? word : null;
  if (conversion !== null) {
    cursor.take();
    cursor.need("(", "(");
  }
  const label = cursor.need("IDENTIFIER", ...(conversion ? ["IDENTIFIER"] : [])).text;
  if (conversion !== null) cursor.need(")", ")");
  const filters: LabelFilter[] = [];
  while (cursor.skip("|")) filters.push(readLabelFilter(cursor));
  return { label, conversion, filters };
}
