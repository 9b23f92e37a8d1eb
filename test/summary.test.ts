import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeMarkdown, escapeMarkdown, summaryMarkdown } from "@/lib/summary";
import { at, drawnTraceId, drawnWindow, gapOf } from "@/test/draw";
import { annotations, errors, payment920, rate, tell, trace } from "@/test/finding/checkout";

const explanation = tell([trace, rate, errors, annotations(payment920)]);
const link = `http://127.0.0.1:3000/investigate?environment=shop&lead=${drawnTraceId}`;
const base = { lead: drawnTraceId, window: drawnWindow, environment: "shop", explanation, link, now: at("14:18:05") };
const slots = [
  {
    slot: "spike",
    title: "Metric spike",
    verdict: "found",
    headline: "2 of 6 series changed",
    detail: "prometheus · 84 ms",
    gaps: [],
    pending: 0,
  },
  {
    slot: "lines",
    title: "Log lines",
    verdict: "failed",
    headline: "Loki timed out",
    detail: "",
    gaps: [gapOf("timeout", "No answer in 10 s.", "Ask again with a shorter window.")],
    pending: 0,
  },
] as const;

describe("the summary for a chat", () => {
  const lines = summaryMarkdown({ ...base, slots }).split("\n");

  test("begins with the story and ends with the link", () => {
    expect(lines[0]).toMatch(/^\*\*gateway errors rose from 0\.1 % to 38 % at 14:0[23]:\d\dZ\. payment hangs 30 s/);
    expect(lines.filter((line) => line !== "").at(-1)).toBe(`<${link}>`);
  });

  test("dates the window and the moment it speaks of, in UTC", () => {
    expect(lines).toContain(
      `\`${drawnTraceId}\` in shop · 2026-11-21 13:33:00Z … 2026-11-21 14:18:00Z · as of 2026-11-21 14:18:05Z`,
    );
  });

  test("gives each slot its verdict and cost in words, and each gap its next step", () => {
    expect(lines).toContain("- ● **Metric spike** (found): 2 of 6 series changed · prometheus · 84 ms");
    expect(lines).toContain("- ✕ **Log lines** (failed): Loki timed out");
    expect(lines).toContain("- **Log lines**: No answer in 10 s. Next: Ask again with a shorter window.");
  });

  test("has one line a finding, without those the story tells already", () => {
    const told = lines.filter((line) => /^- (payment|gateway) /.test(line));
    expect(told).toHaveLength(explanation.findings.length - 1);
    expect(told.join()).not.toContain("tls.handshake");
  });

  test("gaps are what failed or was not asked, not what was looked at, nor what a slot's line says", () => {
    const gaps = [
      gapOf("none-in-window", "No annotations."),
      gapOf("over-budget", "Not searched.", "Search ≈ 9 GB"),
      gapOf("timeout", "Loki timed out", "Ask again."),
    ];
    const told = summaryMarkdown({ ...base, slots: [{ ...slots[1], gaps }] });
    expect(told).toContain("- **Log lines**: Not searched. Next: Search ≈ 9 GB.");
    expect(told).not.toContain("No annotations");
    expect(told.match(/Loki timed out/g)).toHaveLength(1);
  });

  test("says so when there is nothing to say, and omits what is empty", () => {
    const empty = { story: [], strong: "", weak: "", onset: null, movements: [], findings: [] };
    expect(summaryMarkdown({ ...base, explanation: empty, slots: [], window: null, environment: null })).toBe(
      `**Nothing can be said yet.**\n\n\`${drawnTraceId}\` · window not known · as of 2026-11-21 14:18:05Z\n\n<${link}>\n`,
    );
  });
});

describe("text of others", () => {
  test.each([
    ["a link", "[click](http://evil.example)", "\\[click\\](http:\u200b//evil.example)"],
    ["a mention", "@here @channel", "@\u200bhere @\u200bchannel"],
    ["a mention of Slack", "<!channel> <@U1>", "&lt;!channel&gt; &lt;@\u200bU1&gt;"],
    ["emphasis and code", "**a** _b_ `c` ~d~", "\\*\\*a\\*\\* \\_b\\_ \\`c\\` \\~d\\~"],
    ["a heading", "# hello", "\\# hello"],
    ["a list", "- one", "\\- one"],
    ["a numbered list", "1. one", "1\\. one"],
    ["an entity", "&lt;b&gt;", "&amp;lt;b&amp;gt;"],
    ["a table", "a | b", "a \\| b"],
    ["line breaks and control characters", "a\r\n\n# b\u202ec\u0000d", "a # b c d"],
    ["a bare address", "www.evil.example", "www\u200b.evil.example"],
  ])("%s stays text", (_, text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  test("no text, whatever it holds, leaves its line or opens markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[\n\r\u2028\u2029<>]/);
        expect(escaped).not.toMatch(/(?<!\\)(?:\\\\)*[`*[\]~]/);
        expect(escaped).not.toMatch(/@(?!\u200b)|:\/\//);
      }),
    );
  });

  test("a pasted lead full of backticks stays within its fence", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "a", " ", "\n"), maxLength: 30 }), (text) => {
        const code = codeMarkdown(text);
        const fence = /^`+/.exec(code)?.[0] ?? "";
        const inside = code.slice(fence.length, -fence.length);
        expect(code.endsWith(fence)).toBe(true);
        expect(inside.match(/`+/g) ?? []).not.toContain(fence);
        expect(inside).not.toContain("\n");
      }),
    );
  });

  test("the link cannot end early", () => {
    const told = summaryMarkdown({ ...base, slots: [], link: "http://h/investigate?lead=a> <b\n[c](d)" });
    expect(told.trim().split("\n").at(-1)).toBe("<http://h/investigate?lead=a%3E%20%3Cb%0A[c](d)>");
  });
});
