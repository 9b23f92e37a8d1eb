import { describe, expect, test } from "vitest";
import { parseTraceql } from "@/lib/engine/traceql/parse";
import { printField } from "@/lib/engine/traceql/print";
import { isValid } from "@/lib/query/traceql";

const messageOf = (text: string): string => {
  const parsed = parseTraceql(text);
  return parsed.ok ? "" : parsed.message;
};
/** With every rank made visible by parentheses. */
const read = (condition: string): string => {
  const parsed = parseTraceql(`{ ${condition} }`);
  const [stage] = parsed.ok ? parsed.query.stages : [];
  return stage?.kind === "filter" ? printField(stage.field) : messageOf(`{ ${condition} }`);
};

test.each([
  // Measured on a real Tempo.
  ["{ status = error", "parse error at line 1, col 17: syntax error: unexpected $end"],
  ["{ foo = }", "parse error at line 1, col 3: unknown identifier: foo"],
  ["{status=error} | rate( ", "parse error at line 1, col 24: syntax error: unexpected $end, expecting )"],
  ["{ .a = 'x' }", "parse error at line 1, col 8: invalid char literal"],
  ["{ span:parentID = nil }", "span:parentID=nil is not valid because intrinsics cannot be nil"],
  // After Tempo's source.
  ["{ name = 1 }", "binary operations must operate on the same type: name = 1"],
  ["{ status > error }", "illegal operation for the given types: status > error"],
  ['{ name =~ "(" }', "invalid regex: `(`"],
  ["{ 1 + 1 }", "span filter field expressions must resolve to a boolean: { 1 + 1 }"],
  ["rate()", "parse error at line 1, col 1: syntax error: unexpected rate"],
  ["{}\n&& {", "parse error at line 2, col 5: syntax error: unexpected $end"],
])("%s is refused as Tempo does", (text, message) => {
  expect(messageOf(text)).toBe(message);
});

test.each([
  ["true && false || true && false", "((true && false) || true) && false"],
  [".a + 1 * 2 = 3", "(.a + (1 * 2)) = 3"],
  ["2 ^ 3 ^ 2 = .x", "(2 ^ (3 ^ 2)) = .x"],
  ["!.a = true && .b", "((!.a) = true) && .b"],
  ["-.a + 1 > 2", "((-.a) + 1) > 2"],
  ["span.a-b > 1 && resource.service.name != nil", "(span.a-b > 1) && (resource.service.name != nil)"],
  ['parent.span."odd name" =~ "x"', 'parent.span."odd name" =~ `x`'],
  ["duration > 1h30m && trace:duration < 1.5s", "(duration > 1h30m0s) && (traceDuration < 1.5s)"],
  ["span.q > .5", "span.q > 0.5"],
])("%s is read as %s", (condition, expected) => {
  expect(read(condition)).toBe(expected);
});

describe("the editor's grammar and this parser", () => {
  test.each([
    "{}",
    '{ resource.service.name = "payment" && (status = error || duration > 1.5s) }',
    '{ .foo =~ "a.*" } >> { kind = server } | count() > 2 | select(span.http.route, name) with (most_recent=true)',
    "{ status = error } | by(resource.service.name) | avg(duration) > 1s",
    "({ .a = 1 } && {}) || { true }",
    '{ true } !>> { event:name = "exception" } | coalesce()',
    '{ span.a = "x" } &>> { rootName = "x" && parent.resource.x = 1 }',
    "{} | rate() by (resource.service.name) | topk(3)",
    "{} | quantile_over_time(duration, 0.5, 0.99) by (name)",
    "{ status = }",
    "{ status = error",
    "{} |",
    "{} | count(",
    "{ = 1 }",
    "{} {}",
    '{ "a }',
  ])("agree whether %s is a query", (text) => {
    expect(parseTraceql(text).ok).toBe(isValid(text));
  });
});
