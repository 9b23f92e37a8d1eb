/** Pages made ahead of their readers, on a clock that the test moves. */
import { describe, expect, test } from "vitest";
import { createWarmer } from "@/lib/warm";

type Task = { readonly name: string };
/** A run takes ten seconds, unless told otherwise. */
function steered({ heldBack = () => null, took = 10_000 }: { heldBack?: () => string | null; took?: number } = {}) {
  let clock = 0;
  let timers: { readonly at: number; readonly then: () => void }[] = [];
  const begun: { readonly at: number; readonly name: string }[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const later = (ms: number, then: () => void): void => {
    timers.push({ at: clock + ms, then });
  };
  const warmer = createWarmer<Task>({
    now: () => clock,
    later,
    heldBack,
    nameOf: ({ name }) => name,
    make: async ({ name }) => {
      begun.push({ at: clock, name });
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await new Promise<void>((resolve) => later(took, resolve));
      atOnce -= 1;
    },
  });
  /** Every timer that is due by then, in order. */
  const pass = async (ms: number): Promise<void> => {
    const until = clock + ms;
    for (;;) {
      const [due] = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!due) break;
      timers = timers.filter((each) => each !== due);
      clock = Math.max(clock, due.at);
      due.then();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
    clock = until;
  };
  const offer = (name: string, group = name) => warmer.offer({ group, task: { name } });
  return { warmer, offer, pass, begun, timers: () => timers.length, mostAtOnce: () => mostAtOnce };
}

describe("pages made ahead", () => {
  test("five hundred alerts in a minute make four runs in any minute, one at a time, and the queue stays short", async () => {
    const { offer, pass, begun, mostAtOnce, warmer } = steered({ took: 1_000 });
    for (let alert = 0; alert < 500; alert += 1) {
      offer(`alert ${alert}`);
      await pass(119);
    }
    expect(begun).toHaveLength(4);
    expect(mostAtOnce()).toBe(1);
    expect(warmer.waiting()).toBeLessThanOrEqual(20);
    await pass(20 * 60_000);
    for (const { at } of begun)
      expect(begun.filter((each) => each.at >= at && each.at < at + 60_000).length).toBeLessThanOrEqual(4);
    // What waited for five minutes was let go.
    expect(begun.length).toBeLessThanOrEqual(24);
    expect(warmer.waiting()).toBe(0);
  });

  test("of one group only the latest waits", async () => {
    const { offer, pass, begun } = steered();
    expect(offer("first")).toBe("queued");
    expect(offer("one alert", "group")).toBe("queued");
    expect(offer("two alerts", "group")).toBe("queued before");
    await pass(60_000);
    expect(begun.map(({ name }) => name)).toEqual(["first", "two alerts"]);
  });

  test("what is sent again within ten minutes is made once; after that, anew", async () => {
    const { offer, pass, begun } = steered();
    offer("same");
    await pass(4 * 60_000);
    expect(offer("same")).toBe("made lately");
    await pass(7 * 60_000);
    expect(offer("same")).toBe("queued");
    await pass(1_000);
    expect(begun).toHaveLength(2);
  });

  test("while somebody is looking, or an upstream is spared, none begins; then those that still count do", async () => {
    let why: string | null = "somebody is looking";
    const { offer, pass, begun, timers } = steered({ heldBack: () => why });
    offer("a");
    offer("b");
    await pass(30_000);
    expect(begun).toEqual([]);
    expect(timers()).toBe(1);
    why = null;
    await pass(2_000);
    expect(begun.map(({ name }) => name)).toEqual(["a"]);
  });

  test("a full queue says so", () => {
    const { offer } = steered();
    const answers = Array.from({ length: 25 }, (_, index) => offer(`alert ${index}`));
    expect(answers.slice(0, 21)).toEqual(Array.from({ length: 21 }, () => "queued"));
    expect(answers.slice(21)).toEqual(Array.from({ length: 4 }, () => "queue full"));
  });
});
