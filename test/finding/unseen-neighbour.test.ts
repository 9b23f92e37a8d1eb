import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import type { Finding } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { neighbourParts } from "@/lib/recipes/neighbours-table";
import {
  at,
  drawnLead,
  drawnWindow,
  evidenceOf,
  gapOf,
  redOf,
  seriesFrom,
  serviceFrom,
  traceAnswer,
} from "@/test/draw";

const now = drawnWindow.to;
const neighbours = [{ service: "invaders.bot", calls: "invaders.consumer", through: "flashes" }];
const traced = (failed = ""): Evidence =>
  evidenceOf(
    traceAnswer(`
      invaders.bot sync    0-900 ${failed}
        invaders.bot send 10-20 [producer] {messaging.destination.name=flashes}`),
    { kind: "trace-by-id" },
  );

/** Queue and breaker of the consumer, 15 s a value from 13:33; 121 values until 14:03:15. */
function consumer(
  drawn: { readonly queue?: string; readonly breaker?: string },
  of = "invaders.consumer",
  place: { readonly beside?: true } = { beside: true },
): Evidence {
  const series = Object.entries(drawn).map(([signal, text]) => seriesFrom({ text, labels: { signal, job: of } }));
  return evidenceOf(
    { kind: "series", series },
    {
      kind: "saturation",
      ...place,
      parts: {
        queue: { title: "queue length", unit: "count", rateWindow: 0 },
        breaker: { title: "circuit breaker", unit: "count", rateWindow: 0, state: { on: "open", off: "closed" } },
      },
      services: [{ service: serviceFrom(of), where: { job: of } }],
      interval: 15_000,
    },
  );
}
const broken = consumer({ queue: "12x121 4310x59", breaker: "0x121 1x59" });
const told = (known: readonly Evidence[], configured = neighbours): readonly Finding[] =>
  explain(drawnLead, known, now, drawnWindow, { pending: [], unasked: [], neighbours: configured }).findings;
const findingIn = (known: readonly Evidence[], configured = neighbours): Finding | undefined =>
  told(known, configured).find(({ kind }) => kind === "unseen-neighbour");
const said = (known: readonly Evidence[], configured = neighbours): string =>
  textOf(findingIn(known, configured)?.sentence ?? []);

describe("a neighbour that sends no spans", () => {
  test("is the suspect where its breaker opened and its queue grew", () => {
    expect(said([traced(), broken])).toMatch(
      /^invaders\.consumer, behind the queue flashes of invaders\.bot, has no span in this trace: its circuit breaker is open since 14:03:\d\dZ and its queue length rose from 12 to 4,310 since 14:03:\d\dZ\.$/,
    );
  });

  test("stands before what is felt upstream", () => {
    const felt = [
      redOf("rate", { "invaders.bot": "10x180" }),
      redOf("errors", { "invaders.bot": "0.01x121 0.9 1.9 2.8 3.8x56" }),
    ];
    const kinds = told([traced(), broken, ...felt]).map(({ kind }) => kind);
    expect(kinds[0]).toBe("unseen-neighbour");
    expect(kinds).toContain("onset");
  });

  test("is told by a service graph as well as by the configuration", () => {
    const labels = { signal: "service-graph", client: "invaders_bot", server: "invaders-consumer" };
    const graph = evidenceOf(
      { kind: "series", series: [{ labels, start: now, step: 0, values: [40] }] },
      { kind: "neighbours", parts: neighbourParts },
    );
    const own = consumer({ queue: "12x121 4310x59", breaker: "0x121 1x59" }, "invaders-consumer");
    expect(said([traced(), graph, own], [])).toMatch(/^invaders-consumer, which invaders\.bot calls, has no span/);
  });

  test("one sign of it is a weaker claim, and behind a trace that breaks elsewhere", () => {
    const one = consumer({ queue: "12x121 4310x59" });
    expect(findingIn([traced(), one])?.score).toBe(0.7);
    const elsewhere = evidenceOf(traceAnswer("invaders.bot sync 0-900 !\n  api GET 5-800 ! [server]"), {
      kind: "trace-by-id",
    });
    expect(findingIn([elsewhere, broken])?.score).toBe(0.55);
  });

  test("leads to its series, and its place is said beside them", () => {
    const { movements } = explain(drawnLead, [traced(), broken], now, drawnWindow, {
      ...{ pending: [], unasked: [], neighbours },
    });
    const breaker = movements.find(({ title }) => title === "circuit breaker");
    expect(breaker?.because).toMatch(
      /^circuit breaker of invaders\.consumer, behind the queue flashes of invaders\.bot, not on this trace, changed/,
    );
    expect(breaker?.distance).toBe(1);
  });
});

