import { describe, expect, test } from "vitest";
import type { MappingSetting } from "@/lib/setting";
import { at } from "@/test/draw";
import { type Drawing, drawings, notYet, signals } from "@/test/worlds/drawing";
import { investigated } from "@/test/worlds/investigated";
import { placedAt } from "@/test/worlds/placed";
import { serve } from "@/test/worlds/servers";
import { judged } from "@/test/worlds/table";

const listed = notYet();

describe("each world, with no mapping, from its trace id alone", () => {
  for (const drawing of drawings())
    test(`${drawing.name}: ${drawing.title}`, async () => {
      const placed = placedAt(drawing, at("14:00:00"));
      const { urls, close } = await serve(placed);
      try {
        const { cells } = judged({ placed, seen: await investigated(placed, urls) });
        const differs = signals.flatMap((signal) => {
          const [{ verdict, words }, due] = [cells[signal], drawing.expect[signal].verdict];
          const known = listed.get(`${drawing.name} ${signal}`);
          if (verdict === (known ?? due)) return [];
          const advice =
            verdict === due
              ? "has come right: take it from test/worlds/not-yet.txt"
              : known
                ? `is ${verdict}, and test/worlds/not-yet.txt says ${known}: ${words}`
                : `is ${verdict} where ${due} is drawn: ${words}`;
          return [`${drawing.name} ${signal} ${advice}`];
        });
        expect(differs).toEqual([]);
      } finally {
        await close();
      }
    });
});

test("what is listed as not yet is so: a cell that has come right is taken from the list", () => {
  const all = new Map<string, string>(
    drawings().flatMap(({ name, expect: expected }) =>
      signals.map((signal): [string, string] => [`${name} ${signal}`, expected[signal].verdict]),
    ),
  );
  const idle = [...listed].filter(([cell, verdict]) => all.get(cell) === undefined || all.get(cell) === verdict);
  expect(idle).toEqual([]);
});

describe("the judge", () => {
  const drawing = drawings().find(({ name }) => name === "otel-otlp");
  const rowOf = async (mappings: readonly MappingSetting[], change: (drawn: Drawing) => Drawing = (drawn) => drawn) => {
    if (!drawing) throw new Error("no such world");
    const placed = placedAt(drawing, at("14:00:00"));
    const { urls, close } = await serve(placedAt(change(drawing), at("14:00:00")));
    try {
      return judged({ placed, seen: await investigated(placed, urls, mappings) }).cells;
    } finally {
      await close();
    }
  };

  test("calls a decoy wrong that a mapping leads to", async () => {
    const onto = (signal: "metrics" | "lines", label: string, value: string): MappingSetting => ({
      ...{ service: "ledger", signal },
      matchers: [{ label, op: "=", value }],
    });
    const { rate, errors, latency, lines } = await rowOf([
      onto("metrics", "job", "audit/ledger"),
      onto("lines", "service_namespace", "audit"),
    ]);
    for (const cell of [rate, errors, latency, lines])
      expect(cell).toEqual({ verdict: "wrong", words: "took the decoy: another namespace's ledger" });
  });

  test("calls a number wrong that is not the drawn one", async () => {
    const louder = (drawn: Drawing): Drawing => ({
      ...drawn,
      instruments: drawn.instruments.map(({ owner, instrument }) => ({
        owner,
        instrument: { ...instrument, level: { ...instrument.level, after: instrument.level.after * 1.2 } },
      })),
    });
    const { rate, errors } = await rowOf([], louder);
    expect(rate.verdict).toBe("wrong");
    expect(rate.words).toContain("drawn 30");
    expect(errors.verdict).toBe("found");
  });

  test("calls a unit wrong: milliseconds taken for seconds", async () => {
    const { latency } = await rowOf([], (drawn) => ({
      ...drawn,
      instruments: drawn.instruments.map(({ owner, instrument }) => ({
        owner,
        instrument: { ...instrument, latency: instrument.latency && { ...instrument.latency, perSecond: 1_000 } },
      })),
    }));
    expect(latency.verdict).toBe("wrong");
  });
});
