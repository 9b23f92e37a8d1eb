/**
 * PromQL text -> expression, or the complaint Prometheus would make (promql/parser/generated_parser.y). Written by hand:
 * the lezer grammar is made for colouring and reads `-2 ^ 2` as 4 and `1 + up offset 5m` as (1 + up) offset 5m.
 * What that grammar takes and what this takes is compared in the tests.
 */

import { checkTypes } from "@/lib/engine/promql/check";
import { type Complain, type Complaint, hearing } from "@/lib/engine/promql/complaint";
import {
  type Aggregation,
  type At,
  aggregations,
  type Expression,
  type Matching,
  type Selector,
} from "@/lib/engine/promql/expression";
import { isExperimental, signatureOf } from "@/lib/engine/promql/functions";
import { durationParser } from "@/lib/engine/promql/parse-durations";
import { createReader, strengthOf } from "@/lib/engine/promql/parse-reader";
import { selectorParser } from "@/lib/engine/promql/parse-selectors";
import type { Token } from "@/lib/engine/promql/tokens";

export type Parsed =
  | { readonly ok: true; readonly value: Expression }
  | { readonly ok: false; readonly complaint: Complaint };

/** The whole text as one expression, its types checked. */
export const parse = (query: string): Parsed =>
  hearing((complain) => {
    const parser = createParser(query, complain);
    if (parser.isEmpty()) complain(query === "" ? null : 0, "no expression found in input");
    const expression = parser.expression(0);
    parser.end();
    checkTypes(expression, complain);
    return expression;
  });

/** One selector, as in `match[]`; that it may match everything is left to the caller. */
export const parseSelector = (
  text: string,
): { readonly ok: true; readonly value: Selector } | { readonly ok: false; readonly complaint: Complaint } =>
  hearing((complain) => {
    const parser = createParser(text, complain);
    const selector = parser.selector();
    parser.end();
    return selector;
  });

/** Nobody writes so; a text that does would exhaust the stack. */
const deepest = 500;

