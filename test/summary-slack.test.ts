import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeSlack, slackDate, summarySlack } from "@/lib/summary-slack";
import { at, drawnTraceId, drawnWindow } from "@/test/draw";
import { annotations, errors, payment920, rate, tell, trace } from "@/test/finding/checkout";

const explanation = tell([trace, rate, errors, annotations(payment920)]);
const link = `http://127.0.0.1:3000/investigate?environment=shop&lead=${drawnTraceId}`;
const base = {
  lead: drawnTraceId,
  window: drawnWindow,
  environment: "shop",
  explanation,
  link,
  now: at("14:18:05"),
  slots: [],
};

test("an instant is a token that Slack writes in each reader's zone, with UTC for clients that know none", () => {
  expect(slackDate(at("14:03:10.250"))).toBe("<!date^1795269790^{date_short_pretty} {time_secs}|2026-11-21 14:03:10Z>");
});

test("the message begins with the story, dates the onset, and ends with the link behind the id", () => {
  const lines = summarySlack(base).trim().split("\n");
  expect(lines[0]).toMatch(/^\*gateway errors rose from 0\.1 % to 38 %/);
  expect(lines[1]).toMatch(/^Onset: <!date\^17952\d+\^.*> ± \d+ s$/);
  expect(lines.at(-1)).toContain(`<${link}|${drawnTraceId}> in shop`);
  expect(lines.at(-1)).toContain(`as of ${slackDate(at("14:18:05"))}`);
});

test("what failed is named with its verdict", () => {
  const slot = { slot: "lines", title: "Log lines", headline: "Loki timed out", detail: "", gaps: [], pending: 0 };
  const told = summarySlack({ ...base, slots: [{ ...slot, slot: "lines", verdict: "failed" }] });
  expect(told).toContain("• Log lines (failed): Loki timed out");
});

test.each([
  ["<!channel> & <https://x.example|y>", "&lt;!channel&gt; &amp; &lt;https:\u200b//x.example|y&gt;"],
  ["*bold* ~gone~ `code`", "∗bold∗ ∼gone∼ ˋcodeˋ"],
  ["_slanted_ but tls_handshake_ms stays", "ˍslantedˍ but tls_handshake_ms stays"],
  ["@here #incident :fire: 14:03:10", "@\u200bhere #\u200bincident :\u200bfire: 14:03:10"],
  ["two\nlines\u202e", "two lines"],
])("of others' text no mark-up comes: %s", (text, escaped) => {
  expect(escapeSlack(text)).toBe(escaped);
});

test("whatever stands in a text, no token, mention or second line can come of it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(escapeSlack(text)).not.toMatch(/[<>*~`\n]|@(?!\u200b)|:\/\//);
    }),
  );
});
