/** The parser: what it complains of, how it writes what it read, and that it takes what the grammar takes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printComplaint } from "@/lib/engine/promql/complaint";
import { parse } from "@/lib/engine/promql/parse";
import { prettyPrint, print } from "@/lib/engine/promql/print";
import { isValid } from "@/lib/query/promql";
import { casesOf } from "@/test/cases/cases";

const complaintOf = (query: string): string => {
  const parsed = parse(query);
  return parsed.ok ? "" : printComplaint(query, parsed.complaint);
};
const printed = (query: string): string => {
  const parsed = parse(query);
  return parsed.ok ? prettyPrint(parsed.value) : printComplaint(query, parsed.complaint);
};

describe("Prometheus' own complaint, at its place", () => {
  for (const { input, expected, at } of casesOf("../engine/promql-complaints.txt", "escaped"))
    test(`${at} ${input}`, () => expect(complaintOf(input)).toBe(expected.replaceAll("\\\\", "\\")));
  test("of nothing", () => expect(complaintOf("")).toBe("unknown position: parse error: no expression found in input"));
  test("of what is nested without end", () => {
    expect(complaintOf("(".repeat(5_000))).toContain("nested too deeply");
    expect(complaintOf("-".repeat(5_000))).toContain("nested too deeply");
  });
});

describe("as Prometheus writes it", () => {
  for (const { input, expected, at } of casesOf("../engine/promql-prints.txt", "escaped"))
    test(`${at} ${input}`, () =>
      expect(printed(input)).toBe(expected.replaceAll("\\\\", "\\").replaceAll("\\n", "\n")));
});

/** Texts of expressions of type vector. */
const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => {
  const name = fc.constantFrom(
    "up",
    "http_requests_total",
    "sum",
    "a:b:c",
    '{"http.server.duration"}',
    'x{job=~"a|b",c!=""}',
  );
  const label = fc.constantFrom("job", "le", '"k8s.pod"');
  const duration = fc.constantFrom("5m", "1h30m", "90s", "250ms", "1d");
  const op = fc.constantFrom("+", "-", "*", "/", "%", "^", "==", ">=", "<", "atan2", "and", "or", "unless");
  const arithmetic = fc.constantFrom("+", "-", "*", "/", "%", "^");
  return {
    scalar: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("1", "0.5", "1e3", "0x1F", "NaN", "5m", "time()", "pi()"),
      fc.tuple(tie("scalar"), arithmetic, tie("scalar")).map((parts) => parts.join(" ")),
      tie("scalar").map((inner) => `(${inner})`),
      tie("scalar").map((inner) => `-${inner}`),
    ),
    vector: fc.oneof(
      { maxDepth: 4 },
      name,
      fc.tuple(name, duration).map(([selector, offset]) => `${selector} offset -${offset}`),
      fc.tuple(name, fc.constantFrom("start()", "end()", "17")).map(([selector, at]) => `${selector} @ ${at}`),
      fc.tuple(tie("vector"), op, tie("vector")).map(([a, sign, b]) => `(${a}) ${sign} (${b})`),
      fc.tuple(tie("vector"), label, tie("vector")).map(([a, on, b]) => `(${a}) * on (${on}) group_left () (${b})`),
      fc.tuple(tie("vector"), arithmetic, tie("scalar")).map(([a, sign, b]) => `(${a}) ${sign} ${b}`),
      fc.tuple(tie("scalar"), tie("vector")).map(([a, b]) => `${a} > bool (${b})`),
      fc.tuple(label, tie("vector")).map(([by, inner]) => `sum by (${by}) (${inner})`),
      fc.tuple(tie("scalar"), tie("vector")).map(([k, inner]) => `topk without () (${k}, ${inner})`),
      fc.tuple(name, duration).map(([selector, range]) => `rate(${selector}[${range}])`),
      fc
        .tuple(tie("vector"), duration)
        .map(([inner, range]) => `max_over_time((${inner})[${range}:1m] offset ${range})`),
      tie("vector").map((inner) => `-(${inner})`),
      tie("vector").map((inner) => `abs(${inner})`),
      tie("scalar").map((inner) => `vector(${inner})`),
    ),
  };
});

describe("any expression", () => {
  test("read, written and read again is the same, on one line or many", () => {
    fc.assert(
      fc.property(vector, (query) => {
        const parsed = parse(query);
        if (!parsed.ok) throw new Error(`${query}: ${printComplaint(query, parsed.complaint)}`);
        const once = print(parsed.value);
        const again = parse(once);
        const pretty = parse(prettyPrint(parsed.value));
        expect(again.ok && print(again.value)).toBe(once);
        expect(pretty.ok && print(pretty.value)).toBe(once);
      }),
    );
  });

  test("that people write is taken by the published grammar too", () => {
    const queries = casesOf("promql-agreement.txt", "escaped").map(({ input }) => input);
    const taken = queries.filter((query) => parse(query).ok);
    expect(taken.length).toBeGreaterThan(150);
    expect(taken.filter((query) => !isValid(query))).toEqual([]);
  });

  test("with a piece cut out, is read or complained of, and never anything else", () => {
    fc.assert(
      fc.property(vector, fc.nat(), fc.nat({ max: 5 }), (query, from, length) => {
        const at = from % Math.max(1, query.length);
        const broken = query.slice(0, at) + query.slice(at + length);
        const parsed = parse(broken);
        if (!parsed.ok)
          expect(printComplaint(broken, parsed.complaint)).toMatch(/^(\d+:\d+|unknown position): parse error: ./);
      }),
    );
  });
});
