/** What of all that was asked counts: one environment, one time, one budget; and what is said where nothing was found. */
import { describe, expect, test } from "vitest";
import type { Answer, Question } from "@/lib/evidence";
import { nextQuestions, supersededBy } from "@/lib/plan";
import { day, durationOf, hour, minute, second, shift } from "@/lib/signal/time";
import { at, correlationLead, drawnLead, drawnTraceId, gapOf, linesFrom, traceAnswer } from "@/test/draw";
import { environment, everything, evidenceFor, upstream, type World, walk } from "@/test/installation";

const now = at("14:18:05");
const traceAt = (start: string, end = 30_140): Answer =>
  traceAnswer(`gateway GET / 0-${end} ! [server]\n  payment Charge 20-90 [server]`, { start: at(start) });
const spoken = linesFrom("14:03:12.481 INFO gateway accepted\n14:03:42.502 ERROR payment timed out");
const found: Answer = { kind: "lines", lines: spoken, limited: false };
const ofId = ({ purpose }: Question): boolean => purpose.kind === "lines-of-id";
const environments = [environment(everything)];
const world: World = {
  lines: (question) => (ofId(question) ? found : undefined),
  families: [{ __name__: "http_requests_total", job: "gateway" }],
  streams: [{ service_name: "gateway" }, { service_name: "payment" }],
};
/** Answers the trace question of `name` last, and not before the patience with it is over. */
function late(name: string): (open: readonly Question[]) => number {
  let waited = false;
  return (open) => {
    const other = open.findIndex(({ purpose, upstream: id }) => purpose.kind !== "trace-by-id" || !id.endsWith(name));
    if (other >= 0 || waited) return Math.max(other, 0);
    waited = true;
    return -1;
  };
}

describe("a trace that comes after its lines", () => {
  const walked = (start: string) =>
    walk({
      ...{ lead: drawnLead, environments, now, pick: late("tempo") },
      // A store that keeps silent for a second lets the search begin; then it answers after all.
      world: { ...world, trace: ({ upstream: id }) => (id === "shop/tempo" ? traceAt(start) : undefined) },
    });

  test("and tells the same time keeps the window, and no question of it is put anew", () => {
    const { plan, asked } = walked("14:03:12");
    const red = asked.filter(({ purpose }) => purpose.kind === "red");
    expect(new Set(red.map(({ window }) => JSON.stringify(window))).size).toBe(1);
    expect(asked.filter(({ purpose }) => purpose.kind === "annotations")).toHaveLength(1);
    expect(plan.because).toContain("the first line with this trace id");
  });

  test("and tells another time supersedes what was asked for the first, but not the search that found the lead", () => {
    const { plan, asked } = walked("13:50:00");
    const gone = new Set(supersededBy(plan, asked));
    const current = asked.filter(({ id }) => !gone.has(id));
    expect(plan.window?.from).toBe(at("13:20:00"));
    expect(gone.size).toBeGreaterThan(0);
    expect(current.filter(({ purpose }) => purpose.kind === "annotations")).toHaveLength(1);
    expect(current.some(({ purpose }) => purpose.kind === "lines-of-id" && purpose.rung === 0)).toBe(true);
    expect(current.every(({ id }) => plan.questions.some((question) => question.id === id))).toBe(true);
  });

  test("in a walk without surprises nothing that was answered is superseded but the search for the time", () => {
    const { plan, asked } = walk({
      lead: drawnLead,
      environments,
      now,
      world: { ...world, trace: () => traceAt("14:03:12") },
    });
    expect(supersededBy(plan, asked)).toEqual([]);
  });
});

describe("one environment", () => {
  const two = [environment(everything, { name: "production" }), environment(everything, { name: "staging" })];
  const both: World = { ...world, trace: () => traceAt("14:03:12") };

  test("is the first as configured, not the first to answer, and the others that hold the lead are named", () => {
    const pick = (open: readonly Question[]): number =>
      Math.max(
        open.findIndex(({ upstream: id }) => id.startsWith("staging/")),
        0,
      );
    const { plan, asked } = walk({ lead: drawnLead, environments: two, now, world: both, pick });
    expect(plan.environment?.name).toBe("production");
    expect(plan.because).toContain("; also found in staging");
    const gone = supersededBy(plan, asked);
    expect(asked.filter(({ id }) => !gone.includes(id)).every(({ upstream: id }) => id.startsWith("production/"))).toBe(
      true,
    );
  });

  test("is settled a second after the first find, and stays what it was", () => {
    const input = {
      lead: drawnLead,
      setting: { environments: two },
      window: null,
      startedAt: now,
      deep: false,
      foundAt: now,
    };
    const first = nextQuestions({ ...input, known: [], now }).questions;
    const known = first
      .filter(({ upstream: id }) => id === "staging/tempo")
      .map((question) => evidenceFor(question, traceAt("14:03:12")));
    const waiting = nextQuestions({ ...input, known, now });
    expect([waiting.environment, waiting.window, waiting.wake]).toEqual([null, null, shift(now, second)]);
    expect(nextQuestions({ ...input, known, now: shift(now, second) }).environment?.name).toBe("staging");
    const more = first
      .filter(({ upstream: id }) => id === "production/tempo")
      .map((question) => evidenceFor(question, traceAt("14:03:12")));
    const plan = nextQuestions({
      ...input,
      known: [...known, ...more],
      now: shift(now, 2 * second),
      chosen: "staging",
    });
    expect([plan.environment?.name, plan.because.includes("also found in production")]).toEqual(["staging", true]);
  });
});