function createParser(query: string, complain: Complain) {
  const reader = createReader(query, complain);
  const { peek, next, unexpected, isSign, isWord, skip, within, text, number, isNumber, sign, operatorOf } = reader;
  const { selector, isName, labelList } = selectorParser(reader);
  const { durationFactor, span } = durationParser(reader);

  const args = (): Expression[] => {
    skip("(");
    const found: Expression[] = [];
    while (!isSign(")")) {
      found.push(expression(0));
      if (!isSign(",")) break;
      const comma = next();
      if (isSign(")")) complain(comma.from, "trailing commas not allowed in function call args");
    }
    skip(")");
    return found;
  };

  const aggregate = (op: Token): Expression =>
    within("aggregation", () => {
      const grouping = (): { without: boolean; labels: string[] } | null => {
        if (!isWord("by") && !isWord("without")) return null;
        const without = next().text.toLowerCase() === "without";
        return { without, labels: labelList() };
      };
      const before = grouping();
      const given = args();
      const chosen = before ?? grouping();
      const lower = op.text.toLowerCase();
      if (given.length === 0) complain(op.from, "no arguments for aggregate expression provided");
      const known: Aggregation | undefined = aggregations.find((each) => each === lower);
      if (!known)
        return complain(
          op.from,
          `${lower}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
        );
      const wanted = /^(?:topk|bottomk|count_values|quantile)$/.test(known) ? 2 : 1;
      const inner = given[wanted - 1];
      if (given.length !== wanted || !inner)
        return complain(
          op.from,
          `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${given.length}`,
        );
      return {
        kind: "aggregate",
        from: op.from,
        op: known,
        parameter: wanted === 2 ? (given[0] ?? null) : null,
        inner,
        grouping: chosen?.labels ?? [],
        without: chosen?.without ?? false,
      };
    });

  const call = (name: Token): Expression => {
    const given = args();
    if (isExperimental(name.text)) complain(name.from, `function ${JSON.stringify(name.text)} is not enabled`);
    if (!signatureOf(name.text)) complain(name.from, `unknown function with name ${JSON.stringify(name.text)}`);
    return { kind: "call", from: name.from, name: name.text, args: given };
  };

  const primary = (): Expression => {
    const { from } = peek();
    if (isNumber()) return { kind: "number", from, ...number() };
    if (peek().kind === "string") return { kind: "string", from, value: text(next()) };
    if (isSign("(")) {
      next();
      const inner = expression(0);
      skip(")");
      return { kind: "paren", from, inner };
    }
    if (isSign("{")) return selector();
    if (!isName()) return unexpected();
    const name = next();
    if (name.kind === "aggregator" && (isSign("(") || isWord("by") || isWord("without"))) return aggregate(name);
    const isCallable = name.kind === "identifier" || /^(?:start|end|step|range|max_of|min_of)$/i.test(name.text);
    return isCallable && isSign("(") ? call(name) : selector(name);
  };

  const brackets = (subject: Expression): Expression => {
    const bracket = next();
    const range = span("subquery or range selector", "number, duration, step(), or range()");
    if (isSign("]")) {
      next();
      if (subject.kind !== "selector") return complain(bracket.from, "ranges only allowed for vector selectors");
      if (subject.offset !== 0) return complain(bracket.from, "no offset modifiers allowed before range");
      if (subject.at) return complain(bracket.from, "no @ modifiers allowed before range");
      return { kind: "range", from: subject.from, selector: subject, range };
    }
    if (!isSign(":")) unexpected("subquery or range", '":" or "]"');
    next();
    const step = isSign("]") ? null : span("subquery selector", 'number, duration, step(), range(), or "]"');
    if (!isSign("]")) unexpected("subquery selector", '"]"');
    next();
    return { kind: "subquery", from: subject.from, inner: subject, range, step, at: null, offset: 0 };
  };

  const offset = (subject: Expression): Expression => {
    next();
    // Without parentheses one duration only: `a offset 5m * 2` multiplies what is found.
    const ms = Math.round(durationFactor("offset", "number, duration, step(), or range()") * 1_000);
    const twice = (has: number): void => {
      if (has !== 0) complain(subject.from, "offset may not be set multiple times");
    };
    if (subject.kind === "selector" || subject.kind === "subquery") {
      twice(subject.offset);
      return { ...subject, offset: ms };
    }
    if (subject.kind === "range") {
      twice(subject.selector.offset);
      return { ...subject, selector: { ...subject.selector, offset: ms } };
    }
    return complain(
      subject.from,
      "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    );
  };

  const instant = (): At => {
    if (isWord("start") || isWord("end")) {
      const kind = next().text.toLowerCase() === "start" ? "start" : "end";
      for (const bracket of ["(", ")"])
        if (isSign(bracket)) next();
        else unexpected("@", "timestamp");
      return { kind };
    }
    const factor = sign();
    if (!isNumber()) unexpected("@", "timestamp");
    return { kind: "instant", at: Math.round(number().value * factor * 1_000) };
  };

  const at = (subject: Expression): Expression => {
    next();
    const when = within("@", instant);
    if (when.kind === "instant" && !(Math.abs(when.at) < 2 ** 63))
      complain(subject.from, `timestamp out of bounds for @ modifier: ${BigInt(Math.round(when.at / 1_000))}.000000`);
    const twice = (has: At | null): void => {
      if (has) complain(subject.from, "@ <timestamp> may not be set multiple times");
    };
    if (subject.kind === "selector" || subject.kind === "subquery") {
      twice(subject.at);
      return { ...subject, at: when };
    }
    if (subject.kind === "range") {
      twice(subject.selector.at);
      return { ...subject, selector: { ...subject.selector, at: when } };
    }
    return complain(
      subject.from,
      "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    );
  };

  const postfixed = (subject: Expression): Expression => {
    if (isSign("[")) return postfixed(brackets(subject));
    if (isWord("offset")) return postfixed(offset(subject));
    if (peek().kind === "operator" && peek().text === "@") return postfixed(at(subject));
    if (isWord("anchored") || isWord("smoothed"))
      complain(subject.from, `${peek().text.toLowerCase()} modifier is experimental and not enabled`);
    return subject;
  };

  const matching = (from: number): { isBool: boolean; matching: Matching } => {
    const isBool = isWord("bool");
    if (isBool) next();
    let found: Matching = { on: false, labels: [], many: null, include: [] };
    if (isWord("on") || isWord("ignoring")) {
      const on = next().text.toLowerCase() === "on";
      found = { ...found, on, labels: labelList() };
      if (isWord("group_left") || isWord("group_right")) {
        const many = next().text.toLowerCase() === "group_left" ? "left" : "right";
        found = { ...found, many, include: isSign("(") ? labelList() : [] };
      }
    }
    // Only before `(`: otherwise it is a metric of that name.
    if (/^fill(?:_left|_right)?\s*\(/i.test(query.slice(peek().from)))
      complain(from, "binop fill modifiers are experimental and not enabled");
    return { isBool, matching: found };
  };

  const unary = (): Expression => {
    const isSigned = peek().kind === "operator" && (peek().text === "-" || peek().text === "+");
    if (!isSigned) return postfixed(primary());
    const { from, text: op } = next();
    // As tight as `*`: -2 ^ 2 is -(2 ^ 2), and -a * b is (-a) * b.
    const inner = expression(strengthOf("*") + 1);
    if (inner.kind === "number") return { ...inner, from, value: op === "-" ? -inner.value : inner.value };
    return { kind: "unary", from, op: op === "-" ? "-" : "+", inner };
  };

  let depth = 0;
  /** Takes operators of at least this strength. */
  function expression(least: number): Expression {
    depth += 1;
    if (depth > deepest) complain(peek().from, "expression is nested too deeply");
    let left = unary();
    for (;;) {
      const op = operatorOf();
      if (!op || strengthOf(op) < least) {
        depth -= 1;
        return left;
      }
      const opFrom = next().from;
      const how = matching(left.from);
      const right = expression(strengthOf(op) + (op === "^" ? 0 : 1));
      left = { kind: "binary", from: left.from, opFrom, op, left, right, ...how };
    }
  }

  return {
    isEmpty: () => peek().kind === "end",
    expression,
    selector: () => selector(),
    end: (): void => {
      if (peek().kind !== "end") unexpected();
    },
  };
}
