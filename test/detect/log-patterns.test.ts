import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logPatterns } from "@/lib/detect/log-patterns";
import { logWords } from "@/lib/detect/log-words";

describe("the words of a line", () => {
  test.each([
    ["charged order=1033 amount=12.50 in 84ms", "charged order=<_> amount=<_> in <_>ms"],
    ["POST /checkout 504 in 30 ms", "POST /checkout 504 in <_> ms"],
    ["vault answered 500, sent on after 30 ms", "vault answered 500, sent on after <_> ms"],
    ["took 431 ms", "took <_> ms"],
    ["GET /orders/4966 200 in 3 ms", "GET /orders/<_> <_> in <_> ms"],
    ["user u161 logged in from 10.2.3.4:8080", "user <_> logged in from <_>"],
    ["trace 4bf92f3577b34da6a3ce929d0e0e4736 dropped", "trace <_> dropped"],
    ["id 7c9d1e2f-3a4b-5c6d-7e8f-90a1b2c3d4e5 unknown", "id <_> unknown"],
    [
      '{"level":"error","msg":"charge failed","order":17,"error":"deadline exceeded"}',
      "charge failed deadline exceeded",
    ],
    ['level=warn ts=2026-11-21T04:03:13Z msg="pool near its limit" in_use=46', "pool near its limit"],
    ["\u001b[31mERROR\u001b[0m boom", "ERROR boom"],
    ['cannot open "/var/lib/a b/c": no such file', "cannot open <_>: no such file"],
    ["first line\n  at Foo.bar(Foo.java:12)", "first line"],
    ['{"broken": ', "{<_>:"],
    ["", ""],
  ])("%j", (line, words) => {
    expect(logWords(line).join(" ")).toBe(words);
  });
});

const told = (patterns: ReturnType<typeof logPatterns>): string[] =>
  patterns.map(({ count, before, after, template }) => `${count} ${before}/${after} ${template}`);

describe("patterns", () => {
  test("words that vary are left open, counts are told before and since", () => {
    const lines = [
      "accepted user=anna",
      "accepted user=bert",
      "payment said no: card expired",
      "payment said no: card stolen",
      "payment said no: card unknown",
      "vault is away",
    ];
    expect(told(logPatterns(lines, (index) => index >= 2))).toEqual([
      "3 0/3 payment said no: card <_>",
      "1 1/0 accepted user=anna",
      "1 1/0 accepted user=bert",
      "1 0/1 vault is away",
    ]);
  });

  test("two statuses are two patterns", () => {
    const lines = Array.from({ length: 20 }, (_, at) => `POST /checkout ${at % 2 ? 504 : 200} in ${at} ms`);
    expect(told(logPatterns(lines))).toEqual([
      "10 10/0 POST /checkout 504 in <_> ms",
      "10 10/0 POST /checkout <_> in <_> ms",
    ]);
  });

  test("the order of the lines changes nothing but which example is shown", () => {
    const line = fc.tuple(
      fc.constantFrom("charged", "refused", "lost"),
      fc.constantFrom("order", "cart", "user"),
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom("", "because of x", "because of y", "because of the vault"),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1 })),
        (drawn, chance) => {
          const lines = drawn.map((parts) => parts.join(" "));
          const keyed = lines.map((text) => ({ text, by: chance.next().value }));
          const shuffled = keyed.toSorted((a, b) => a.by - b.by).map(({ text }) => text);
          expect(told(logPatterns(shuffled))).toEqual(told(logPatterns(lines)));
        },
      ),
    );
  });

  test("every line is counted once, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 40 }), (lines) => {
        const patterns = logPatterns(lines, (index) => index % 3 === 0);
        expect(patterns.reduce((sum, { count }) => sum + count, 0)).toBe(lines.length);
        expect(patterns.every(({ count, before, after }) => before + after === count)).toBe(true);
        expect(new Set(patterns.map(({ template }) => template)).size).toBe(patterns.length);
      }),
    );
  });

  test("a hostile line of 200 kB costs no more than its beginning", () => {
    const [pattern] = logPatterns([`{"msg":"${"a1 ".repeat(70_000)}"}`]);
    expect(pattern?.template.length).toBeLessThan(2_000);
  });
});
