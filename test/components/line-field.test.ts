import { expect, test } from "vitest";
import { lineField } from "@/components/line-field";
import { outLinks } from "@/components/out-links";
import type { Evidence } from "@/lib/evidence";
import { drawnWindow, evidenceOf, linesFrom } from "@/test/draw";

const lines = (drawn: string, kind: "lines-of-id" | "lines-around" = "lines-of-id"): Evidence =>
  evidenceOf(
    { kind: "lines", limited: false, lines: linesFrom(drawn) },
    kind === "lines-of-id" ? { kind, rung: -1 } : { kind, services: [] },
  );

test.each([
  ["of JSON", '14:03:12 INFO api {"msg":"scored","strategy_id":"weekend"}', "strategy_id", "weekend"],
  ["of JSON, a number", '14:03:12 INFO api {"order":417}', "order", "417"],
  ["one level down", '14:03:12 INFO api {"user":{"id":"u-7"}}', "user.id", "u-7"],
  ["with a dot in its name", '14:03:12 INFO api {"user.id":"u-8"}', "user.id", "u-8"],
  ["of logfmt", '14:03:12 INFO api msg="scored well" strategy_id="week end" n=1', "strategy_id", "week end"],
])("a field %s is found", (_, drawn, field, value) => {
  expect(lineField([lines(drawn)], field)).toBe(value);
});

test("the error under the id speaks first, then others under it, then errors around", () => {
  const around = lines('14:03:13 ERROR api {"s":"around"}', "lines-around");
  const own = '14:03:12 INFO api {"s":"own"}';
  expect(lineField([around, lines(`${own}\n14:03:14 ERROR api {"s":"failed"}`)], "s")).toBe("failed");
  expect(lineField([around, lines(own)], "s")).toBe("own");
  expect(lineField([around], "s")).toBe("around");
});

test.each([
  ["no line", []],
  ["a line without it", [lines('14:03:12 INFO api {"other":"s"}')]],
  ["an object", [lines('14:03:12 INFO api {"s":{"t":1}}')]],
  ["broken JSON", [lines('14:03:12 INFO api {"s":"x"')]],
  ["a text of many words", [lines(`14:03:12 INFO api {"s":"${"x".repeat(300)}"}`)]],
])("%s: there is none, and the link is left out", (_, evidence) => {
  expect(lineField(evidence, "s")).toBeNull();
  const line = (field: string) => lineField(evidence, field);
  const links = [{ title: "S", url: "https://x.example/{line.s}?id={id}" }];
  expect(outLinks(links, { id: "1", service: null, window: drawnWindow, line })).toEqual([]);
});

test("what a line says is no more than text in the address", () => {
  const line = (field: string) => lineField([lines('14:03:12 ERROR api {"s":"../a b?c=1#d"}')], field);
  expect(
    outLinks([{ title: "S", url: "https://x.example/{line.s}" }], { id: null, service: null, window: null, line }),
  ).toEqual([{ title: "S", href: "https://x.example/..%2Fa%20b%3Fc%3D1%23d" }]);
});
