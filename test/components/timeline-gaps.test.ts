import { expect, test } from "vitest";
import { slotNote } from "@/components/panels/timeline-gaps";
import type { TimelineInput } from "@/components/panels/timeline-lanes";
import type { Evidence } from "@/lib/evidence";
import { nothingYet } from "@/lib/explanation";
import { evidenceOf, gapOf, windowOf } from "@/test/draw";
import { environment, everything } from "@/test/installation";

const known = (evidence: readonly Evidence[], more: Partial<TimelineInput> = {}): TimelineInput => ({
  ...{ questions: evidence.map(({ question }) => question), evidence, unasked: [], explanation: nothingYet },
  ...{ environment: environment(everything), identities: [], stream: "open", caughtUp: true, ...more },
});

test("a lane whose search was stopped says from when to when was looked, and that it was no further", () => {
  const none = evidenceOf(
    gapOf("none-in-window", "no such line"),
    { kind: "lines-of-id", rung: 0 },
    { window: windowOf("14:03:00", "14:18:00") },
  );
  const input = known([none], { stream: "ended" });
  const further = "Not searched further back than 15 min in loki: loki would read ≈ 41 GB, more than one question may.";
  const stopped = { ...gapOf("over-budget", further, "Search ≈ 41 GB"), slot: "lines" } as const;
  expect(slotNote("lines", { ...input, unasked: [stopped] }).words).toBe(
    `shop/loki has no line with this id from 14:03:00Z to 14:18:00Z. ${further}`,
  );
  expect(slotNote("lines", input).words).toBe("No line with this id. Asked: loki.");
});

test("an empty lane says in place why it is empty, or that it is asked for", () => {
  const noAlerts = evidenceOf({ kind: "alerts", alerts: [] }, { kind: "alerts" });
  const looked = known([noAlerts], { stream: "ended" });
  expect(slotNote("alerts", looked).words).toBe("No alert is known in this window. Asked: alertmanager.");
  expect(slotNote("alerts", known([], { stream: "ended" })).words).not.toContain("No alert");
  const none = evidenceOf(gapOf("none-in-window", "No deploy in this window", "Widen it."), { kind: "annotations" });
  const input = known([none]);
  expect(slotNote("changes", input)).toEqual({
    words: expect.stringMatching(/^No change is known in this window\. Asked: \w+\.$/),
    waiting: false,
  });
  expect(slotNote("changes", input, windowOf("13:33:00", "14:18:00")).words).toMatch(
    /^No change is known in this window\./,
  );
  expect(slotNote("changes", input, windowOf("12:33:00", "14:18:00")).words).toMatch(
    /^No change is known from 13:33:00Z to 14:18:00Z\. Asked: \w+\.$/,
  );
  expect(slotNote("spike", known([]))).toMatchObject({ waiting: true });
});
