/** An alert as the lead on the embedded demo: real clients, real planner, nothing drawn. */
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toSetting, toUpstreams } from "@/lib/config/derive";
import { configSchema } from "@/lib/config/schema";
import { type Demo, startDemo } from "@/lib/demo/servers/listener";
import { type Evidence, type Question, slots, type Unasked } from "@/lib/evidence";
import { type Explanation, nothingYet } from "@/lib/explanation";
import { investigate } from "@/lib/investigate";
import { parseLead } from "@/lib/lead";
import type { EnvironmentSetting } from "@/lib/setting";
import { day, hour, type Instant, minute, shift, toInstant, type Window } from "@/lib/signal/time";
import { verdictOf } from "@/lib/slot";
import { createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";

const frozen = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
let demo: Demo;
/** The same story, looked at a day after it was over: Alertmanager knows nothing of it any more. */
let later: Demo;
beforeAll(async () => {
  demo = await startDemo({ frozen });
  later = await startDemo({ start: frozen, frozen: shift(frozen, day) });
  // The first question of each world counts its requests since the beginning: that is not what is tested here.
  for (const name of Object.keys(demo.environments))
    await fetch(`${demo.url}/${name}/prometheus/api/v1/query?query=up`);
}, 120_000);
afterAll(() => Promise.all([demo.stop(), later.stop()]));

type Told = {
  readonly environment: EnvironmentSetting | null;
  readonly window: Window | null;
  readonly because: string;
  readonly questions: readonly Question[];
  readonly evidence: readonly Evidence[];
  readonly unasked: readonly Unasked[];
  readonly explanation: Explanation;
};

async function investigated(text: string, now: Instant = frozen, backends: Demo = demo): Promise<Told> {
  const parsed = parseLead(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const config = configSchema.parse({ environments: backends.environments });
  const setting = toSetting(config);
  const { ask } = createAsk(toUpstreams(config), () => now);
  const budget = createBudget();
  const effects = {
    ask: (question: Question, signal: AbortSignal) => ask(question, signal, budget),
    now: () => now,
    sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined),
  };
  let told: Told = {
    environment: null,
    window: null,
    because: "",
    questions: [],
    evidence: [],
    unasked: [],
    explanation: nothingYet,
  };
  const never = new AbortController().signal;
  for await (const line of investigate(
    { lead: parsed.lead, window: parsed.lead.window, deep: false, mappings: [] },
    setting,
    effects,
    never,
  )) {
    if (line.type === "window") {
      const environment = setting.environments.find(({ name }) => name === line.environment) ?? null;
      told = { ...told, environment, window: line.window, because: line.because };
    } else if (line.type === "planned") {
      const gone = new Set(line.superseded ?? []);
      const kept = <T>(all: readonly T[], id: (each: T) => string): T[] => all.filter((each) => !gone.has(id(each)));
      told = {
        ...told,
        questions: kept([...told.questions, ...line.questions], ({ id }) => id),
        evidence: kept(told.evidence, ({ question }) => question.id),
        unasked: line.unasked,
      };
    } else if (line.type === "evidence") told = { ...told, evidence: [...told.evidence, line.evidence] };
    else if (line.type === "findings") told = { ...told, explanation: line.explanation };
  }
  return told;
}
const verdicts = ({ questions, evidence, unasked, explanation, environment }: Told) =>
  Object.fromEntries(
    slots.map((slot) => {
      const { verdict, headline } = verdictOf(slot, {
        questions,
        evidence,
        unasked,
        explanation,
        environment,
        ended: true,
        now: frozen,
      });
      return [slot, `${verdict}: ${headline}`];
    }),
  );

const ofKind = ({ evidence }: Told, kind: Question["purpose"]["kind"]): Evidence[] =>
  evidence.filter(({ question }) => question.purpose.kind === kind);
const activeAt = toInstant(Date.UTC(2026, 10, 21, 14, 7, 15));

describe("an alert that fires", { timeout: 90_000 }, () => {
  let told: Told;
  beforeAll(async () => {
    told = await investigated("[FIRING:1] CheckoutErrorRateHigh (critical shop gateway)");
  }, 90_000);

  test("its name alone fills every slot", () => {
    expect(verdicts(told)).toMatchObject({
      spike: expect.stringMatching(/^found: /),
      lines: expect.stringMatching(/^(?:found|partial): /),
      trace: expect.stringMatching(/^found: .* failed/),
      changes: expect.stringMatching(/^found: /),
      alerts: "found: 1 firing",
    });
  });

  test("the window begins half an hour before its condition held, and ends now", () => {
    expect(told.window).toEqual({ from: shift(activeAt, -30 * minute), to: frozen });
    expect(told.because).toContain("gateway by label service");
  });

  test("its own expression is drawn against its threshold", () => {
    const [drawn] = ofKind(told, "alert-expression");
    expect(drawn?.question.purpose).toMatchObject({
      words: "alert above 5 %",
      unit: "ratio",
      limits: [{ op: ">", value: 0.05 }],
      activeAt,
      endsAt: null,
    });
    const [series] = drawn?.answer.kind === "series" ? drawn.answer.series : [];
    expect(Math.max(...Array.from(series?.values ?? [], (value) => value ?? 0))).toBeGreaterThan(0.05);
  });

  test("lines, traces and changes are asked for from 15 min before its onset to 5 after", () => {
    const near = { from: shift(activeAt, -15 * minute), to: shift(activeAt, 5 * minute) };
    const kinds = ["lines-around", "lines-by-level", "lines-volume", "annotations", "change-stream"] as const;
    for (const { question } of kinds.flatMap((kind) => ofKind(told, kind))) {
      expect(question.window?.from).toBeGreaterThanOrEqual(shift(near.from, -minute));
      expect(question.window?.to).toBeLessThanOrEqual(near.to);
    }
  });

  test("the trace that is opened leads to the services behind it, and to the cause", () => {
    const drawn = new Set(told.explanation.movements.map(({ service }) => service?.name));
    expect([...drawn]).toEqual(expect.arrayContaining(["gateway", "order", "payment"]));
    expect(told.explanation.story.map(({ text }) => text).join("")).toContain("payment");
  });
});

describe("the link in a message, opened at once and a day later", { timeout: 90_000 }, () => {
  let [atOnce, dayLater]: Told[] = [];
  beforeAll(async () => {
    const link = (await demo.leads()).find(({ text }) => text.startsWith("/alert?"))?.text ?? "";
    atOnce = await investigated(link);
    dayLater = await investigated(link, shift(frozen, day), later);
  }, 90_000);

  test("Alertmanager has forgotten it by then", async () => {
    const alerts = async ({ url }: Demo): Promise<unknown> =>
      (await fetch(`${url}/shop/alertmanager/api/v2/alerts`)).json();
    expect(await alerts(demo)).toHaveLength(1);
    expect(await alerts(later)).toHaveLength(0);
  });

  test("is the same alert in the same environment, its expression against the same bound", () => {
    const drawnOf = (told: Told | undefined) =>
      (told ? ofKind(told, "alert-expression") : []).map(({ question: { text, purpose } }) => ({
        text,
        ...(purpose.kind === "alert-expression" ? { words: purpose.words, activeAt: purpose.activeAt } : {}),
      }));
    expect(dayLater?.environment?.name).toBe("shop");
    expect(drawnOf(dayLater)).toEqual(drawnOf(atOnce));
    expect(drawnOf(dayLater)).toMatchObject([{ words: "alert above 5 %", activeAt }]);
    expect(dayLater?.because).not.toContain("no source knows");
  });

  test("is the same window, which by then ends with the alert", () => {
    expect(dayLater?.window?.from).toBe(atOnce?.window?.from);
    // It fires until 14:28:15, and five minutes are shown beyond.
    expect(dayLater?.window?.to).toBe(toInstant(Date.UTC(2026, 10, 21, 14, 33, 15)));
  });

  test("is the same onset", () => {
    const [first, second] = [atOnce?.explanation.onset, dayLater?.explanation.onset];
    expect(first?.of).toBe("what CheckoutErrorRateHigh watches");
    expect(second?.of).toBe(first?.of);
    expect(Math.abs((second?.at ?? 0) - (first?.at ?? 0))).toBeLessThanOrEqual(15_000);
    // Its series moved before the condition held.
    expect(first?.at).toBeLessThanOrEqual(activeAt);
  });

  test("fills the slots it filled then", () => {
    const found = (told: Told | undefined): string[] =>
      Object.entries(told ? verdicts(told) : {})
        .filter(([, words]) => /^(?:found|partial)/.test(words))
        .map(([slot]) => slot);
    expect(found(dayLater)).toEqual(expect.arrayContaining(found(atOnce).filter((slot) => slot !== "alerts")));
    expect(found(dayLater)).toContain("alerts");
  });
});

describe("an alert that Alertmanager forgot", { timeout: 90_000 }, () => {
  const zero = toInstant(frozen - (frozen % day));

  test("is rebuilt from the record: same name, labels, start and end", async () => {
    const query = 'last_over_time(ALERTS_FOR_STATE{alertname="CheckoutLatencyHigh"}[600s])';
    const search = new URLSearchParams({
      query,
      start: `${(zero - 20 * day) / 1_000}`,
      end: `${zero / 1_000}`,
      step: "600",
    });
    const reply = await (await fetch(`${demo.url}/shop/prometheus/api/v1/query_range?${search}`)).json();
    const [, value] = reply.data.result[0].values[0];
    const active = toInstant(Number(value) * 1_000);
    const startsAt = new Date(active + 5 * minute).toISOString();
    const told = await investigated(
      `https://console.example/alert?alertname=CheckoutLatencyHigh&service=gateway&startsAt=${startsAt}`,
    );
    expect(told.environment?.name).toBe("shop");
    expect(told.window?.from).toBe(active - 30 * minute);
    expect((told.window?.to ?? 0) - active).toBeLessThan(hour);
    expect(ofKind(told, "alert-expression")[0]?.question.purpose).toMatchObject({
      words: "alert above 1 s",
      activeAt: active,
    });
    expect(told.because).not.toContain("no source knows");
  });
});

test("an alert that nobody ever saw says where it was looked for, in every slot", { timeout: 90_000 }, async () => {
  const told = await investigated('NeverHeardOf{service="gateway"}');
  expect(told.environment).toBeNull();
  const said = verdicts(told);
  for (const slot of slots.slice(0, 4)) {
    expect(said[slot]).toBe("nothing: not asked");
    const why = told.unasked.find((each) => each.slot === slot)?.text;
    expect(why, slot).toMatch(/^No source in shop, quiet\b.* knows of NeverHeardOf/);
  }
});

test("a service's name is a lead: the last 45 minutes of it", { timeout: 90_000 }, async () => {
  const told = await investigated("service:shop/payment");
  expect(told.window).toEqual({ from: shift(frozen, -45 * minute), to: frozen });
  expect(verdicts(told)).toMatchObject({
    spike: expect.stringMatching(/^found/),
    lines: expect.stringMatching(/^(?:found|partial)/),
  });
});

test("a change is a lead: what the deploy did", { timeout: 90_000 }, async () => {
  const told = await investigated("deploy payment 9.2.0");
  expect(told.environment?.name).toBe("shop");
  expect(told.explanation.movements.map(({ service }) => service?.name)).toContain("payment");
  expect(told.window && frozen - told.window.from).toBeLessThan(hour);
});
