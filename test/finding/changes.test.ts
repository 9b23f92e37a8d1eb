import { describe, expect, test } from "vitest";
import type { Window } from "@/lib/signal/time";
import { at, changeFrom, evidenceOf, gapOf, windowOf } from "@/test/draw";
import {
  annotations,
  cart333,
  errors,
  findingOf,
  grafanaDown,
  healthyTrace,
  latency,
  noAnnotations,
  payment920,
  quietErrors,
  quietLatency,
  rate,
  said,
  storySaid,
  trace,
} from "@/test/finding/checkout";

const failing = [trace, rate, errors, latency];
const quiet = [healthyTrace, rate, quietErrors, quietLatency];

describe("change before onset", () => {
  test("fires with the distance in words, and names the innocent one as such", () => {
    expect(said([...failing, annotations(payment920, cart333)], "change-before-onset")).toMatch(
      /^payment 9\.2\.0 was deployed about (65|70|75|80|85) s before: 14:01:45Z, from Grafana annotation; also changed: cart 3\.3\.3, 12 min before\.$/,
    );
  });

  test("says around, not before, inside the onset's uncertainty", () => {
    const told = said([...failing, annotations(changeFrom("payment 9.2.0", "14:03:08"))], "change-before-onset");
    expect(told).toContain("around the onset");
    expect(told).not.toMatch(/\d before/);
  });

  test("a change off the path is no suspect: it is told beside the denial", () => {
    const elsewhere = annotations(changeFrom("cart 3.3.3", "14:01:45"));
    expect(said([...failing, elsewhere], "change-before-onset")).toBe("");
    expect(said([...failing, elsewhere], "no-known-change")).toMatch(
      /^No change on this path is known that would explain this since .* Not on this path: cart 3\.3\.3, about \d+ s before\.$/,
    );
  });

  test("and weighs less and is marked where nothing may be denied", () => {
    const late = { from: at("14:10:00"), to: at("14:18:00") };
    const elsewhere = {
      ...annotations(changeFrom("cart 3.3.3", "14:01:45")),
      question: { ...annotations().question, window: late },
    };
    const only = findingOf([...failing, elsewhere], "change-before-onset");
    expect(only?.sentence.map(({ text }) => text).join("")).toContain("(not on this path)");
    expect(only?.score).toBeLessThan(
      (findingOf([...failing, annotations(payment920)], "change-before-onset")?.score ?? 0) / 2,
    );
  });

  test("the service where the trace breaks is suspected before another one on the path", () => {
    const told = said(
      [...failing, annotations(changeFrom("order 5.0.0", "14:01:55"), payment920)],
      "change-before-onset",
    );
    expect(told).toMatch(/^payment 9\.2\.0/);
  });

  test("a rollback is told as one", () => {
    const back = changeFrom("payment 9.1.0", "14:01:45", { kind: "rollback" });
    expect(said([...failing, annotations(back)], "change-before-onset")).toMatch(
      /^payment was rolled back to 9\.1\.0 /,
    );
  });

  test("a pipeline's own words are quoted, not made a sentence", () => {
    const noted = changeFrom("x", "14:01:45", {
      title: "vault policy v7 applied",
      service: null,
      version: null,
      kind: "config",
    });
    expect(said([...failing, annotations(noted)], "change-before-onset")).toMatch(
      /^“vault policy v7 applied” \(config\) came /,
    );
  });

  test("stays silent when the change came after, long before, or nothing is wrong", () => {
    expect(said([...failing, annotations(changeFrom("payment 9.2.0", "14:10:00"))], "change-before-onset")).toBe("");
    expect(said([...failing, annotations(changeFrom("payment 9.2.0", "12:30:00"))], "change-before-onset")).toBe("");
    expect(said([...quiet, annotations(payment920)], "change-before-onset")).toBe("");
  });

  test("without a measured onset it is told against the trace, and weighs less", () => {
    const known = [trace, annotations(payment920)];
    expect(said(known, "change-before-onset")).toContain("87 s before");
    expect(findingOf(known, "change-before-onset")?.score).toBeLessThan(0.55);
  });

  test("with another source missing it denies less", () => {
    const stream = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "change-stream", name: "deploys" });
    const whole = findingOf([...failing, annotations(payment920)], "change-before-onset");
    const partial = findingOf([...failing, annotations(payment920), stream], "change-before-onset");
    expect(said([...failing, annotations(payment920)], "change-before-onset")).toContain(
      "; no other change is known since 13:33:00Z.",
    );
    expect(said([...failing, annotations(payment920), stream], "change-before-onset")).toContain(
      "no other change is known since 13:33:00Z, but not every source could be read.",
    );
    expect(partial?.weakenedBy).toHaveLength(1);
    expect(partial?.score).toBeLessThan(whole?.score ?? 0);
  });
});

describe("no known change", () => {
  test("fires, naming where it looked and since when", () => {
    expect(said([...failing, noAnnotations], "no-known-change")).toBe(
      "No change is known that would explain this since 13:33:00Z: looked at annotations (grafana).",
    );
  });

  test("of a search in two halves tells the beginning of the earlier", () => {
    const half = (id: string, window: Window) =>
      evidenceOf(gapOf("none-in-window"), { kind: "versions-of-spans", services: [] }, { id, window });
    const halves = [half("a", windowOf("14:02:40", "14:18:00")), half("b", windowOf("13:40:00", "14:02:40"))];
    expect(said([...failing, ...halves], "no-known-change")).toContain("since 13:40:00Z");
  });

  test("Kubernetes' events are no changes: they neither came late, nor deny one alone", () => {
    const event = changeFrom("payment", "14:02:50", { kind: "event", title: "Killing pod", version: null });
    const events = evidenceOf(
      { kind: "changes", changes: [event] },
      { kind: "cluster-events", workloads: [] },
      { slot: "events" },
    );
    expect(said([...failing, noAnnotations, events], "no-known-change")).toMatch(
      /looked at annotations \(grafana\)\.$/,
    );
    expect(storySaid([...failing, events])).not.toContain("change");
  });

  test("stays silent when a change is known, when nothing is wrong, and when no source answered", () => {
    expect(said([...failing, annotations(payment920)], "no-known-change")).toBe("");
    expect(said([...quiet, noAnnotations], "no-known-change")).toBe("");
    expect(said(failing, "no-known-change")).toBe("");
    expect(said([...failing, grafanaDown], "no-known-change")).toBe("");
  });

  test("with Grafana down it speaks only of what could be read", () => {
    const versions = evidenceOf(
      { kind: "series", series: [] },
      {
        kind: "versions-of-metrics",
        label: "job",
        versionLabel: "version",
        services: [{ service: { name: "payment", namespace: null }, value: "payment" }],
      },
    );
    const finding = findingOf([...failing, grafanaDown, versions], "no-known-change");
    expect(said([...failing, grafanaDown, versions], "no-known-change")).toBe(
      "Of the sources that could be read, none knows a change that would explain this since 13:33:00Z: looked at versions of 1 service in metrics (prometheus).",
    );
    expect(finding?.weakenedBy).toEqual(["grafana: No answer in 10 s"]);
    expect(finding?.score).toBeLessThan(findingOf([...failing, noAnnotations], "no-known-change")?.score ?? 0);
  });
});
