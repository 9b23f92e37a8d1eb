import { expect, test } from "vitest";
import { type InvestigationState, initialState, lost, reduce } from "@/components/investigation-state";
import { weightWord } from "@/components/panels/findings-list";
import { printSelector } from "@/components/panels/identity-list";
import { ledgerOf } from "@/components/panels/ledger-entries";
import { headlineOf, storyWords } from "@/components/panels/story-words";
import { recentFrom, withRecent } from "@/components/recent";
import { serviceTones } from "@/components/service-tones";
import { nextTheme, themeFrom } from "@/components/ui/theme";
import { inZone, printTime } from "@/components/ui/zone";
import { zoneOf, zoneOptions } from "@/components/ui/zone-choice";
import { withChunk } from "@/components/use-investigation";
import { anHourWider, untilNow } from "@/components/wider-windows";
import { slots } from "@/lib/evidence";
import { day, shift } from "@/lib/signal/time";
import { at, drawnTraceId } from "../draw";
import { checkoutLines } from "../e2e/fixture";

const lines = checkoutLines();
const until = (type: string): InvestigationState =>
  lines.slice(0, lines.findIndex((line) => line.type === type) + 1).reduce(reduce, initialState);
const whole = lines.reduce(reduce, initialState);

test("six slots stand in the same order from the first line to the last, and each says something", () => {
  for (const state of [initialState, until("hello"), until("planned"), until("trace-rows"), whole]) {
    const entries = ledgerOf(state);
    expect(entries.map(({ slot }) => slot)).toEqual([...slots]);
    expect(entries.filter(({ headline }) => headline === "")).toEqual([]);
  }
  expect(ledgerOf(whole).map(({ verdict }) => verdict)).toEqual([
    "found",
    "found",
    "found",
    "found",
    "nothing",
    "failed",
  ]);
});

test("a slot is as old as its last answer", () => {
  const times = ledgerOf(whole).map(({ asOf }) => asOf);
  expect(times[0]).toBe(at("14:18:00.144"));
  expect(ledgerOf(until("planned")).every(({ asOf }) => asOf === null)).toBe(true);
});

test("a lost line leaves no slot waiting", () => {
  expect(ledgerOf(until("planned")).some(({ verdict }) => verdict === "waiting")).toBe(true);
  expect(ledgerOf(lost(until("planned"))).some(({ verdict }) => verdict === "waiting")).toBe(false);
});

test('an end before all had answered is no "nothing found"', () => {
  const cut: InvestigationState = { ...until("planned"), stream: "ended" };
  const [first] = ledgerOf(cut);
  expect(first).toMatchObject({ verdict: "failed", headline: "no answer yet" });
  expect(ledgerOf({ ...cut, questions: [] })[0]).toMatchObject({ verdict: "nothing", headline: "not asked" });
});

test("the story's place says what is waited for, then that nothing speaks of the id", () => {
  expect(storyWords(initialState)).toBe("Opening …");
  expect(storyWords(until("hello"))).toBe(`Looking for ${drawnTraceId} …`);
  expect(storyWords(until("planned"))).toContain(`waiting for ${whole.questions.length} of ${whole.questions.length}`);
  expect(storyWords(lost(initialState))).toBe("The investigation could not begin.");
  expect(storyWords({ ...until("planned"), stream: "ended" })).toContain("Nothing that was asked speaks of");
});

test("a chunk that cannot be read whole keeps what could, and says so", () => {
  const state = withChunk(initialState, { kind: "lines", lines: lines.slice(0, 2), unreadable: 1 });
  expect(state.questions.length).toBeGreaterThan(0);
  expect(state.notices).toHaveLength(1);
  const broken = withChunk(state, { kind: "lost", because: "Connection lost: reset." });
  expect(broken).toMatchObject({ stream: "lost", questions: state.questions });
  expect(broken.notices).toContain("Connection lost: reset.");
});

test("services are coloured in the order of the trace; an unknown one is muted", () => {
  const tones = serviceTones(whole);
  expect(["gateway", "order", "stock", "payment", "cart"].map(tones)).toEqual(
    [0, 1, 2, 3, 4].map((index) => `var(--service-${index})`),
  );
  expect(tones("elsewhere")).toBe("var(--muted)");
});