describe("the budget", () => {
  const nowhere: World = { trace: () => undefined };
  const searched = (asked: readonly Question[]): number[] =>
    asked.flatMap(({ purpose, text, window }) =>
      purpose.kind === "lines-of-id" && text.includes("} |= ") && window ? [durationOf(window)] : [],
    );

  test.each([gapOf("not-configured"), gapOf("timeout"), gapOf("server-error")])(
    "a volume that nobody can tell ($reason) lets the last 15 min be read, and no more without being asked to",
    (gap) => {
      const { asked, plan } = walk({ lead: drawnLead, environments, now, world: { ...nowhere, answer: volumes(gap) } });
      expect(searched(asked)).toEqual([15 * minute]);
      expect(plan.unasked).toContainEqual(
        expect.objectContaining({ reason: "over-budget", next: "Search without an estimate" }),
      );
      const deep = walk({
        lead: drawnLead,
        environments,
        now,
        deep: true,
        world: { ...nowhere, answer: volumes(gap) },
      });
      expect(searched(deep.asked)).toHaveLength(5);
    },
  );

  test("without an estimate the lead's own minutes are read, the whole window is not", () => {
    const { asked, plan } = walk({
      ...{ lead: drawnLead, environments, now },
      world: { ...world, trace: () => traceAt("14:03:12"), answer: volumes(gapOf("timeout")) },
    });
    expect(asked.filter(ofId).length).toBeGreaterThan(0);
    expect(asked.map(({ purpose }) => purpose.kind)).not.toContain("lines-by-level");
    expect(plan.unasked.map(({ next }) => next)).toContain("Search without an estimate");
  });

  test("is one for all Lokis of the investigation", () => {
    const three = ["loki", "loki-b", "loki-c"].map((name) => upstream("loki", "shop", name));
    const wide = [{ ...environment(["tempo"]), upstreams: [...environment(["tempo"]).upstreams, ...three] }];
    const { asked, plan } = walk({
      lead: drawnLead,
      environments: wide,
      now,
      world: { ...nowhere, volume: () => 2.4e9 },
    });
    // 4.8 GB a slice, 20 GB in all: four slices, on whichever Loki.
    expect(searched(asked)).toHaveLength(4);
    expect(plan.unasked.filter(({ reason }) => reason === "over-budget")).toHaveLength(3);
  });

  test("names no slice that was never there", () => {
    const huge: World = { ...nowhere, volume: () => 90e9 };
    const texts = (window: { from: typeof now; to: typeof now } | null): string[] =>
      walk({ lead: drawnLead, environments, now, world: huge, window }).plan.unasked.map(({ text }) => text);
    expect(texts(null)).toContainEqual(expect.stringMatching(/^Not even the last 15 min were searched in loki: /));
    const window = { from: at("13:00:00"), to: at("14:00:00") };
    expect(texts(window)).toContainEqual(expect.stringMatching(/^The window of the link was not searched in loki: /));
    const given = walk({ lead: drawnLead, environments, now, world: nowhere, window });
    expect(given.asked.filter(ofId).map(({ why }) => why)).toContainEqual(
      expect.stringContaining("in the window of the link"),
    );
  });
});

const volumes =
  (gap: Answer) =>
  ({ purpose }: Question): Answer | undefined =>
    purpose.kind === "lines-volume" ? gap : undefined;

