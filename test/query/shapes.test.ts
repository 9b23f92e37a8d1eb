import { expect, test } from "vitest";
import { isStreamSelector, labelFilter, levelFilter, lineContainsAny, streamSelector } from "@/lib/query/logql";
import { isValid, operandsOf, rangedIn, replacementIn, selector, selectorsOf, withQuantile } from "@/lib/query/promql";
import { attributeEquals, attributeIn, isValid as isValidTraceql } from "@/lib/query/traceql";

test("names that need Prometheus 3 are quoted, names that read as numbers or keywords are matched", () => {
  const job = { label: "job", op: "=", value: "a" } as const;
  expect(selector("up", [])).toBe("up");
  expect(selector("job:up:rate5m", [job])).toBe('job:up:rate5m{job="a"}');
  expect(selector("http.server.duration", [{ label: "k8s.pod", op: "=", value: "x" }])).toBe(
    '{"http.server.duration","k8s.pod"="x"}',
  );
  expect(selector("inf", [job])).toBe('{__name__="inf",job="a"}');
  expect(selector(null, [job])).toBe('{job="a"}');
});

test("a query tells its selectors with their places", () => {
  const query = 'sum(rate(a{b="c"}[5m])) / {"x.y"}';
  expect(selectorsOf(query)).toEqual([
    { name: "a", matchers: [{ label: "b", op: "=", value: "c" }], text: 'a{b="c"}', from: 9, to: 17 },
    { name: "x.y", matchers: [], text: '{"x.y"}', from: 26, to: 33 },
  ]);
});

test.each(["", "sum(", "rate(a[$__interval])", "a b", '{a="b"', "a > > 1"])("%j is no PromQL query", (query) => {
  expect(isValid(query)).toBe(false);
});

test.each(['{job="a"}', '{job="a"} |= "x" | json | level="error"', '{job="a"} # deploys'])("%s has lines", (query) => {
  expect(isStreamSelector(query)).toBe(true);
});

test.each([
  "",
  "{}",
  "job",
  '{job="a"',
  'rate({job="a"}[5m])',
  'sum(count_over_time({job="a"}[5m]))',
  "1",
  '{job="a"}[5m]',
])("%j has no lines", (query) => {
  expect(isStreamSelector(query)).toBe(false);
});

test("LogQL is printed as Loki reads it", () => {
  expect(streamSelector([{ label: "k8s.pod.name", op: "=~", value: "pay.*" }])).toBe('{k8s_pod_name=~"pay.*"}');
  expect(lineContainsAny(["a", "", 'b"c'])).toBe('|= "a" or "b\\"c"');
  expect(labelFilter([{ label: "trace_id", op: "=", value: "a" }])).toBe('| trace_id="a"');
});

test("a line filter without ids finds nothing instead of everything", () => {
  expect(lineContainsAny([])).toBe('|~ "a^"');
  expect(isStreamSelector(`{a="b"} ${lineContainsAny([""])}`)).toBe(true);
});

test("a level is asked for in every spelling, as Loki 3 detects it or as a label", () => {
  const filter = levelFilter(["error", "fatal"]);
  expect(filter).toBe(
    '| detected_level=~"(?i:error|err|severe|fatal|critical|crit|panic|alert|emerg)" or level=~"(?i:error|err|severe|fatal|critical|crit|panic|alert|emerg)"',
  );
  expect(isStreamSelector(`{a="b"} ${filter}`)).toBe(true);
});

test("TraceQL attributes are plain where Tempo reads them so, quoted where not", () => {
  expect(attributeEquals("span", "http.route", "/a")).toBe('span.http.route = "/a"');
  expect(attributeEquals("span", "http route", 500)).toBe('span."http route" = 500');
  expect(attributeEquals("resource", 'a"b\\c', true)).toBe('resource."a\\"b\\\\c" = true');
  expect(isValidTraceql(`{ ${attributeEquals("span", "with", "x")} }`)).toBe(true);
});

test("several values are one regex, mixed types alternatives, none is false", () => {
  expect(attributeIn("resource", "service.name", ["a.b", "c"])).toBe('resource.service.name =~ "a\\\\.b|c"');
  expect(attributeIn("resource", "service.name", ["a.b"])).toBe('resource.service.name = "a.b"');
  expect(attributeIn("span", "code", [500, "x"])).toBe('(span.code = 500 || span.code = "x")');
  expect(isValidTraceql(`{ ${attributeIn("span", "code", [])} }`)).toBe(true);
});

test.each(["", "{", "{ foo = }", "status = error"])("%j is no TraceQL query", (query) => {
  expect(isValidTraceql(query)).toBe(false);
});

test.each([
  ["a or (b or c) or d", ["a", "(b or c)", "d"]],
  ['a{x="b or c"}\nor\nb', ['a{x="b or c"}', "b"]],
  ["a or on (x) b", ["a or on (x) b"]],
  ["a and b", ["a and b"]],
])("%s unites its operands", (query, operands) => {
  expect(operandsOf(query)).toEqual(operands);
});

test.each([
  [
    "a classic histogram",
    "histogram_quantile(0.99, sum by (le) (rate(a_bucket[1m]))) / 1000",
    "histogram_quantile(0.5, sum by (le) (rate(a_bucket[1m]))) / 1000",
  ],
  ["a summary", 'max by (job) (a{job="x",quantile="0.99"})', 'max by (job) (a{job="x",quantile="0.5"})'],
  ["beside a mean and a gauge", "histogram_quantile(0.99, a)\nor b / c\nor max(p99)", "histogram_quantile(0.5, a)"],
  ["numbers that are no quantile", "histogram_quantile(0.99, a * 0.99)", "histogram_quantile(0.5, a * 0.99)"],
  ["another quantile", "histogram_quantile(0.9, a)", null],
  ["none at all", 'sum(rate(a{path="0.99"}[1m]))', null],
])("the median in place of the p99: %s", (_, query, median) => {
  expect(withQuantile(query, "0.99", "0.5")).toBe(median);
});

test("what range selectors look at is told without the range, subqueries and instants aside", () => {
  const ranged = rangedIn('sum(rate(a{b="c"}[1m])) / d + max_over_time(e[5m:1m]) + rate({"x.y"}[2m] offset 1h)');
  expect(ranged.map(({ text }) => text)).toEqual(['a{b="c"}', '{"x.y"}']);
});

test("what a label_replace makes of which label", () => {
  expect(replacementIn('label_replace(a, "to", "$1 \\"x\\"", "from", "(.+)")')).toEqual({
    from: "from",
    replacement: '$1 "x"',
  });
  expect(replacementIn("sum(a)")).toBeNull();
});
