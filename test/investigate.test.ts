import { describe, expect, test } from "vitest";
import type { Answer, Question } from "@/lib/evidence";
import { type Effects, investigate, type RunLine } from "@/lib/investigate";
import { type Instant, minute, shift } from "@/lib/signal/time";
import { at, drawnLead, gapOf, linesFrom, seriesFrom, traceAnswer } from "@/test/draw";
import { answerFrom, environment, everything, evidenceFor, type World } from "@/test/installation";

const start = at("14:18:05");
const world: World = {
  trace: ({ upstream }) =>
    upstream === "shop/tempo" ? traceAnswer("gateway GET / 0-100 ! [server]", { start: at("14:03:12") }) : undefined,
  lines: () => ({ kind: "lines", lines: linesFrom("14:03:12.100 ERROR gateway failed"), limited: false }),
  families: [{ __name__: "http_requests_total", job: "gateway" }],
  streams: [{ service_name: "gateway" }],
};
const setting = { environments: [environment(everything)] };
const request = { lead: drawnLead, window: null, deep: false, mappings: [] };

/** A clock that moves only when all wait: sleeping costs no time, and answers come after their own delay. */
function effectsFrom(
  delay: (question: Question) => number,
  answer: (question: Question) => Answer,
): Effects & { asked: Question[]; stopped: string[] } {
  let now: Instant = start;
  const sleepers: { due: number; wake: () => void }[] = [];
  const pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const sleeper = { due: now + ms, wake: resolve };
      sleepers.push(sleeper);
      signal.addEventListener("abort", () => {
        sleepers.splice(sleepers.indexOf(sleeper) >>> 0, 1);
        resolve();
      });
      setTimeout(() => {
        sleepers.sort((a, b) => a.due - b.due);
        const next = sleepers.shift();
        if (!next) return;
        now = shift(now, Math.max(0, next.due - now));
        next.wake();
      });
    });
  const asked: Question[] = [];
  const stopped: string[] = [];
  return {
    asked,
    stopped,
    now: () => now,
    sleep: pause,
    ask: async (question, signal) => {
      asked.push(question);
      signal.addEventListener("abort", () => stopped.push(question.id));
      await pause(delay(question), signal);
      return evidenceFor(question, answer(question));
    },
  };
}
const never = new AbortController().signal;
const runOf = async (effects: Effects): Promise<RunLine[]> => {
  const lines: RunLine[] = [];
  for await (const line of investigate(request, setting, effects, never)) lines.push(line);
  return lines;
};

