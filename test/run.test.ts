import { describe, expect, test } from "vitest";
import type { RunLine } from "@/lib/investigate";
import { createRuns, type RunKey } from "@/lib/run";
import { at, drawnLead, evidenceOf, gapOf } from "@/test/draw";

const key: RunKey = { lead: "7c9d", environment: null, window: null, deep: false, mappings: [], service: null };
const hello: RunLine = { type: "hello", startedAt: at("14:00:00"), lead: drawnLead };
const end: RunLine = { type: "end", now: at("14:00:01"), reason: "complete", unanswered: [] };
const window: RunLine = {
  type: "window",
  environment: "shop",
  window: { from: at("13:00:00"), to: at("14:00:00") },
  because: "",
};

/** A run whose next line comes when the test says so. */
function steered() {
  const waiting: (() => void)[] = [];
  const state = { started: 0, stopped: false };
  const step = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    waiting.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  async function* start(
    signal: AbortSignal,
    lines: readonly RunLine[] = [hello, window, end],
  ): AsyncGenerator<RunLine> {
    state.started += 1;
    signal.addEventListener("abort", () => {
      state.stopped = true;
      for (const resolve of waiting) resolve();
    });
    for (const line of lines) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (signal.aborted) return;
      yield line;
    }
  }
  return { start, step, state };
}
const collect = async (lines: AsyncGenerator<RunLine>): Promise<string[]> => {
  const types: string[] = [];
  for await (const { type } of lines) types.push(type);
  return types;
};
const never = new AbortController().signal;

describe("runs", () => {
  test("twenty readers of one link are one investigation, and all see every line", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, step, state } = steered();
    const readers = Array.from({ length: 20 }, () => collect(runs.join(key, start).read(never)));
    await step();
    const late = collect(runs.join(key, start).read(never));
    await step();
    await step();
    for (const types of await Promise.all([...readers, late])) expect(types).toEqual(["hello", "window", "end"]);
    expect(state.started).toBe(1);
  });

  test("a finished run is joined while it is kept, and made anew afterwards or on demand", async () => {
    let clock = 0;
    const runs = createRuns({ now: () => clock, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    let started = 0;
    const start = async function* (): AsyncGenerator<RunLine> {
      started += 1;
      yield hello;
    };
    await collect(runs.join(key, start).read(never));
    clock = 900;
    await collect(runs.join(key, start).read(never));
    expect(started).toBe(1);
    await collect(runs.join(key, start, true).read(never));
    expect(started).toBe(2);
    clock = 5_000;
    await collect(runs.join(key, start).read(never));
    expect(started).toBe(3);
  });

  test("the permalink that a run writes joins that run", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, step, state } = steered();
    const reading = collect(runs.join(key, start).read(never));
    for (let at = 0; at < 3; at += 1) await step();
    await reading;
    await collect(runs.join({ ...key, environment: "shop", window: window.window }, start).read(never));
    expect(state.started).toBe(1);
  });

  test("another choice of what services are called is another run", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start } = steered();
    const plain = runs.join(key, start);
    const chosen = { ...key, mappings: ["metrics:payment:job=pay"] };
    expect(runs.join(chosen, start)).not.toBe(plain);
    expect(runs.join(chosen, start)).toBe(runs.join(chosen, start));
  });

  test("another service to look at is another run", () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start } = steered();
    expect(runs.join({ ...key, service: "payment" }, start)).not.toBe(runs.join(key, start));
  });

  test("when the last reader leaves, the work stops; while one stays, it goes on", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, step, state } = steered();
    const [one, two] = [new AbortController(), new AbortController()];
    const readings = [collect(runs.join(key, start).read(one.signal)), collect(runs.join(key, start).read(two.signal))];
    await step();
    one.abort();
    await readings[0];
    expect(state.stopped).toBe(false);
    two.abort();
    await readings[1];
    expect(state.stopped).toBe(true);
    expect(runs.size()).toBe(0);
  });

  test("an abandoned run is never joined: the next reader starts anew", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, step, state } = steered();
    const leaving = new AbortController();
    const reading = collect(runs.join(key, start).read(leaving.signal));
    await step();
    leaving.abort();
    await reading;
    void collect(runs.join(key, start).read(never));
    expect(state.started).toBe(2);
  });

  test("runs are bounded: the oldest finished ones go", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1e9, most: 5, mostBytes: 1e9 });
    const start = async function* (): AsyncGenerator<RunLine> {
      yield hello;
    };
    for (let index = 0; index < 30; index += 1)
      await collect(runs.join({ ...key, lead: `${index}` }, start).read(never));
    expect(runs.size()).toBeLessThanOrEqual(5);
  });

  test("a bug in an investigation reaches every reader, and is not kept", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const start = async function* (): AsyncGenerator<RunLine> {
      yield hello;
      throw new Error("a bug");
    };
    await expect(collect(runs.join(key, start).read(never))).rejects.toThrow("a bug");
    expect(runs.size()).toBe(0);
  });

  test("nothing begins before it is read", () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, state } = steered();
    runs.join(key, start);
    expect(state.started).toBe(0);
  });

  test("a reader that never asked for a line is counted out by its signal alone", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, step, state } = steered();
    const leaving = new AbortController();
    runs.join(key, start).read(leaving.signal);
    await step();
    leaving.abort();
    await step();
    expect(state.stopped).toBe(true);
    expect(runs.size()).toBe(0);
  });

  test("who joins while the last reader leaves gets a whole run", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9 });
    const { start, step } = steered();
    const leaving = new AbortController();
    void collect(runs.join(key, start).read(leaving.signal));
    await step();
    const reading = collect(runs.join(key, start).read(never));
    leaving.abort();
    await step();
    await step();
    expect(await reading).toEqual(["hello", "window", "end"]);
  });

  test("heavy answers are not kept beyond the bound", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1e9, most: 100, mostBytes: 2_500 });
    const evidence: RunLine = { type: "evidence", evidence: evidenceOf(gapOf("not-found"), { kind: "alerts" }) };
    const start = async function* (): AsyncGenerator<RunLine> {
      yield evidence;
    };
    for (let index = 0; index < 10; index += 1)
      await collect(runs.join({ ...key, lead: `${index}` }, start).read(never));
    runs.join({ ...key, lead: "last" }, start);
    expect(runs.size()).toBeLessThanOrEqual(3);
  });
});

