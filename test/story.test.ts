import { describe, expect, test } from "vitest";
import type { Question } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { parseLead } from "@/lib/lead";
import {
  at,
  changeFrom,
  correlationLead,
  drawnLead,
  drawnWindow,
  evidenceOf,
  gapOf,
  linesFrom,
  redOf,
  traceAnswer,
  windowOf,
} from "@/test/draw";
import {
  annotations,
  cart333,
  errors,
  grafanaDown,
  healthyTrace,
  latency,
  lines,
  noAnnotations,
  noTrace,
  payment920,
  quietErrors,
  quietLatency,
  rate,
  said,
  storySaid,
  tell,
  trace,
} from "@/test/finding/checkout";
import { lost } from "@/test/finding/firing";

const failing = [trace, rate, errors, latency];
const noLines = evidenceOf(gapOf("none-in-window", "No lines."), { kind: "lines-of-id", rung: 0 });

describe("the story", () => {
  test("tells what, since when, where it breaks and what changed", () => {
    expect(storySaid([...failing, annotations(payment920)])).toMatch(
      /^gateway errors rose from 0\.1 % to 38 % at 14:0[23]:\d\dZ\. payment hangs 30 s in tls\.handshake \(to vault\): “deadline exceeded”\. payment 9\.2\.0 was deployed about \d\d s before; no other change is known\.$/,
    );
  });

  test("each phrase that claims something leads to its evidence", () => {
    const { story } = tell([...failing, annotations(payment920)]);
    const targets = story.flatMap(({ target, cites }) =>
      target ? [[target.slot, target.row ?? target.change, cites.length > 0]] : [],
    );
    expect(targets).toEqual([
      ["spike", null, true],
      ["trace", 6, true],
      ["trace", 6, true],
      ["changes", payment920.id, true],
    ]);
  });

  test("names the innocent change apart, where that fits into a glance", () => {
    expect(storySaid([rate, errors, annotations(payment920, cart333)])).toMatch(
      /payment 9\.2\.0 was deployed about \d\d s before; also changed: cart 3\.3\.3, 12 min before\.$/,
    );
    const long = storySaid([...failing, annotations(payment920, cart333)]);
    expect(long).toMatch(/payment 9\.2\.0 was deployed about \d\d s before\.$/);
    expect(long.length).toBeLessThanOrEqual(200);
  });

  test("of an alert begins with what moved, also where the trace opened as an example passes it by at its entry", () => {
    const slow = redOf("latency-p99", { gateway: "0.2x180", payment: "0.1x121 14 22 30x57" });
    const known = [healthyTrace, rate, quietErrors, slow, annotations(payment920)];
    const parsed = parseLead("PaymentsSlow{}");
    if (!parsed.ok) throw new Error(parsed.message);
    const now = at("14:18:05");
    const told = textOf(explain(parsed.lead, known, now, drawnWindow).story);
    expect(told).toMatch(
      /^payment p99 latency rose from 100 ms to 30 s at 14:0[23]:\d\dZ\. .*payment 9\.2\.0 was deployed/,
    );
    // Of a pasted trace its own path is the page: what its entry does not feel does not lead.
    expect(textOf(explain(drawnLead, known, now, drawnWindow).story)).toMatch(/^The trace is healthy/);
  });

  test("does not blame a change off the path", () => {
    expect(storySaid([trace, annotations(cart333)])).toMatch(
      /No change on this path is known that would explain this; elsewhere also changed: cart 3\.3\.3, 13 min before\.$/,
    );
  });

  test("says that it knows no change; where a source was down it denies nothing", () => {
    expect(storySaid([...failing, noAnnotations])).toMatch(
      /No change on this path is known that would explain this\.$/,
    );
    const stream = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "change-stream", name: "deploys" });
    expect(storySaid([...failing, noAnnotations, stream])).toMatch(/Not every source of changes could be read\.$/);
  });

  test("denies a change only of a moment that the asked windows cover, and only once all have answered", () => {
    const early = evidenceOf(
      gapOf("none-in-window"),
      { kind: "annotations" },
      { window: windowOf("13:00:00", "13:30:00") },
    );
    expect(storySaid([...failing, early])).not.toContain("No change");
    expect(said([...failing, early], "no-known-change")).toBe("");
    const versions = annotations().question;
    const waiting = explain(drawnLead, [...failing, noAnnotations], at("14:18:05"), drawnWindow, {
      pending: [{ ...versions, id: "still-asked" }],
      unasked: [],
    });
    expect(textOf(waiting.story)).not.toContain("No change");
    expect(waiting.findings.map(({ kind }) => kind)).not.toContain("no-known-change");
    expect(JSON.stringify(waiting)).not.toContain("no other change");
  });

  test("a healthy trace that ran before the onset says so", () => {
    const before = evidenceOf(traceAnswer("gateway GET / 0-120 [server]", { start: at("14:01:00") }), {
      kind: "trace-by-id",
    });
    expect(storySaid([before, rate, errors])).toMatch(
      /The trace is healthy: 1 span, 1 service, 120 ms, and it ran \d+ s before that\.$/,
    );
    expect(storySaid([healthyTrace, rate, errors])).not.toContain("before that");
  });

  test("of several log stores, the one searched least far back tells since when", () => {
    const search = (upstream: string, from: string) =>
      evidenceOf(
        gapOf("none-in-window"),
        { kind: "lines-of-id", rung: 0 },
        { id: `${upstream} ${from}`, upstream, window: windowOf(from, "14:18:00") },
      );
    const known = [
      noTrace,
      search("shop/loki-a", "14:03:00"),
      search("shop/loki-a", "08:00:00"),
      search("shop/loki-b", "14:00:00"),
    ];
    expect(storySaid(known)).toBe(
      "Nothing was found under this trace id in loki-a, loki-b and tempo (lines since 14:00:00Z).",
    );
  });

  test("a search that stopped at the budget says that it went no further back", () => {
    const unasked = [{ ...gapOf("over-budget"), slot: "lines" as const }];
    const { story } = explain(drawnLead, [noTrace, noLines], at("14:18:05"), drawnWindow, { pending: [], unasked });
    expect(textOf(story)).toBe(
      "Nothing was found under this trace id in loki and tempo (lines since 13:33:00Z, no further back).",
    );
  });

  test("nothing is denied while a store may still answer", () => {
    const outlook = { pending: [noTrace.question], unasked: [] };
    const told = explain(drawnLead, [noLines], at("14:18:05"), drawnWindow, outlook);
    expect(told.story).toEqual([]);
    expect(explain(drawnLead, [lines], at("14:18:05"), drawnWindow, outlook).findings).toEqual([]);
  });

  test("a trace in the future is told, and nothing is denied of its time", () => {
    const ahead = evidenceOf(traceAnswer("gateway GET / 0-120 ! [server]", { start: at("16:18:05") }), {
      kind: "trace-by-id",
    });
    const told = tell([ahead, noAnnotations]);
    expect(textOf(told.findings.find(({ kind }) => kind === "clock-ahead")?.sentence ?? [])).toMatch(
      /^The trace is 120 min ahead of this clock|^The trace is 2 h ahead of this clock/,
    );
    expect(told.weak).toContain("2 h ahead of this clock, so nothing is denied of its time");
    expect(textOf(told.story)).not.toContain("No change");
  });

  test("says nothing of changes where no source of them answered", () => {
    expect(storySaid(failing)).not.toContain("change");
    expect(storySaid([...failing, grafanaDown])).not.toContain("change");
  });

  test("tells that it is over", () => {
    const ended = redOf("errors", { gateway: "0.01x121 3.8x30 0.01x29" });
    expect(storySaid([trace, rate, ended])).toMatch(
      /gateway errors went back to 0\.1 % at 14:1\d:\d\dZ, as of 14:17:45Z\.$/,
    );
  });

  test("a healthy trace is called so, and the all-clear names what was judged", () => {
    expect(storySaid([healthyTrace, rate, quietErrors, quietLatency])).toBe(
      "The trace is healthy: 3 spans, 3 services, 120 ms. None of the 8 series judged changed between 13:33:00Z and 14:17:45Z (errors, p99 latency and requests of 3 services).",
    );
    expect(storySaid([healthyTrace])).toBe("The trace is healthy: 3 spans, 3 services, 120 ms.");
  });

  test("a trace that is not whole is not called healthy", () => {
    expect(storySaid([{ ...healthyTrace, partial: true }])).toMatch(
      /^No span seen of the trace failed: .*, and it is not whole\.$/,
    );
  });

  test("nor is one in which nearly all of the time passed in one span, or of which spans were lost", () => {
    const slow = evidenceOf(traceAnswer("gateway GET / 0-12000 [server]\n  order Create 5-11990"), {
      kind: "trace-by-id",
    });
    expect(storySaid([slow])).toBe("No span of the trace failed: 2 spans, 2 services, 12 s.");
    expect(storySaid([healthyTrace, lost(900)])).toBe("No span seen of the trace failed: 3 spans, 3 services, 120 ms.");
    expect(storySaid([healthyTrace, lost(0)])).toMatch(/^The trace is healthy: /);
  });

  test("a healthy trace amid a spike is both", () => {
    expect(storySaid([healthyTrace, rate, errors])).toMatch(/^gateway errors rose .* The trace is healthy: /);
  });

  test("lines without a trace", () => {
    const calm = evidenceOf(
      { kind: "lines", limited: false, lines: linesFrom("14:03:12.481 INFO gateway accepted") },
      lines.question.purpose,
    );
    expect(storySaid([noTrace, calm])).toMatch(/^1 line carries this id, but no trace was found in tempo/);
    expect(storySaid([noTrace, lines])).toMatch(/^payment wrote an error under this id: “handshake timed out”\./);
  });

  test("nothing found says where it was looked for, and where that was not possible", () => {
    expect(storySaid([noTrace, noLines])).toBe(
      "Nothing was found under this trace id in loki and tempo (lines since 13:33:00Z).",
    );
    const down = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "trace-by-id" });
    expect(storySaid([down, noLines])).toBe(
      "Nothing was found under this trace id in loki (lines since 13:33:00Z); not asked with success: tempo: No answer in 10 s.",
    );
    expect(storySaid([down])).toBe("Where this trace id would be found could not be asked: tempo: No answer in 10 s.");
    expect(textOf(explain(correlationLead, [noLines], at("14:18:05"), drawnWindow).story)).toBe(
      "Nothing was found under this id in loki (lines since 13:33:00Z).",
    );
  });

  test("long words of others stay short and on one line", () => {
    const hostile = evidenceOf(traceAnswer(`gateway ${"x".repeat(5_000)} 0-100 ! "a\\nb\u202e ${"y".repeat(9_000)}"`), {
      kind: "trace-by-id",
    });
    const told = storySaid([hostile, annotations(changeFrom(`gateway ${"9".repeat(3_000)}`, "14:01:45"))]);
    expect(told.length).toBeLessThan(700);
    expect(told).not.toMatch(/[\n\u202e]/);
  });

  test("nor is a service called by a name that nobody can read, wherever it is spoken of", () => {
    const name = `pay\u202ement\n${"x".repeat(10_000)}`;
    const written = linesFrom("14:03:42 ERROR payment boom");
    const worlds = [
      [
        evidenceOf(traceAnswer(`gateway GET / 0-100 !\n  ${name.replaceAll("\n", "\u0007")} Charge 5-90 !`), {
          kind: "trace-by-id",
        }),
      ],
      [redOf("rate", { [name]: "10x180" }), redOf("errors", { [name]: "0x121 4x59" })],
      [
        evidenceOf(
          { kind: "lines", limited: false, lines: { ...written, streams: [{ service_name: name }] } },
          { kind: "lines-of-id", rung: 0 },
        ),
      ],
      [
        rate,
        errors,
        annotations(changeFrom("order x", "14:01:45", { version: name, source: name, previousVersion: name })),
      ],
    ];
    for (const world of worlds) {
      const { story, weak, findings, movements } = tell(world);
      const all = [
        textOf(story),
        weak,
        ...findings.map(({ sentence }) => textOf(sentence)),
        ...movements.map(({ because }) => because),
      ];
      expect(Math.max(...all.map((text) => text.length))).toBeLessThan(700);
      expect(all.join("")).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(findings.length).toBeGreaterThan(0);
    }
  });
});

