import { expect, test } from "vitest";
import { type Branch, splitComparison } from "@/lib/query/comparison";
import { narrow as narrowLogql } from "@/lib/query/logql";
import { narrow as narrowPromql } from "@/lib/query/promql";
import { parseSelector, printSelector } from "@/lib/query/selector";
import { withMostRecent } from "@/lib/query/traceql";
import { casesOf } from "@/test/cases/cases";

const service = { label: "service", op: "=", value: "x" } as const;

const printBranch = ({ query, limits, joined }: Branch): string =>
  [
    joined ? `${joined} ${query}` : query,
    ...limits.map(({ op, bound }) => `${op} ${bound.kind === "number" ? bound.value : `(${bound.text})`}`),
  ].join(" | ");
const printedMatchers = (text: string): string => {
  const matchers = parseSelector(text);
  return matchers ? printSelector(matchers) : "";
};

const checkers: readonly (readonly [string, (query: string) => string])[] = [
  ["promql-narrow.txt", (query) => narrowPromql(query, service)],
  ["promql-split.txt", (query) => splitComparison(query).map(printBranch).join(" ; ")],
  ["logql-narrow.txt", (query) => narrowLogql(query, service)],
  ["selectors.txt", printedMatchers],
  ["traceql-recent.txt", withMostRecent],
];

for (const [file, check] of checkers) {
  test.each(casesOf(file))("$at: $input", ({ input, expected }) => {
    expect(check(input)).toBe(expected);
  });
}