describe("one investigation", () => {
  test("begins with hello, ends with end, and every question has its evidence", async () => {
    const effects = effectsFrom(
      () => 10,
      (question) => answerFrom(world, question),
    );
    const lines = await runOf(effects);
    expect(lines[0]?.type).toBe("hello");
    expect(lines.at(-1)).toMatchObject({ type: "end", reason: "complete", unanswered: [] });
    const planned = lines.flatMap((line) => (line.type === "planned" ? line.questions.map(({ id }) => id) : []));
    const answered = lines.flatMap((line) => (line.type === "evidence" ? [line.evidence.question.id] : []));
    expect([...answered].sort()).toEqual([...planned].sort());
    expect(new Set(planned).size).toBe(planned.length);
  });

  test("a slow upstream delays only what depends on it", async () => {
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/prometheus" ? 9_000 : 10),
      (question) => answerFrom(world, question),
    );
    const lines = await runOf(effects);
    const order = lines.flatMap((line) => (line.type === "evidence" ? [line.evidence.question] : []));
    const firstSlow = order.findIndex(({ upstream }) => upstream === "shop/prometheus");
    const lastLine = order.findLastIndex(({ upstream }) => upstream === "shop/loki");
    expect(lastLine).toBeLessThan(firstSlow);
  });

  test("what has come is explained while a slow upstream is still waited for", async () => {
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/grafana" ? 9_000 : 10),
      (question) => answerFrom(world, question),
    );
    const lines = await runOf(effects);
    const isSlow = (line: RunLine): boolean =>
      line.type === "evidence" && line.evidence.question.upstream === "shop/grafana";
    const before = lines.slice(0, lines.findIndex(isSlow));
    const last = (type: RunLine["type"]): number => before.findLastIndex((line) => line.type === type);
    expect(last("findings")).toBeGreaterThan(last("evidence"));
  });

  test("a dead Loki leaves gaps and the rest still arrives", async () => {
    const effects = effectsFrom(
      () => 10,
      (question) => (question.upstream === "shop/loki" ? gapOf("unreachable") : answerFrom(world, question)),
    );
    const lines = await runOf(effects);
    expect(lines.some((line) => line.type === "evidence" && line.evidence.answer.kind === "trace")).toBe(true);
    expect(effects.asked.some(({ purpose }) => purpose.kind === "red")).toBe(true);
    expect(lines.at(-1)).toMatchObject({ type: "end", reason: "complete" });
  });

  test("whatever happens it ends after 30 s, and names what did not answer", async () => {
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/grafana" ? 10 * minute : 10),
      (question) => answerFrom(world, question),
    );
    const lines = await runOf(effects);
    const last = lines.at(-1);
    if (last?.type !== "end") throw new Error("no end");
    expect(last.reason).toBe("deadline");
    expect(last.now - start).toBeLessThanOrEqual(30_100);
    const silent = effects.asked.filter(({ upstream }) => upstream === "shop/grafana").map(({ id }) => id);
    expect(last.unanswered).toEqual([...silent].sort());
    expect(effects.stopped).toEqual(expect.arrayContaining(silent));
  });

  test("what the deadline cut off is a gap that names the upstream, and no denial", async () => {
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/loki" || upstream === "shop/grafana" ? 10 * minute : 10),
      (question) => answerFrom(world, question),
    );
    const lines = await runOf(effects);
    const cut = lines.flatMap((line) =>
      line.type === "evidence" && line.evidence.answer.kind === "gap" && line.evidence.answer.reason === "timeout"
        ? [line.evidence.answer.text]
        : [],
    );
    expect(cut).toContain("shop/grafana did not answer within the 30 s of an investigation.");
    const last = lines.findLast((line) => line.type === "findings");
    expect(last?.explanation.weak).toContain("another change cannot be ruled out");
    const end = lines.at(-1);
    expect(end?.type === "end" && end.unanswered.length).toBe(cut.length);
  });

  test("with nothing found at the deadline, the slots that depend on it say so", async () => {
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/loki" ? 10 * minute : 10),
      (question) => answerFrom({ ...world, trace: () => undefined }, question),
    );
    const lines = await runOf(effects);
    const unasked = lines.findLast((line) => line.type === "planned")?.unasked ?? [];
    expect(unasked.map(({ slot }) => slot)).toEqual(expect.arrayContaining(["spike", "changes", "alerts"]));
    for (const { text } of unasked) expect(text).toContain("not known, as shop/loki gave no answer");
  });

  test("nothing is called weaker by a slot that has not settled", async () => {
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/prometheus" ? 9_000 : 200),
      (question) => answerFrom(world, question),
    );
    const lines = await runOf(effects);
    const weak = lines.flatMap((line) => (line.type === "findings" ? [line.explanation.weak] : []));
    expect(weak.slice(0, -1).join("")).not.toContain("no changed series confirms it");
    expect(weak.at(-1)).toContain("no changed series confirms it");
  });

  test("a trace of another time, later than its lines, supersedes what was asked for the first", async () => {
    const late: World = {
      ...world,
      trace: ({ upstream }) =>
        upstream === "shop/tempo"
          ? traceAnswer("gateway GET / 0-100 ! [server]", { start: at("13:40:00") })
          : undefined,
    };
    const series = ({ window, call, purpose }: Question): Answer | undefined =>
      purpose.kind === "red" && window && call.api === "prometheus-range"
        ? {
            kind: "series",
            series: [seriesFrom({ text: "10x180", start: window.from, step: call.step, labels: { job: "gateway" } })],
          }
        : undefined;
    const effects = effectsFrom(
      ({ upstream }) => (upstream === "shop/tempo" ? 5_000 : 10),
      (question) => series(question) ?? answerFrom(late, question),
    );
    const lines = await runOf(effects);
    const gone = lines.findLast((line) => line.type === "planned")?.superseded ?? [];
    const current = effects.asked.filter(({ id }) => !gone.includes(id));
    const reds = (questions: readonly Question[]) => questions.filter(({ purpose }) => purpose.kind === "red");
    expect(reds(effects.asked)).toHaveLength(2 * reds(current).length);
    const last = lines.findLast((line) => line.type === "findings");
    const movements = last?.explanation.movements ?? [];
    expect(movements.map(({ question }) => question).sort()).toEqual(
      reds(current)
        .map(({ id }) => id)
        .sort(),
    );
    expect(lines.at(-1)).toMatchObject({ type: "end", reason: "complete", unanswered: [] });
  });

  test("an answer nobody needs any more is not waited for", async () => {
    const setting = { environments: [environment(everything), environment(everything, { name: "staging" })] };
    const effects = effectsFrom(
      ({ upstream }) => (upstream.startsWith("staging/") ? 10 * minute : 10),
      (question) => answerFrom(world, question),
    );
    const lines: RunLine[] = [];
    for await (const line of investigate(request, setting, effects, never)) lines.push(line);
    const end = lines.at(-1);
    expect(end).toMatchObject({ type: "end", reason: "complete", unanswered: [] });
    expect(end?.type === "end" ? end.now - start : 0).toBeLessThan(10_000);
  });

  test("who leaves, stops the work", async () => {
    const effects = effectsFrom(
      () => 5_000,
      (question) => answerFrom(world, question),
    );
    const lines = investigate(request, setting, effects, never);
    for await (const line of lines) if (line.type === "planned") break;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(effects.stopped.length).toBe(effects.asked.length);
  });
});