describe("strong and weak", () => {
  test("strong where independent signals agree, not where one speaks alone", () => {
    expect(tell([...failing, lines, annotations(payment920)]).strong).toBe(
      "onset, trace, 1 error line and the change before it agree",
    );
    expect(tell([trace]).strong).toBe("");
    expect(tell([trace, annotations(payment920)]).strong).toBe("");
    expect(tell([healthyTrace, lines]).strong).toBe("");
  });

  test("weak is silent about slots that have not settled", () => {
    const down = { ...grafanaDown, question: { ...grafanaDown.question, id: "down" } };
    const weak = (pending: readonly Question[]): string =>
      explain(drawnLead, [trace, down], at("14:18:05"), drawnWindow, { pending, unasked: [] }).weak;
    expect(weak([])).toBe(
      "grafana: No answer in 10 s, so another change cannot be ruled out; no changed series confirms it",
    );
    expect(weak([noAnnotations.question, rate.question])).toBe("");
  });

  test("error lines that two answers brought count once", () => {
    const twice = { ...lines, question: { ...lines.question, id: "again" } };
    expect(tell([...failing, lines, twice]).strong).toBe("onset, trace and 1 error line agree");
  });

  test("weak names what is missing and what therefore cannot be said", () => {
    const events = evidenceOf(
      gapOf("past-retention", "Events are kept for 1 h."),
      { kind: "change-stream", name: "k8s-events" },
      { slot: "events" },
    );
    expect(tell([...failing, grafanaDown, events]).weak).toBe(
      "grafana: No answer in 10 s, so another change cannot be ruled out; loki: Events are kept for 1 h, so a restart cannot be ruled out",
    );
    expect(tell([...failing, annotations(payment920)]).weak).toBe("");
    expect(tell([trace]).weak).toBe("no changed series confirms it");
    expect(tell([rate, errors]).weak).toBe("no failing trace confirms it");
  });
});