test("a stamp is written in the chosen zone, with the date where it is not today's", () => {
  expect(inZone(at("23:30:00.250"), "Europe/Berlin")).toEqual({ date: "2026-11-22", clock: "00:30:00", millis: "250" });
  expect(printTime(at("14:03:10"), at("14:18:00"), "UTC")).toBe("14:03:10");
  expect(printTime(at("23:30:00"), at("14:18:00"), "Europe/Berlin")).toBe("2026-11-22 00:30:00");
});

test("without a zone of its own an environment is in UTC", () => {
  expect(zoneOf("environment", null).name).toBe("UTC");
  expect(zoneOf("environment", "Asia/Tokyo")).toEqual({ zone: "Asia/Tokyo", name: "Asia/Tokyo" });
});

test("whatever a cookie says, the theme is one of three, and three steps lead back", () => {
  expect(themeFrom("<script>")).toBe("system");
  expect(nextTheme(nextTheme(nextTheme("dark")))).toBe("dark");
});

test.each([["not json"], ['{"a":1}'], ["[1,null]"]])("a storage that holds %s has no recent leads", (text) => {
  expect(recentFrom(text)).toEqual([]);
});

test("recent leads are texts of a sane length", () => {
  const read = recentFrom(JSON.stringify([drawnTraceId, "", 7, "x".repeat(1_000), { lead: "b", story: 7, at: -1 }]));
  expect(read.map(({ lead, at: when }) => [lead, when])).toEqual([
    [drawnTraceId, 0],
    ["b", 0],
  ]);
});

test("a lead opened again moves to the front, and what was said of it stays until more is", () => {
  const told = { lead: "a", environment: "shop", story: "errors rose", at: 1 };
  const known = [{ ...told, lead: "b" }, told];
  expect(withRecent(known, { lead: "a", environment: null, story: null, at: 2 })).toEqual([
    { ...told, at: 2 },
    { ...told, lead: "b" },
  ]);
});

test("the headline of a story is its first sentence, of a length that a tab can show", () => {
  expect(headlineOf(whole.explanation.story)).toBe("Checkout errors rose from 0.1 % to 38 % at 14:03:10 UTC");
  expect(headlineOf([])).toBe("");
  const long = { text: "x".repeat(300), tone: "plain", cites: [], target: null } as const;
  expect(headlineOf([long])).toHaveLength(90);
});

test("a refusal stands for the page while nothing is known; later what is known stays", () => {
  const refusal = { status: 400, error: "no environment", field: "environment" };
  expect(withChunk(initialState, { kind: "refused", refusal })).toMatchObject({ refusal, notices: [], stream: "lost" });
  const later = withChunk(until("planned"), { kind: "refused", refusal });
  expect(later).toMatchObject({ refusal: null, stream: "lost", notices: ["The server refused (400): no environment"] });
});

test("each zone is offered once, whatever it is called by", () => {
  const titles = (local: string, environment: string | null) =>
    zoneOptions(local, environment).map(({ title }) => title);
  expect(titles("UTC", null)).toEqual(["UTC"]);
  expect(titles("Europe/Berlin", "UTC")).toEqual(["UTC", "Europe/Berlin"]);
  expect(titles("Europe/Berlin", "Asia/Tokyo")).toEqual(["UTC", "Europe/Berlin", "Asia/Tokyo"]);
});

test("the window may end now, or be wider, never in the future and never longer than is asked", () => {
  const now = at("16:00:00");
  const window = { from: at("13:00:00"), to: at("14:00:00") };
  expect(untilNow(window, now)).toEqual({ from: window.from, to: now });
  expect(untilNow({ ...window, to: at("15:59:30") }, now)).toBeNull();
  expect(untilNow({ ...window, from: shift(now, -40 * day) }, now)).toBeNull();
  expect(anHourWider(window, now)).toEqual({ from: at("12:00:00"), to: at("15:00:00") });
  expect(anHourWider({ ...window, to: at("15:30:00") }, now)).toEqual({ from: at("12:00:00"), to: now });
  expect(anHourWider({ ...window, from: shift(now, -32 * day) }, now)).toBeNull();
});

test("a weight is a word", () => {
  expect([0.9, 0.6, 0.2].map(weightWord)).toEqual(["strong", "fair", "weak"]);
});

test("a selector is printed as the query languages write it", () => {
  expect(printSelector([{ label: "job", op: "=", value: 'shop/"x"' }])).toBe('{job="shop/\\"x\\""}');
});
