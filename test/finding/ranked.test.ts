/** What explains stands before what merely shows that it went wrong. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding, FindingKind } from "@/lib/finding/finding";
import { ranked, strongClaim } from "@/lib/finding/ranked";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { at, drawnLead, drawnWindow } from "@/test/draw";
import { annotations, cart333, errors, linesOfId, noTrace, payment920, rate } from "@/test/finding/checkout";

const finding = (kind: FindingKind, score: number, more: Partial<Finding> = {}): Finding => ({
  ...{ id: `${kind} ${score}`, kind, sentence: [], score, at: null, cites: [], weakenedBy: [], ...more },
});
const symptom = (kind: FindingKind, score: number): Finding => finding(kind, score, { symptom: true });
const kindsOf = (findings: readonly Finding[]): string[] => ranked(findings).map(({ kind }) => kind);

describe("ranked", () => {
  test.each([
    [
      "a change with a strong claim",
      [symptom("still-happening", 0.7), finding("change-before-onset", 0.62)],
      "change-before-onset",
    ],
    ["what ran full before", [symptom("still-happening", 0.7), finding("ran-full", 0.7)], "ran-full"],
    [
      "a change, above a line that tells a status alone",
      [symptom("failing-line", 0.8), finding("change-before-onset", 0.67)],
      "change-before-onset",
    ],
    [
      "a line that says why, above that it goes on",
      [symptom("still-happening", 0.7), finding("failing-line", 0.65)],
      "failing-line",
    ],
    [
      "that it goes on, above a weak suspicion",
      [symptom("still-happening", 0.7), finding("change-before-onset", 0.3)],
      "still-happening",
    ],
    [
      "the onset, which explains nothing and is no symptom",
      [finding("onset", 0.9), finding("change-before-onset", 0.62)],
      "onset",
    ],
  ] satisfies readonly (readonly [string, readonly Finding[], string])[])("%s stands first", (_, findings, first) => {
    expect(kindsOf(findings)[0]).toBe(first);
    expect(kindsOf(findings.toReversed())[0]).toBe(first);
  });

  test("no score rises, those of what is no symptom stay, and the order of arrival is nothing", () => {
    const kinds: readonly FindingKind[] = [
      "onset",
      "change-before-onset",
      "still-happening",
      "failing-line",
      "ran-full",
    ];
    const any = fc.uniqueArray(
      fc.record({
        kind: fc.constantFrom(...kinds),
        score: fc.integer({ min: 0, max: 100 }).map((share) => share / 100),
        is: fc.boolean(),
      }),
      { selector: ({ kind, score }) => `${kind} ${score}`, maxLength: 8 },
    );
    fc.assert(
      fc.property(any, (drawn) => {
        const all = drawn.map(({ kind, score, is }) => (is ? symptom(kind, score) : finding(kind, score)));
        const told = ranked(all);
        expect(ranked(all.toReversed())).toEqual(told);
        expect(told.map(({ score }) => score)).toEqual(told.map(({ score }) => score).toSorted((a, b) => b - a));
        for (const each of all) {
          const after = told.find(({ id }) => id === each.id)?.score ?? 2;
          expect(after).toBeLessThanOrEqual(each.score);
          if (!each.symptom) expect(after).toBe(each.score);
        }
        const strong = told.filter(
          ({ kind, score, symptom: is }) => kind === "change-before-onset" && !is && score >= strongClaim,
        );
        for (const change of strong)
          expect(told.slice(0, told.indexOf(change)).filter(({ symptom: is }) => is)).toEqual([]);
      }),
    );
  });
});

describe("without a trace", () => {
  // By its distance alone it would weigh less than either.
  const earlier = { ...payment920, at: at("13:55:00"), notBefore: at("13:55:00") };
  const line = (text: string) => linesOfId(`14:03:42 ERROR order ${text}`);
  const kinds = (text: string): string[] =>
    explain(
      drawnLead,
      [noTrace, rate, errors, line(text), annotations(earlier, cart333)],
      at("14:18:05"),
      drawnWindow,
    ).findings.map(({ kind, sentence }) => `${kind} ${textOf(sentence).slice(0, 30)}`);
  const place = (all: readonly string[], kind: string): number => all.findIndex((each) => each.startsWith(kind));

  test.each([
    "order failed: answered 500",
    "POST /order HTTP/1.1 status: 503",
    "gateway returned 504",
    // Whoever it names is a service of the path.
    "gateway: status 500",
    "order: payment: status 503",
    "bet could not be processed: answered 500",
    "order 4bf92f3577b34da6 failed in 30 ms: answered 500",
    "ERROR: request to http://payment:8080/charge failed, responded with status 502 Bad Gateway",
    "level=error method=POST path=/order status=500 duration=12ms",
  ])("“%s” stands below the deploy before the onset", (text) => {
    const all = kinds(text);
    expect(place(all, "change-before-onset")).toBeGreaterThanOrEqual(0);
    expect(place(all, "failing-line")).toBeGreaterThan(place(all, "change-before-onset"));
    expect(place(all, "still-happening")).toBeGreaterThan(place(all, "change-before-onset"));
  });

  test.each([
    "FATAL: sorry, too many clients already; returned 500",
    "connection pool exhausted after 30 s, status 500",
    "order failed: no connection left: answered 500",
    'level=error status=500 reason="pool exhausted"',
    "timeout: returned 504",
    "deadlock: status 500",
    "ORA-12541, status 500",
  ])("“%s” says why, and stands above the deploy", (text) => {
    const all = kinds(text);
    expect(place(all, "failing-line")).toBeGreaterThanOrEqual(0);
    expect(place(all, "change-before-onset")).toBeGreaterThan(place(all, "failing-line"));
  });
});