describe("a clock that disagrees", () => {
  const ahead = (start: string) =>
    walk({ lead: drawnLead, environments, now, world: { ...world, trace: () => traceAt(start, 100) } });

  test("by minutes: windows follow the trace, and none collapses", () => {
    const { plan, asked } = ahead("14:28:05");
    expect(plan.window).toEqual({ from: at("13:58:05"), to: at("14:43:06") });
    expect(plan.because).toContain("ahead of this clock");
    const own = asked.filter(ofId).map(({ window }) => window);
    expect(own).toContainEqual({ from: at("14:17:05"), to: at("14:29:06") });
    for (const { window } of asked) if (window) expect(durationOf(window)).toBeGreaterThan(second);
  });

  test("by hours: the last 15 min before now are asked for lines", () => {
    const { plan, asked } = ahead("16:18:05");
    expect(plan.because).toContain("the trace is 120 min ahead of this clock".replace("120 min", "2 h"));
    expect(asked.filter(ofId)[0]?.window).toEqual({ from: at("14:02:05"), to: now });
    for (const { window } of asked) if (window) expect(durationOf(window)).toBeGreaterThan(second);
  });
});

describe("where it leads on", () => {
  const other = "0af7651916cd43dd8448eb211c80319c";
  const traceIds = (lines: World["lines"], lead = drawnLead): string[] =>
    walk({
      lead,
      environments,
      now,
      world: { ...world, trace: () => undefined, ...(lines ? { lines } : {}) },
    }).asked.flatMap(({ call }) => (call.api === "tempo-trace" ? [call.traceId] : []));
  const carrying = (...ids: string[]): World["lines"] => {
    const lines = linesFrom(ids.map((id, index) => `14:03:1${index}.000 INFO gateway trace_id=${id}`).join("\n"));
    return () => ({ kind: "lines", lines, limited: false });
  };

  test("a request id that looks like a trace id leads to the trace its lines name", () => {
    expect(traceIds(carrying(drawnTraceId, other))).toEqual([drawnTraceId, other]);
  });

  test("half of an id leads to the whole one first, and to three at the most", () => {
    const half = "8448eb211c80319c";
    const reading = {
      ...drawnLead.reading,
      kind: "trace-id" as const,
      spelling: half,
      traceId: half.padStart(32, "0"),
      spanId: null,
    };
    const many = Array.from({ length: 4 }, (_, index) => `${index + 1}`.repeat(32));
    const ids = traceIds(carrying(...many, other), { ...drawnLead, reading });
    expect(ids).toHaveLength(4);
    expect(ids[1]).toBe(other);
  });

  test("a store that failed might still hold the lead's own: then nothing else is tried", () => {
    const { asked } = walk({
      ...{ lead: drawnLead, environments, now },
      world: { ...world, trace: () => gapOf("timeout"), lines: carrying(other) ?? (() => undefined) },
    });
    expect(asked.some(({ call }) => call.api === "tempo-trace" && call.traceId === other)).toBe(false);
  });

  test("a correlation id whose lines carry none says so in the trace's place", () => {
    const { plan } = walk({ lead: correlationLead, environments, now, world: { ...world, trace: () => undefined } });
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({ slot: "trace", text: "A correlation id is no trace id; its lines carry none." }),
    );
  });
});

describe("nothing found", () => {
  const texts = (kinds: Parameters<typeof environment>[0], more: World = {}): string[] =>
    walk({
      lead: drawnLead,
      environments: [environment(kinds)],
      now,
      world: { trace: () => undefined, ...more },
    }).plan.unasked.map(({ text }) => text);

  test("says where it was looked for and how far back", () => {
    expect(texts(everything)).toContain(
      "This id was not found in tempo, jaeger and loki back to 7 d; so no time is known to look for changes around.",
    );
    const stopped = texts(everything, {
      volume: ({ window }) => (window && durationOf(window) > 15 * minute ? 90e9 : 1),
    });
    expect(stopped).toContainEqual(
      expect.stringContaining("loki back to 15 min (the next slice was over the budget); so"),
    );
  });

  test("says what is not configured instead of denying it", () => {
    expect(texts(["prometheus", "loki"])).toContainEqual(
      expect.stringMatching(/^This id was not found in loki back to 7 d, and no trace store is configured; so/),
    );
    expect(texts(["prometheus", "tempo"])).toContainEqual(
      expect.stringMatching(/^This id was not found in tempo, and no Loki is configured; so/),
    );
  });

  test("a Loki without labels is asked for those of a week before it is given up", () => {
    const { asked, plan } = walk({
      lead: drawnLead,
      environments,
      now,
      world: { trace: () => undefined, streamLabels: [] },
    });
    expect(
      asked.filter(({ purpose }) => purpose.kind === "line-labels").map(({ window }) => window && durationOf(window)),
    ).toEqual([6 * hour, 7 * day]);
    expect(plan.unasked.map(({ text }) => text)).toContain(
      "loki lists no stream labels for the last 7 d, so nothing could be searched.",
    );
    expect(plan.unasked.map(({ text }) => text)).toContainEqual(
      expect.stringContaining("no lines could be searched; so"),
    );
  });
});
