/** Matchers, line filters and label filters as functions. */
import type { Comparison, LabelFilter, LineOperator, Stage } from "@/lib/engine/logql/ast";
import { patternFilter } from "@/lib/engine/logql/pattern";
import { refuse } from "@/lib/engine/logql/refusal";
import { regexpOf } from "@/lib/engine/logql/regexp";
import { type Read, readBytes, readFloat, readGoDuration } from "@/lib/engine/logql/units";
import { labelOf, matchedValue, type Work } from "@/lib/engine/logql/work";
import type { Labels, Matcher } from "@/lib/signal/labels";

export function matcherTest({ op, value }: Matcher): (text: string) => boolean {
  switch (op) {
    case "=":
      return (text) => text === value;
    case "!=":
      return (text) => text !== value;
    case "=~":
    case "!~": {
      const regexp = regexpOf(value, true);
      return (text) => regexp.test(text) === (op === "=~");
    }
  }
}

export function selects(matchers: readonly Matcher[]): (stream: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ label: matcher.label, test: matcherTest(matcher) }));
  return (stream) => tests.every(({ label, test }) => test(stream[label] ?? ""));
}

/** Several texts: one of them for what a line must hold, none of them for what it must not. */
export function lineFilter({ op, any }: Extract<Stage, { kind: "line" }>): (text: string) => boolean {
  if (any.some(({ isIp }) => isIp)) refuse("ip filters are not supported here");
  const tests = any.map(({ text }) => lineTest(op, text));
  const holds = op.startsWith("|");
  return (line) => tests.some((test) => test(line)) === holds;
}

function lineTest(op: LineOperator, text: string): (line: string) => boolean {
  switch (op) {
    case "|=":
    case "!=":
      return (line) => line.includes(text);
    case "|~":
    case "!~": {
      const regexp = regexpOf(text, false);
      return (line) => regexp.test(line);
    }
    case "|>":
    case "!>":
      return patternFilter(text);
  }
}

const compared = (op: Comparison, a: number, b: number): boolean => {
  switch (op) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
  }
};
const readers: Readonly<Record<"number" | "duration" | "bytes", (text: string) => Read>> = {
  number: readFloat,
  duration: readGoDuration,
  bytes: readBytes,
};

/** A value that is no number keeps its line, marked as an error; a label that is not there drops it. */
export function labelFilter(filter: LabelFilter): (work: Work) => boolean {
  switch (filter.kind) {
    case "matcher": {
      const { label } = filter.matcher;
      const test = matcherTest(filter.matcher);
      return (work) => test(matchedValue(work, label));
    }
    case "and":
    case "or": {
      const [left, right] = [labelFilter(filter.left), labelFilter(filter.right)];
      if (filter.kind === "or") return (work) => left(work) || right(work);
      // Both are asked: each may mark the line as an error.
      return (work) => {
        const [a, b] = [left(work), right(work)];
        return a && b;
      };
    }
    case "ip":
      return refuse("ip filters are not supported here");
    default: {
      const { label, op, value } = filter;
      const read = readers[filter.kind];
      return (work) => {
        const text = labelOf(work, label);
        if (text === undefined) return false;
        const found = read(text);
        if ("value" in found) return compared(op, found.value, value);
        if (work.error === "") {
          work.error = "LabelFilterErr";
          work.details = found.error;
        }
        return true;
      };
    }
  }
}

/** Names a filter looks at. */
export function namesIn(filter: LabelFilter): string[] {
  switch (filter.kind) {
    case "matcher":
      return [filter.matcher.label];
    case "and":
    case "or":
      return [...new Set([...namesIn(filter.left), ...namesIn(filter.right)])];
    default:
      return [filter.label];
  }
}
