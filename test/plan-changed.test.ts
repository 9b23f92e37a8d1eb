import { describe, expect, test } from "vitest";
import type { Answer, Evidence, Question, SeriesRole } from "@/lib/evidence";
import { explain } from "@/lib/findings";
import { day, type Instant, minute, toInstant } from "@/lib/signal/time";
import { at, drawnLead, gapOf, traceAnswer } from "@/test/draw";
import { environment, everything, type World, walk } from "@/test/installation";

const now = at("14:18:05");
const burst = { from: at("14:03:00"), to: at("14:30:00") };
const trace = traceAnswer("gateway POST /checkout 0-340 [server]\n  payment Charge 20-310 [server]", {
  start: at("14:03:12"),
});
const counter = "http_server_request_duration_seconds_count";

/** Requests a second of one service at an instant. */
type Load = (service: string, moment: Instant) => number;
const steady: Load = (service) => (service === "payment" ? 10 : 20);
/** From three minutes past two on, a batch job asks the gateway fifteen times as often. */
const batch: Load = (service, moment) =>
  service === "gateway" && moment >= burst.from && moment < burst.to ? 300 : steady(service, moment);

function drawn({ window, call, purpose }: Question, load: Load, services: readonly string[]): Answer {
  if (!window || !("step" in call)) return gapOf("none-in-window");
  const label = purpose.kind === "red" ? purpose.label : "job";
  const length = Math.floor((window.to - window.from) / call.step) + 1;
  return {
    kind: "series",
    series: services.map((service) => ({
      labels: { [label]: service },
      start: window.from,
      step: call.step,
      values: Array.from({ length }, (_, index) => {
        // A little unrest, the same for the same question.
        const unrest = 1 + 0.02 * Math.sin(7 * index + service.length);
        return unrest * load(service, toInstant(window.from + index * call.step));
      }),
    })),
  };
}

/** `earlier` null = the store keeps no yesterday; `failing`: failures a second, of both days. */
const shop = (
  today: Load,
  earlier: Load | null,
  failing: readonly [Load | null, Load | null] = [null, null],
): World => ({
  trace: ({ upstream }) => (upstream === "shop/tempo" ? trace : undefined),
  families: ["gateway", "payment"].map((job) => ({ __name__: counter, job })),
  errorLabels: { [counter]: ["http_response_status_code"] },
  answer: (question) => {
    const { purpose } = question;
    const say = (load: Load | null): Answer =>
      load ? drawn(question, load, ["gateway", "payment"]) : gapOf("none-in-window");
    const yesterday = (load: Load | null): Load | null =>
      load && ((service, moment) => load(service, toInstant(moment + day)));
    const isOfErrors = question.text.includes("http_response_status_code=~");
    if (purpose.kind === "red-yesterday") return say(yesterday(isOfErrors ? failing[1] : earlier));
    if (purpose.kind !== "red") return undefined;
    if (purpose.role === "rate") return say(today);
    return purpose.role === "errors" ? say(failing[0]) : undefined;
  },
});
const walked = (world: World, pick?: (open: readonly Question[]) => number) =>
  walk({ lead: drawnLead, environments: [environment(everything)], world, now, ...(pick ? { pick } : {}) });
const yesterdays = (asked: readonly Question[]): Question[] =>
  asked.filter(({ purpose }) => purpose.kind === "red-yesterday");
const counts = ({ known, plan }: { known: readonly Evidence[]; plan: { questions: readonly Question[] } }) =>
  known.filter(({ question: { id } }) => plan.questions.some((each) => each.id === id));
const told = (run: ReturnType<typeof walked>, said: SeriesRole = "rate") => {
  const { movements, onset, findings } = explain(drawnLead, counts(run), now, run.plan.window);
  const of = movements.find(({ role, service }) => role === said && service?.name === "gateway");
  return {
    verdict: of?.verdict,
    words: of?.words,
    because: of?.because,
    onset,
    kinds: findings.map(({ kind }) => kind),
  };
};

describe("yesterday at this hour", () => {
  test("is asked for where something is claimed: the same query, a day earlier, behind all else of that store", () => {
    const { asked, known } = walked(shop(batch, steady));
    const [question, ...others] = yesterdays(asked);
    expect(others).toEqual([]);
    const today = asked.find(({ purpose }) => purpose.kind === "red" && purpose.role === "rate");
    expect(question?.text).toBe(today?.text);
    expect([question?.window?.from, question?.window?.to]).toEqual([
      (today?.window?.from ?? 0) - day,
      (today?.window?.to ?? 0) - day,
    ]);
    expect(question?.after).toContain(today?.id);
    const store = known.filter((each) => each.question.upstream === "shop/prometheus");
    expect(store.slice(-2).map((each) => each.question.id)).toContain(question?.id);
  });

  test("costs nothing where all is quiet", () => {
    expect(yesterdays(walked(shop(steady, steady)).asked)).toEqual([]);
  });

  test("what was asked for stays when its answer takes the claim away", () => {
    const run = walked(shop(batch, batch));
    expect(yesterdays(run.plan.questions)).toEqual(yesterdays(run.asked));
    expect(yesterdays(run.asked)).toHaveLength(1);
  });

  test("whoever answers first, the same is asked", () => {
    const ids = (run: ReturnType<typeof walked>) => run.plan.questions.map(({ id }) => id).sort();
    expect(ids(walked(shop(batch, steady), (open) => open.length - 1))).toEqual(ids(walked(shop(batch, steady))));
  });
});

