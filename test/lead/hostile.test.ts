import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLead } from "@/lib/lead";
import { growthOf } from "@/test/worked";

const id = "4bf92f3577b34da6a3ce929d0e0e4736";
const million = (unit: string): string => unit.repeat(Math.ceil(1_000_000 / unit.length)).slice(0, 1_000_000);
const units = [
  ..."a0\"'{[%\\/=:-<& \n\u0000\u202e\ud800",
  "trace_id=",
  "trace_id=1 span_id=2 ",
  `trace_id=${id} span_id=00f067aa0ba902b7\n`,
  `${id} `,
  "%25",
  "[a,",
  "1:",
  "/trace/",
  '"trace":{',
  '?panes="query":"',
  '"key","value":',
  "/investigate?lead=",
  "/investigate?lead=%2Finvestigate%3Flead%3D",
  "<b>",
  "&quot;",
  "\u001b[31",
  "\u202eid",
];

// A text is cut to 68 kB before it is read: growth shows below that, and beyond it there is none.
test.each(units.map((unit) => ({ name: JSON.stringify(unit), unit })))(
  "$name again and again costs what its length costs, and a megabyte of it little more than what is read of it",
  ({ unit }) => {
    const of = (length: number) => {
      const text = million(unit).slice(0, length);
      return () => parseLead(text);
    };
    expect(growthOf(of(6_000), of(60_000), 30, 1)).toBeLessThan(30);
    expect(growthOf(of(60_000), of(1_000_000), 6, 1)).toBeLessThan(6);
  },
);

test("an id at the start or at the end of a megabyte is found", () => {
  const noise = million("lorem ipsum ");
  for (const text of [`${id} ${noise}`, `${noise} ${id}`]) {
    const parsed = parseLead(text);
    expect(parsed.ok && parsed.lead.reading.spelling).toBe(id);
  }
});

test("whatever is pasted, nothing throws, and no reading or message holds control, bidi or markup characters of it", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.string({ unit: fc.constantFrom(..."<>\u202e\u2066\u0000\u001b[]{}\"'`=:;/\\%abc019- \n"), maxLength: 400 }),
  );
  fc.assert(
    fc.property(text, (pasted) => {
      const parsed = parseLead(pasted);
      if (!parsed.ok) {
        expect(parsed.message).not.toMatch(/\p{C}/u);
        return;
      }
      const { reading, others } = parsed.lead;
      expect(others.length).toBeLessThanOrEqual(5);
      for (const { kind, spelling, from } of [reading, ...others]) {
        expect(spelling.length).toBeLessThanOrEqual(128);
        // An alert is printed with quotes of our own around what its labels hold.
        expect(`${spelling}${from}`).not.toMatch(kind === "alert" ? /\p{C}|[<>`]/u : /\p{C}|[<>"'`\\]/u);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a message repeats at most 60 characters of the text", () => {
  const parsed = parseLead("x y ".repeat(500));
  const quoted = parsed.ok ? "" : (/“(.*)”/u.exec(parsed.message)?.[1] ?? "");
  expect(quoted.length).toBe(60);
  expect(quoted.endsWith("…")).toBe(true);
});

test("of hundreds of ids, the first is taken and five are offered", () => {
  const ids = Array.from({ length: 500 }, (_, index) => (index + 1).toString(16).padStart(32, "a"));
  const parsed = parseLead(ids.map((each) => `trace_id=${each}`).join("\n"));
  expect(parsed.ok && [parsed.lead.reading, ...parsed.lead.others].map(({ spelling }) => spelling)).toEqual(
    ids.slice(0, 6),
  );
});
