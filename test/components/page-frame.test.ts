import { expect, test } from "vitest";
import { recentFrom } from "@/components/home-recent";
import { type InvestigationState, initialState, lost, reduce } from "@/components/investigation-state";
import { printSelector } from "@/components/panels/identity-list";
import { ledgerOf } from "@/components/panels/ledger-entries";
import { storyWords } from "@/components/panels/story-words";
import { serviceTones } from "@/components/service-tones";
import { nextTheme, themeFrom } from "@/components/ui/theme";
import { inZone, printTime } from "@/components/ui/zone";
import { zoneOf } from "@/components/ui/zone-choice";
import { withChunk } from "@/components/use-investigation";
import { slots } from "@/lib/evidence";
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
  expect(recentFrom(JSON.stringify([drawnTraceId, "", 7, "x".repeat(1_000)]))).toEqual([drawnTraceId]);
});

test("a selector is printed as the query languages write it", () => {
  expect(printSelector([{ label: "job", op: "=", value: 'shop/"x"' }])).toBe('{job="shop/\\"x\\""}');
});
