import { describe, expect, test } from "vitest";
import type { Evidence, Question } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import { at, evidenceOf, gapOf, seriesFrom } from "@/test/draw";
import {
  errors,
  findingOf,
  healthyTrace,
  lines,
  noTrace,
  quietErrors,
  quietLatency,
  rate,
  said,
  tell,
  trace,
} from "@/test/finding/checkout";

const services = ["gateway", "order", "payment"].map((name) => ({
  service: { name, namespace: null },
  where: { job: name },
}));
/** `lost metric=otelcol_… 1204`: what is told, labels, value. */
function told(text: string, more: Partial<Question> = {}): Evidence {
  const rows = text
    .trim()
    .split("\n")
    .map((row) => {
      const words = row.trim().split(/\s+/);
      const labels: Labels = Object.fromEntries(
        words.filter((word) => word.includes("=")).map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? ""]),
      );
      return seriesFrom({ values: [Number(words.at(-1))], step: 0, labels: { ...labels, told: words[0] ?? "" } });
    });
  return evidenceOf(
    { kind: "series", series: rows },
    { kind: "telemetry-loss", services },
    { window: { from: at("14:03:00"), to: at("14:18:00") }, ...more },
  );
}
const quiet = [healthyTrace, rate, quietErrors, quietLatency];
const loss = (text: string): string => said([...quiet, told(text)], "telemetry-loss");

describe("the evidence itself is incomplete", () => {
  test.each([
    [
      "spans that were refused",
      "lost metric=otelcol_receiver_refused_spans_total 1204",
      "otelcol_receiver_refused_spans_total rose (1,204 in 15 min), until 14:18:00Z.",
    ],
    [
      "a service's own counter",
      "lost metric=dsl_execution_log_dropped_total job=payment 37.2",
      "dsl_execution_log_dropped_total of payment rose (37 in 15 min)",
    ],
    ["failed scrapes", "scrapes job=payment 60\nfailed job=payment 12", "12 of 60 scrapes of payment failed"],
    ["a queue that is full", "queue exporter=otlp/tempo 1", "the Collector's queue to otlp/tempo was 100 % full"],
  ])("for %s", (_, drawn, words) => {
    expect(loss(drawn)).toContain(`The evidence itself is incomplete: ${words}`);
  });

  test("names what was lost most first, and counts the rest", () => {
    expect(
      loss(
        "lost metric=loki_discarded_samples_total 12\nlost metric=tempo_discarded_spans_total 900\nfailed job=payment 3\nqueue exporter=otlp 0.95",
      ),
    ).toMatch(
      /: tempo_discarded_spans_total rose \(900 in 15 min\), loki_discarded_samples_total rose .* and 2 others/,
    );
  });

  test("maybe, where a name does not tell what was dropped", () => {
    expect(loss("lost metric=offers_dropped_total job=payment 37")).toBe(
      "The evidence itself may be incomplete: offers_dropped_total of payment rose (37 in 15 min), until 14:18:00Z.",
    );
  });
});

describe("silent", () => {
  test.each([
    ["where no counter rose", "lost metric=otelcol_receiver_refused_spans 0"],
    ["of a scrape now and then", "scrapes job=payment 60\nfailed job=payment 1"],
    ["of those that a rollout of many pods loses", "scrapes job=payment 900\nfailed job=payment 12"],
    ["of a queue with room", "queue exporter=otlp 0.4"],
    ["of another service's scrapes", "scrapes job=cart 60\nfailed job=cart 40"],
  ])("%s", (_, drawn) => {
    expect(loss(drawn)).toBe("");
  });

  test("where no Prometheus could be asked; with one of two, it says so", () => {
    const down = evidenceOf(
      gapOf("timeout", "No answer in 10 s."),
      { kind: "telemetry-loss", services },
      { id: "b", upstream: "shop/b" },
    );
    expect(said([...quiet, down], "telemetry-loss")).toBe("");
    const both = [...quiet, down, told("lost metric=otelcol_receiver_refused_spans 40")];
    expect(said(both, "telemetry-loss")).toMatch(/; not every store of metrics could be asked\.$/);
    expect(findingOf(both, "telemetry-loss")?.weakenedBy).toEqual(["b: No answer in 10 s"]);
  });
});

describe("what was lost weakens what is denied", () => {
  const levels = evidenceOf(
    { kind: "series", series: [seriesFrom({ text: "20x180", labels: { detected_level: "info" } })] },
    {
      kind: "lines-by-level",
      services: [...services.map(({ service }) => service), { name: "stock", namespace: null }],
    },
  );
  const failing = [trace, rate, errors, levels];
  const lostLines = told("lost metric=otelcol_exporter_send_failed_log_records 300");

  test("lost lines: no error line among those that could be read", () => {
    expect(said(failing, "spike-without-error-lines")).toContain("logged one error line since");
    const weaker = findingOf([...failing, lostLines], "spike-without-error-lines");
    expect(said([...failing, lostLines], "spike-without-error-lines")).toContain("that could be read");
    expect(weaker?.weakenedBy).toContain(
      "lines may be missing: otelcol_exporter_send_failed_log_records rose (300 in 15 min)",
    );
  });

  test("lost metrics: not all could be looked at; lost spans leave metrics as they are", () => {
    expect(said([...quiet, told("scrapes job=payment 60\nfailed job=payment 12")], "all-quiet")).toMatch(
      /; not all could be looked at\.$/,
    );
    expect(findingOf([...quiet, told("lost metric=tempo_discarded_spans_total 9")], "all-quiet")?.weakenedBy).toEqual(
      [],
    );
  });

  test("and the page says so in one line beside the story", () => {
    const weak = (text: string): string => tell([...failing, told(text)]).weak;
    expect(weak("lost metric=tempo_discarded_spans_total 900")).toContain(
      "tempo_discarded_spans_total rose (900 in 15 min), so the evidence itself is incomplete",
    );
    expect(weak("lost metric=offers_dropped_total job=payment 37")).not.toContain("incomplete");
  });

  test("a sampler: of the traces only a part is kept", () => {
    const sampled = told("traces kept=true 50\ntraces kept=false 950");
    expect(said([noTrace, lines, sampled], "lines-without-trace")).toBe(
      "2 lines carry this id, but no trace was found in tempo: of the traces only 5 % are kept, and it may be one of the others.",
    );
    expect(said([noTrace, lines, told("traces kept=true 950")], "lines-without-trace")).toContain(
      "not kept, or older than its retention",
    );
  });
});