describe("what a claim is worth beside yesterday", () => {
  test("a nightly batch is no news, and the lane says why", () => {
    const { verdict, words, because, onset, kinds } = told(walked(shop(batch, batch)));
    expect(verdict).toBe("quiet");
    expect(words).toBe("20 /s → 300 /s, as yesterday at this hour");
    expect(because).toMatch(/requests of gateway, .*as yesterday at this hour$/);
    expect(onset).toBeNull();
    expect(kinds).not.toContain("onset");
  });

  test("a batch that began some minutes earlier yesterday is the same batch", () => {
    const early: Load = (service, moment) => batch(service, toInstant(moment + 3 * minute));
    expect(told(walked(shop(batch, early))).verdict).toBe("quiet");
  });

  test.each([
    ["a store that keeps no yesterday says nothing", null],
    ["a quiet yesterday leaves the claim", steady],
    ["half the load yesterday leaves the claim", (service, moment) => steady(service, moment) / 2],
    ["twice the load yesterday leaves the claim", (service, moment) => steady(service, moment) * 2],
    ["a batch a third as large leaves the claim", (service, moment) => Math.min(90, batch(service, moment))],
    [
      "a fall yesterday does not explain a rise",
      (service, moment) => (moment >= burst.from ? 0.1 : 1) * steady(service, moment),
    ],
  ] satisfies [string, Load | null][])("%s", (_, earlier) => {
    const { verdict, words, onset } = told(walked(shop(batch, earlier)));
    expect(verdict).toBe("changed");
    expect(words).not.toContain("yesterday");
    expect(onset).not.toBeNull();
  });

  const failures: Load = (service, moment) => (service === "gateway" && moment >= burst.from ? 8 : 0.02);
  test("a share of failures is weighed against yesterday's share, of as many requests", () => {
    const daily = walked(shop(steady, steady, [failures, failures]));
    expect(yesterdays(daily.asked)).toHaveLength(2);
    expect(told(daily, "error-ratio").words).toMatch(/^0\.1 % → 40 %, as yesterday at this hour$/);
    const fresh = told(walked(shop(steady, steady, [failures, null])), "error-ratio");
    expect([fresh.verdict, fresh.onset === null]).toEqual(["changed", false]);
  });
});

describe("the raw samples of the counter that leads", () => {
  const samples = (run: ReturnType<typeof walked>): Question[] =>
    run.asked.filter(({ purpose }) => purpose.kind === "red-samples");

  test("are asked for once, around its onset, of its own service alone, and of so many series at most", () => {
    const [question, ...others] = samples(walked(shop(batch, null)));
    expect(others).toEqual([]);
    expect(question?.text).toMatch(/^http_server_request_duration_seconds_count\{job="gateway",.*\}\[\d+s\]$/);
    expect(question?.call).toMatchObject({ api: "prometheus-instant", limit: 100, at: question?.window?.to });
    expect(question?.window?.from).toBeLessThan(burst.from - 2 * minute);
    expect(question?.window?.to).toBeGreaterThan(burst.from + 2 * minute);
  });

  test.each([
    ["nothing changed", shop(steady, null)],
    ["its counter has thousands of series", { ...shop(batch, null), series: () => 2_000 }],
    [
      "its store failed to answer something",
      {
        ...shop(batch, null),
        answer: (question: Question) =>
          question.purpose.kind === "red" && question.purpose.role === "errors"
            ? gapOf("timeout")
            : shop(batch, null).answer?.(question),
      },
    ],
  ] satisfies [string, World][])("are not asked for where %s", (_, world) => {
    expect(samples(walked(world))).toEqual([]);
  });

  /** As a rate over a minute shows it. */
  const overMinute: Load = (service, moment) =>
    Array.from({ length: 60 }, (_, back) => batch(service, toInstant(moment - back * 1_000))).reduce(
      (sum, each) => sum + each / 60,
      0,
    );

  /** What the gateway's counter said at each scrape, by the second. */
  function scraped(question: Question, load: Load): Answer {
    const { from, to } = question.window ?? burst;
    let total = 5_000;
    const values: number[] = [];
    const start = toInstant(from + 4_000);
    for (let at = start; at <= to; at = toInstant(at + 15_000)) {
      for (let second = 0; second < 15; second += 1) total += load("gateway", toInstant(at - 15_000 + second * 1_000));
      values.push(Math.round(total));
    }
    return { kind: "series", series: [{ labels: { job: "gateway", instance: "a" }, start, step: 15_000, values }] };
  }

  test("tell between which two it began; the lane cites them, and says so more exactly", () => {
    const world = shop(overMinute, null);
    const coarse = told(walked(world)).onset;
    const run = walked({
      ...world,
      answer: (question) =>
        question.purpose.kind === "red-samples" ? scraped(question, batch) : world.answer?.(question),
    });
    const fine = told(run).onset;
    if (!coarse || !fine) throw new Error("no onset");
    expect(fine.to - fine.from).toBeLessThanOrEqual(16_000);
    expect(coarse.to - coarse.from).toBeGreaterThan(45_000);
    expect(fine.from).toBeLessThanOrEqual(burst.from);
    expect(fine.to).toBeGreaterThanOrEqual(burst.from);
    expect(fine.cites).toContain(samples(run)[0]?.id);
  });

  test("say nothing where they are cut, or tell of no change", () => {
    const world = shop(overMinute, null);
    const coarse = told(walked(world)).onset;
    const flat = walked({
      ...world,
      answer: (question) =>
        question.purpose.kind === "red-samples" ? scraped(question, steady) : world.answer?.(question),
    });
    const cut = walked({
      ...world,
      answer: (question) =>
        question.purpose.kind === "red-samples" ? scraped(question, batch) : world.answer?.(question),
      partial: ({ purpose }) => purpose.kind === "red-samples",
    });
    expect(told(flat).onset).toEqual(coarse);
    expect(told(cut).onset).toEqual(coarse);
  });
});
