import { expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { at, evidenceOf, linesFrom } from "@/test/draw";
import { errors, findingOf, rate, said, storySaid, trace } from "@/test/finding/checkout";

const written = (count: number, text: (at: number) => string, limited = true): Evidence =>
  evidenceOf(
    {
      kind: "lines",
      limited,
      lines: linesFrom(Array.from({ length: count }, (_, at) => `14:07:${10 + at}.100 ${text(at)}`).join("\n")),
    },
    { kind: "lines-around", services: [{ name: "payment", namespace: null }] },
    { window: { from: at("13:58:00"), to: at("14:08:00") } },
  );
const failing = (at: number): string => `ERROR payment handshake with vault-${at} timed out`;
const told = (lines: Evidence, ...more: readonly Evidence[]): string =>
  said([rate, errors, lines, ...more], "frequent-line");

test("where only the newest lines were read, what most errors say is told, and stands in the story", () => {
  expect(told(written(30, failing))).toBe(
    "30 of the 30 error lines read of payment say “handshake with vault-<_> timed out”; they are the newest, since 14:07:10Z, and what was written before the onset was not read.",
  );
  expect(storySaid([rate, errors, written(30, failing)])).toContain("say “handshake with vault-<_> timed out”.");
});

test("what is warned of as often beside a bare failure says why", () => {
  const both = (warnings: number): string =>
    Array.from({ length: 50 }, (_, at) =>
      at % 2 === 0 || at / 2 > warnings
        ? `14:07:${10 + at}.100 ERROR payment charge failed`
        : `14:07:${10 + at}.099 WARN payment card p-${at} is not known`,
    ).join("\n");
  const cut = (warnings: number): Evidence =>
    evidenceOf(
      { kind: "lines", limited: true, lines: linesFrom(both(warnings)) },
      written(1, failing).question.purpose,
      {
        window: { from: at("13:58:00"), to: at("14:08:00") },
      },
    );
  expect(told(cut(25))).toMatch(
    /^25 of the 25 error lines read of payment say “charge failed”, 25 of the 25 warnings “card p-<_> is not known”; they are/,
  );
  expect(storySaid([rate, errors, cut(25)])).toContain(
    "“charge failed”, 25 of the 25 warnings “card p-<_> is not known”.",
  );
  expect(told(cut(5))).not.toContain("is not known");
});

test.each([
  ["of a handful", written(10, failing)],
  ["of warnings", written(30, (at) => `WARN payment handshake with vault-${at} timed out`)],
  ["where all of the window was read: then it is known what is new", written(30, failing, false)],
])("silent %s", (_, lines) => {
  expect(told(lines)).toBe("");
});

test("of several services all are named, and what was read of before is not denied", () => {
  const two = (at: number): string =>
    at % 10 === 0 ? `WARN order slow ${at}` : `ERROR ${at % 3 === 0 ? "order" : "payment"} no stock`;
  expect(told(written(40, two))).toMatch(/^36 of the 36 error lines read of order and payment say “no stock”; /);
  const early = evidenceOf(
    {
      kind: "lines",
      limited: true,
      lines: linesFrom(
        `14:01:50.100 WARN payment slow\n${Array.from({ length: 30 }, (_, at) => `14:07:${10 + at}.100 ${failing(at)}`).join("\n")}`,
      ),
    },
    { kind: "lines-around", services: [{ name: "payment", namespace: null }] },
  );
  expect(told(early)).toMatch(/since 14:07:10Z, and hardly any written before the onset was read\.$/);
});

test("silent where a trace says where it breaks", () => {
  expect(told(written(30, failing), trace)).toBe("");
  expect(findingOf([rate, errors, written(30, failing)], "frequent-line")?.score).toBe(0.6);
});