describe("a run made ahead of its reader", () => {
  const warm = { keepMs: 10_000, most: 2 };
  const complete = async function* (): AsyncGenerator<RunLine> {
    yield hello;
    yield end;
  };

  test("is there when the reader comes, long after others would be gone, and gone in the end", async () => {
    let clock = 0;
    let started = 0;
    const start = (): AsyncGenerator<RunLine> => {
      started += 1;
      return complete();
    };
    const runs = createRuns({ now: () => clock, keepMs: 1_000, most: 10, mostBytes: 1e9, warm });
    expect(await runs.prepare(key, start, never)).toBe("made");
    clock = 9_000;
    expect(await runs.prepare(key, start, never)).toBe("there");
    expect(await collect(runs.join(key, start).read(never))).toEqual(["hello", "end"]);
    expect(started).toBe(1);
    clock = 10_001;
    await collect(runs.join(key, start).read(never));
    expect(started).toBe(2);
  });

  test("is kept beside a bounded number of its like, the youngest", async () => {
    let clock = 0;
    const runs = createRuns({ now: () => clock, keepMs: 1_000, most: 10, mostBytes: 1e9, warm });
    for (let index = 0; index < 5; index += 1) {
      clock += 1;
      await runs.prepare({ ...key, lead: `${index}` }, complete, never);
    }
    expect(runs.size()).toBe(2);
    expect(await runs.prepare({ ...key, lead: "4" }, complete, never)).toBe("there");
  });

  test("that was cut off, or in which an upstream failed, is forgotten", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9, warm });
    const cut = async function* (): AsyncGenerator<RunLine> {
      yield { ...end, type: "end", reason: "deadline" };
    };
    const sick = async function* (): AsyncGenerator<RunLine> {
      yield { type: "evidence", evidence: evidenceOf(gapOf("timeout"), { kind: "alerts" }) };
      yield end;
    };
    expect(await runs.prepare(key, cut, never)).toBe("unfinished");
    expect(await runs.prepare(key, sick, never)).toBe("unfinished");
    expect(await runs.prepare(key, complete, never)).toBe("made");
  });

  test("tells who looks: at it, and at others", async () => {
    const runs = createRuns({ now: () => 0, keepMs: 1_000, most: 10, mostBytes: 1e9, warm });
    const { start, step } = steered();
    expect(runs.underWay()).toBe(0);
    const making = runs.prepare(key, start, never);
    expect([runs.underWay(), runs.readersOf(key)]).toEqual([1, 1]);
    const reading = collect(runs.join(key, start).read(never));
    expect([runs.underWay(), runs.readersOf(key)]).toEqual([1, 2]);
    for (let at = 0; at < 3; at += 1) await step();
    await Promise.all([making, reading]);
    expect(runs.underWay()).toBe(0);
  });
});
