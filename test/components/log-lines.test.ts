import fc from "fast-check";
import { expect, test } from "vitest";
import { aroundTitle } from "@/components/panels/log-lines";
import { ansiRuns } from "@/components/panels/log-lines-ansi";
import { rowMove } from "@/components/panels/log-lines-keys";
import { lineAt, logRows, noFilter, shownRows, streamService } from "@/components/panels/log-lines-rows";
import { detailText, logfmtOf, rowText, spanIdOf } from "@/components/panels/log-lines-text";
import { harmless } from "@/components/ui/harmless";
import type { Evidence } from "@/lib/evidence";
import { withoutAnsi } from "@/lib/signal/ansi";
import type { Level, LogLines } from "@/lib/signal/lines";
import { instantAfter, minute, shift } from "@/lib/signal/time";
import { at, evidenceOf, linesFrom, traceAnswer } from "../draw";
import { growthOf } from "../worked";

const linesOf = (lines: LogLines, upstream: string, limited = false): Evidence =>
  evidenceOf({ kind: "lines", lines, limited }, { kind: "lines-of-id", rung: -1 }, { id: upstream, upstream });
const textsOf = (evidence: readonly Evidence[], filter = noFilter): string[] => {
  const rows = logRows(evidence, "lines-of-id");
  return Array.from(shownRows(rows, filter), (at) => {
    const place = lineAt(rows, at);
    return place?.lines.text[place.row] ?? "";
  });
};

const first = linesFrom(`
  14:03:12.481 INFO gateway accepted
  14:03:42.541 ERROR payment Timeout with vault
`);
const second = linesFrom(`
  14:03:12.490 WARN order slow
  14:03:42.541 ERROR payment Timeout with vault
  14:03:42.541 ERROR payment another at that instant
`);

test("lines of two upstreams stand in one order of time, and the same line stands there once", () => {
  expect(textsOf([linesOf(second, "b"), linesOf(first, "a")])).toEqual([
    "accepted",
    "slow",
    "Timeout with vault",
    "another at that instant",
  ]);
});

test("a line that is JSON in JSON in JSON says in its row what the innermost says", () => {
  const inner = JSON.stringify({ message: "no tariff at depth", user: "u7" });
  const line = JSON.stringify({ log: JSON.stringify({ level: "error", msg: inner }), stream: "stderr" });
  expect(rowText(line)).toBe("no tariff at depth  stream=stderr  user=u7");
  const deeper = JSON.stringify({ log: JSON.stringify({ log: line }) });
  expect(rowText(deeper)).toContain("no tariff at depth");
});

test("levels are counted, and filter together with the search, whatever its case", () => {
  const evidence = [linesOf(first, "a"), linesOf(second, "b")];
  expect(logRows(evidence, "lines-of-id").levels).toEqual({ info: 1, warn: 1, error: 2 });
  expect(textsOf(evidence, { levels: new Set<Level>(["error"]), search: "TIMEOUT" })).toEqual(["Timeout with vault"]);
});

test("a cut answer is said", () => {
  expect(logRows([linesOf(first, "a", true)], "lines-of-id").limited).toBe(true);
  expect(logRows([linesOf(first, "a")], "lines-of-id").limited).toBe(false);
});

const numbered = (count: number): LogLines => ({
  base: "1795233536000000000",
  streams: [{ service_name: "payment" }],
  stream: new Int32Array(count),
  offset: Float64Array.from({ length: count }, (_, index) => index * 1e6),
  text: Array.from({ length: count }, (_, index) => `line ${index}`),
  metadata: new Array(count).fill(null),
  level: new Array<Level>(count).fill("info"),
});

test("a hundred thousand lines are listed and searched without a copy of their text", () => {
  const searched = (lines: LogLines) => {
    const rows = logRows([linesOf(lines, "a")], "lines-of-id");
    return { rows, shown: shownRows(rows, { ...noFilter, search: "line 9999" }) };
  };
  const [few, many] = [numbered(10_000), numbered(100_000)];
  const { rows, shown } = searched(many);
  expect(shown).toHaveLength(11);
  expect(rows.sources[0]?.answer.lines.text).toBe(many.text);
  expect(
    growthOf(
      () => searched(few),
      () => searched(many),
      30,
    ),
  ).toBeLessThan(30);
});

test.each([
  [{ service_name: "payment", job: "loki" }, "payment"],
  [{ service_name: "unknown_service", app: "order" }, "order"],
  [{ job: "shop/cart" }, "cart"],
  [{ filename: "/var/log/x" }, ""],
])("the stream %o speaks of %j", (labels, service) => {
  expect(streamService(labels)).toBe(service);
});

test("colours of a terminal become runs, everything else it was told is dropped", () => {
  const text =
    "\u001b[1;31mERROR\u001b[0m plain \u001b[38;5;10mgreen\u001b[39m\u001b]0;title\u0007 \u001b[2J\u001b[10;4Hend";
  expect(ansiRuns(text).map((run) => [run.text, run.colour, run.bold])).toEqual([
    ["ERROR", 1, true],
    [" plain ", null, false],
    ["green", 10, false],
    [" ", null, false],
    ["end", null, false],
  ]);
  expect(withoutAnsi(text)).toBe("ERROR plain green end");
});

test("runs hold the text and nothing else, whatever comes", () => {
  const wild = fc.string({
    unit: fc.constantFrom("\u001b", "[", "]", "m", ";", "3", "1", "a", "\u0007", "\\", " ", "é"),
  });
  fc.assert(
    fc.property(wild, (text) => {
      const joined = ansiRuns(text)
        .map((run) => run.text)
        .join("");
      expect(joined).toBe(withoutAnsi(text));
      expect(joined).not.toContain("\u001b");
    }),
  );
});