describe("nothing is said", () => {
  const on = evidenceOf(traceAnswer("invaders.bot sync 0-900\n  invaders.consumer process 10-20 [consumer]"), {
    kind: "trace-by-id",
  });
  test.each([
    ["where it is quiet", [traced(), consumer({ queue: "12x180", breaker: "0x180" })]],
    ["where it recovered", [traced(), consumer({ queue: "4310x121 12x59", breaker: "1x121 0x59" })]],
    ["where it changed long before", [traced(), consumer({ queue: "12x20 4310x160", breaker: "0x20 1x160" })]],
    ["where it changed only later", [traced(), consumer({ queue: "12x160 4310x20", breaker: "0x160 1x20" })]],
    ["of a service of the trace", [on, broken]],
    ["of what its store could not tell", [traced(), evidenceOf(gapOf("timeout"), broken.question.purpose)]],
  ])("%s", (_, known) => {
    expect(said(known)).toBe("");
  });

  test("where nobody is known to call it", () => {
    expect(said([traced(), broken], [])).toBe("");
  });

  test("of who calls the path: it is hurt, it is no cause", () => {
    expect(said([traced(), broken], [{ service: "invaders.consumer", calls: "invaders.bot", through: "x" }])).toBe("");
  });

  test("where one sign is all there is and nothing is known to have gone wrong", () => {
    const well = redOf("rate", { "invaders.bot": "10x180" });
    expect(said([well, consumer({ queue: "12x121 4310x59" })])).toBe("");
    expect(said([well, broken])).toMatch(/^invaders\.consumer, behind the queue flashes of invaders\.bot: its circuit/);
  });
});

test("another store that could not be read weakens it", () => {
  const gap = gapOf("timeout", "prometheus-2 gave no answer in 10 s.");
  const missing = evidenceOf(gap, { ...broken.question.purpose }, { id: "other" });
  const whole = findingIn([traced(), broken]);
  const weak = findingIn([traced(), broken, missing]);
  expect(weak?.weakenedBy).toHaveLength(1);
  expect(textOf(weak?.sentence ?? [])).toMatch(/; not every store could be read\.$/);
  expect(weak?.score ?? 1).toBeLessThan(whole?.score ?? 0);
  expect(at("14:03:00")).toBeLessThan(whole?.at ?? 0);
});

test("of a service that was named itself, and counts no requests, the story is what its gauges say, the state first", () => {
  const own = consumer({ queue: "12x121 4310x59", breaker: "0x121 1x59" }, "invaders.consumer", {});
  const story = (known: readonly Evidence[]): string =>
    textOf(explain(drawnLead, known, now, drawnWindow, { pending: [], unasked: [], neighbours }).story);
  expect(story([own])).toMatch(
    /^In invaders\.consumer: circuit breaker open since 14:03:\d\dZ ± \d+ s and queue length 12 → 4,310\.$/,
  );
  expect(story([redOf("rate", { "invaders.bot": "10x180" }), broken])).toMatch(
    /^invaders\.consumer, behind the queue flashes of invaders\.bot: its circuit breaker is open since/,
  );
});
