import { parser as logqlParser } from "@grafana/lezer-logql";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isStreamSelector,
  labelFilter,
  lineContainsAny,
  narrow as narrowLogql,
  streamSelector,
} from "@/lib/query/logql";
import { isValid, narrow, printLabel, regexAlternatives, selector, selectorsOf } from "@/lib/query/promql";
import { quoted, unquoted } from "@/lib/query/quoted";
import { parseSelector, printSelector } from "@/lib/query/selector";
import {
  attributeEquals,
  attributeIn,
  isValid as isValidTraceql,
  traceqlTree,
  withMostRecent,
} from "@/lib/query/traceql";

// What breaks queries, and all of Unicode: lone surrogates have no UTF-8 and are tested apart.
const value = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom(...("\"'`\\{}()[]|=~!,#/%\n\r\t\u0000\u202e é𒾐ab0n".match(/./gsu) ?? [])),
      maxLength: 24,
    }),
    fc.string({ unit: "binary", maxLength: 24 }),
  )
  .filter((text) => text.isWellFormed());
const name = fc.oneof(
  fc.constantFrom(
    ..."up job bool on offset inf NaN by sum and group_left start http.server.duration k8s.pod".split(" "),
  ),
  fc.string({ unit: fc.constantFrom(...'ab_:9.- é"\\'), minLength: 1, maxLength: 8 }),
);
const op = fc.constantFrom("=" as const, "!=" as const, "=~" as const, "!~" as const);
const matcher = fc.record({ label: name, op, value });

/** The literals of a LogQL query, read back. */
function stringsOf(query: string): (string | undefined)[] {
  const strings: (string | undefined)[] = [];
  logqlParser.parse(query).iterate({
    enter: ({ name, from, to }) => {
      if (name === "String") strings.push(unquoted(query.slice(from, to)));
    },
  });
  return strings;
}

function traceqlStrings(query: string): (string | undefined)[] {
  const strings: (string | undefined)[] = [];
  traceqlTree(query).iterate({
    enter: ({ name, from, to }) => {
      if (name === "String") strings.push(unquoted(query.slice(from, to)));
    },
  });
  return strings;
}

test("any text becomes a literal that reads back equal and holds no invisible sign", () => {
  fc.assert(
    fc.property(value, (text) => {
      expect(unquoted(quoted(text))).toBe(text);
      expect(quoted(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("half a character, which no server could be sent, becomes the replacement sign", () => {
  expect(quoted("a\ud800b")).toBe('"a\\ufffdb"');
});

test("Go's other escapes and quotes are read", () => {
  expect(unquoted(String.raw`"\a\b\f\v\x41\103\u00e9\U0001F600\xc3\xa9"`)).toBe("\u0007\b\f\vACé😀é");
  expect(unquoted('`a\\n\r"b`')).toBe('a\\n"b');
  expect(unquoted(String.raw`'it\'s'`)).toBe("it's");
  for (const broken of ['"', '"a', String.raw`"\q"`, String.raw`"\'"`, String.raw`"\ud800"`, "a", ""])
    expect(unquoted(broken)).toBeUndefined();
});

test("any metric name and matchers make a PromQL selector that says the same", () => {
  fc.assert(
    fc.property(fc.option(name), fc.array(matcher, { maxLength: 4 }), (metric, matchers) => {
      const text = selector(metric, matchers);
      expect(isValid(text)).toBe(true);
      expect(isValid(`sum by (${matchers.map(({ label }) => printLabel(label)).join(",")}) (rate(${text}[5m]))`)).toBe(
        true,
      );
      const expected = metric === null ? matchers : [{ label: "__name__", op: "=", value: metric }, ...matchers];
      expect(parseSelector(text)).toEqual(expected);
      expect(parseSelector(printSelector(matchers))).toEqual(matchers);
    }),
  );
});

/** What a query says apart from its selectors. */
const outside = (query: string): string =>
  selectorsOf(query).reduceRight((text, { from, to }) => text.slice(0, from) + text.slice(to), query);

test("narrowing adds the one matcher to every selector and changes nothing else", () => {
  fc.assert(
    fc.property(matcher, fc.array(matcher, { maxLength: 3 }), (added, matchers) => {
      const query = `sum(rate(${selector("a", matchers)}[5m])) / ${selector(null, matchers)} > 1 # ${added.label.length}`;
      const narrowed = narrow(query, added);
      expect(isValid(narrowed)).toBe(true);
      expect(selectorsOf(narrowed).map((each) => each.matchers)).toEqual([
        [added, ...matchers],
        [added, ...matchers],
      ]);
      expect(outside(narrowed)).toBe(outside(query));
    }),
  );
});

test("alternatives match each of their texts, whole, and nothing else", () => {
  const texts = fc.array(
    value.filter((text) => !/[\n\r\u2028\u2029]/.test(text)),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(texts, value, (values, other) => {
      // JavaScript reads these escapes as RE2 does.
      const regex = new RegExp(`^(?:${regexAlternatives(values)})$`, "s");
      for (const each of values) expect(regex.test(each)).toBe(true);
      expect(regex.test(other)).toBe(values.includes(other));
    }),
  );
  expect(new RegExp(`^(?:${regexAlternatives([])})$`, "s").test("")).toBe(false);
});

test("any ids and matchers make a LogQL query that says the same", () => {
  const label = fc.constantFrom("app", "service_name", "k8s.pod", "9a");
  fc.assert(
    fc.property(
      fc.array(fc.record({ label, op, value }), { minLength: 1, maxLength: 3 }),
      fc.array(value, { maxLength: 4 }),
      (matchers, ids) => {
        const query = `${streamSelector(matchers)} ${lineContainsAny(ids)} ${labelFilter(matchers)}`;
        expect(isStreamSelector(query)).toBe(true);
        const wanted = ids.filter((id) => id !== "");
        const values = matchers.map((each) => each.value);
        expect(stringsOf(query)).toEqual([...values, ...(wanted.length === 0 ? ["a^"] : wanted), ...values]);
        const added = { label: "app", op: "=", value: ids.join() } as const;
        expect(stringsOf(narrowLogql(query, added))).toEqual([added.value, ...stringsOf(query)]);
      },
    ),
  );
});

test("any attribute and values make a TraceQL query that says the same", () => {
  fc.assert(
    fc.property(name, fc.array(value, { minLength: 2, maxLength: 4 }), (attribute, values) => {
      const [first = ""] = values;
      const one = withMostRecent(`{ ${attributeEquals("span", attribute, first)} }`);
      expect(isValidTraceql(one)).toBe(true);
      expect(traceqlStrings(one)).toEqual([first]);
      const many = `{ ${attributeIn("resource", attribute, values)} && status = error }`;
      expect(isValidTraceql(many)).toBe(true);
      expect(traceqlStrings(many)).toEqual([regexAlternatives(values)]);
    }),
  );
});