test.each([
  ["of colours", (size: number) => "\u001b[".repeat(size) + "1;".repeat(size)],
  ["of titles", (size: number) => "\u001b]".repeat(2 * size)],
])("broken escapes %s cost what their length costs, up to a megabyte", (_, broken) => {
  const [short, long] = [broken(25_000), broken(250_000)];
  expect(
    growthOf(
      () => ansiRuns(short),
      () => ansiRuns(long),
      30,
    ),
  ).toBeLessThan(30);
});

test("what could turn or hide a line is shown as a sign", () => {
  expect(harmless("a\u202eb\u0000c\u200bd\u0085")).toBe("a⟨202E⟩b␀c⟨200B⟩d⟨0085⟩");
  expect(harmless("tab\tnew\r\nline <b>&amp;")).toBe("tab\tnew\nline <b>&amp;");
});

test("a JSON line reads as its message and its other fields", () => {
  expect(rowText('{"level":"error","msg":"charge failed","order":"o-9","n":{"a":1}}')).toBe(
    'charge failed  order=o-9  n={"a":1}',
  );
  expect(rowText('{"broken":')).toBe('{"broken":');
  expect(rowText("first\nsecond")).toBe("first ⏎");
});

test.each([
  [
    'ts=2026-11-21T08:25:14Z level=info msg="reserved stock" sku=23 traceID=e445676ddd8c716f5fa86745910043c2',
    "reserved stock  sku=23",
  ],
  ["level=warn msg=slow took=3s spanID=00f067aa0ba902b7", "slow  took=3s"],
  ['level=error err="a \\"b\\"" user=7', 'err=a "b"  user=7'],
  ['{"msg":"paid","trace_id":"e445","dd.span_id":"7","order":"o-1"}', "paid  order=o-1"],
  [
    "opening channel to vault:8200 traceID=e445676ddd8c716f5fa86745910043c2 spanID=fe04e4c6d0a14c28",
    "opening channel to vault:8200",
  ],
  ["[trace_id=e445676ddd8c716f span_id=fe04e4c6d0a14c28] started", " started"],
  ["user = 7 paid a=b", "user = 7 paid a=b"],
  ["a=b", "a=b"],
  ["trace_id=e445676ddd8c716f5fa86745910043c2", "trace_id=e445676ddd8c716f5fa86745910043c2"],
])("the row of %j begins with what it says", (text, words) => {
  expect(rowText(text).trim()).toBe(words.trim());
});

test("fields of any text cost what their length costs, and are all or nothing", () => {
  const broken = (fields: number) => `${"a=b ".repeat(fields)}"`;
  const [short, long] = [broken(5_000), broken(50_000)];
  expect(logfmtOf(long)).toBeUndefined();
  expect(
    growthOf(
      () => logfmtOf(short),
      () => logfmtOf(long),
      30,
    ),
  ).toBeLessThan(30);
});

test("one row of the list is reachable, keys lead from it and never out of the list", () => {
  const errors = new Set([2, 5]);
  const move = (key: string, active: number) => rowMove(key, active, 7, (index) => errors.has(index));
  expect(["ArrowDown", "j", "ArrowUp", "k", "Home", "End", "PageUp"].map((key) => move(key, 3))).toEqual([
    4, 4, 2, 2, 0, 6, 0,
  ]);
  expect([move("n", 3), move("n", 5), move("p", 3), move("p", 2)]).toEqual([5, 2, 2, 5]);
  expect([move("ArrowDown", 6), move("x", 3), rowMove("n", 0, 3, () => false)]).toEqual([6, undefined, undefined]);
});

test("how far around the trace errors were looked for is said where it is known", () => {
  const trace = evidenceOf(traceAnswer("gateway GET / 0-1000"), { kind: "trace-by-id" });
  const base = trace.answer.kind === "trace" ? instantAfter(trace.answer.trace.base, 0) : at("14:00:00");
  const around = { from: shift(base, -5 * minute), to: shift(base, 5 * minute + 1_000) };
  const asked = evidenceOf({ kind: "volume", bytes: 1 }, { kind: "lines-around", services: [] }, { window: around });
  expect(aroundTitle({ questions: [asked.question], evidence: [trace] })).toBe("Errors around ±5 min");
  expect(aroundTitle({ questions: [], evidence: [trace] })).toBe("Errors around");
});

test("a line of any length is cut for the row and for its detail, and said to be", () => {
  const long = "x".repeat(2_000_000);
  expect(rowText(long).length).toBe(1_000);
  expect(detailText(long)).toMatchObject({ cut: true });
  expect(detailText('{"a":1}')).toEqual({ shown: '{\n  "a": 1\n}', cut: false });
});

test.each([
  ["structured metadata", linesFrom("14:03:12 INFO a text", { span_id: "00F067AA0BA902B7" })],
  ["a JSON field", linesFrom('14:03:12 INFO a {"span_id":"00f067aa0ba902b7"}')],
  ["logfmt", linesFrom("14:03:12 INFO a level=info spanId=00f067aa0ba902b7 rest")],
])("the span of a line is found in %s", (_, lines) => {
  expect(spanIdOf(lines, 0)).toBe("00f067aa0ba902b7");
});

test("a line without a span has none", () => {
  expect(spanIdOf(linesFrom("14:03:12 INFO a span_id=none"), 0)).toBeUndefined();
});
