/** What is passed on (Markdown, chat) holds no secret, wherever in a finding, a gap or a title it stood. */
import { describe, expect, test } from "vitest";
import type { SlotState } from "@/lib/slot";
import { summaryMarkdown } from "@/lib/summary";
import { summarySlack } from "@/lib/summary-slack";
import { at, changeFrom, drawnWindow, evidenceOf, gapOf, linesFrom, traceAnswer } from "@/test/draw";
import { annotations, errors, noTrace, rate, tell } from "@/test/finding/checkout";
import { carried, planted } from "@/test/signal/planted";

/** One line of the id says it; so do a gap, the lead, and a note of a change. */
function summaries(text: string): readonly string[] {
  const line = { ...linesFrom("14:03:42 ERROR payment x"), text: [text] };
  const own = evidenceOf({ kind: "lines", limited: false, lines: line }, { kind: "lines-of-id", rung: 0 });
  const noted = changeFrom("x", "14:01:45", { title: text, service: null, version: null, kind: "config" });
  const explanation = tell([noTrace, rate, errors, own, annotations(noted)]);
  const gap = gapOf("server-error", `loki failed on the query. It said: “${text}”`, text);
  const slot: SlotState = {
    ...{ slot: "lines", title: "Log lines", verdict: "failed", gaps: [gap], pending: 0 },
    ...{ headline: text, detail: text },
  };
  const about = { lead: text, window: drawnWindow, environment: "shop", now: at("14:18:05") };
  const input = { ...about, explanation, slots: [slot], link: "http://127.0.0.1:3000/investigate" };
  return [summaryMarkdown(input), summarySlack(input)];
}
/** As it is read: neither escapes nor what breaks mentions and addresses. */
const read = (text: string): string => text.replace(/[\\\u200b]/g, "");

describe.each([
  ["Markdown", 0],
  ["Slack", 1],
])("in %s", (_, which) => {
  test("of more than a hundred planted, none is out", () => {
    const out = carried.filter(({ secret, line }) => read(summaries(line)[which] ?? "").includes(read(secret)));
    expect(out).toEqual([]);
    expect(carried.length).toBeGreaterThan(100);
  });

  test("nor most of one, where a quotation ends in the middle of it", () => {
    // Before its @, an address is a name like any other.
    const most = (secret: string): string => secret.slice(0, Math.max(10, secret.indexOf("@") + 2));
    const out = planted.flatMap((secret) =>
      [40, 60, 80, 90, 95, 100].flatMap((length) => {
        const told = read(summaries(`${"no ".repeat(40).slice(0, length)} ${secret} was not known to it`)[which] ?? "");
        return told.includes(read(most(secret))) ? [`${length}: ${most(secret)}`] : [];
      }),
    );
    expect(out).toEqual([]);
  });
});

test("a trace of a secret is told without it, whoever wrote it there", () => {
  const broken = evidenceOf(
    traceAnswer('gateway GET /cart 0-100 ! "no login with password=hunter2 for ann@example.com"'),
    { kind: "trace-by-id" },
  );
  const explanation = tell([broken]);
  const input = {
    lead: "x",
    window: null,
    environment: null,
    explanation,
    slots: [],
    link: "http://x",
    now: at("14:18:05"),
  };
  for (const told of [summaryMarkdown(input), summarySlack(input)]) {
    expect(told).toContain("no login with password=•••");
    expect(read(told)).not.toMatch(/hunter2|ann@/);
  }
});
