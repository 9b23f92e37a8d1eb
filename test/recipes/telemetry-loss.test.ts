import { describe, expect, test } from "vitest";
import type { Question } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { escapedRegex, isValid } from "@/lib/query/promql";
import { at, drawnLead, drawnWindow, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, walk } from "@/test/installation";
import { drawnPrometheus } from "@/test/recipes/drawn-metrics";

const now = drawnWindow.to;
const trace = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 [server]", { start: at("14:03:12") });
const ofLoss = ({ purpose }: Question): boolean => purpose.kind === "telemetry-loss";

function walked(text: string): Walk {
  const prometheus = drawnPrometheus(text);
  return walk({
    ...{ lead: drawnLead, environments: [environment(everything)], now },
    world: {
      trace: ({ upstream }) => (upstream === "shop/tempo" ? trace : undefined),
      families: ["gateway", "payment"].map((job) => ({ __name__: "http_requests_total", job })),
      answer: (question) => (ofLoss(question) ? prometheus(question) : undefined),
    },
  });
}
function said(text: string): string {
  const { known } = walked(text);
  const { findings } = explain(drawnLead, known, now, drawnWindow);
  return textOf(findings.find(({ kind }) => kind === "telemetry-loss")?.sentence ?? []);
}

describe("what is found", () => {
  test.each([
    [
      "spans the Collector refused",
      'otelcol_receiver_refused_spans{receiver="otlp",transport="grpc"}  + 0x60 30x30',
      "otelcol_receiver_refused_spans rose (",
    ],
    [
      "and with the ending of newer ones",
      'otelcol_exporter_send_failed_log_records_total{exporter="loki"}  + 0x60 30x30',
      "otelcol_exporter_send_failed_log_records_total rose (",
    ],
    [
      "a counter that is born with its first event",
      'dsl_execution_log_dropped_total{job="payment",reason="full"}  _x62 37x28',
      "dsl_execution_log_dropped_total of payment rose (37 in 15 min)",
    ],
    [
      "a queue that ran full",
      'otelcol_exporter_queue_size{exporter="otlp"}  10x60 1000x30\notelcol_exporter_queue_capacity{exporter="otlp"}  1000x90',
      "queue to otlp was 100 % full",
    ],
    [
      "scrapes that failed",
      'up{job="payment",instance="10.1.0.7:80"}  1x60 0x30',
      /\d+ of 3\d scrapes of payment failed/,
    ],
  ])("%s", (_, drawn, words) => {
    expect(said(drawn)).toMatch(typeof words === "string" ? new RegExp(escapedRegex(words)) : words);
  });
});

describe("what is not taken", () => {
  test.each([
    ["what was lost long before", 'otelcol_receiver_refused_spans{receiver="otlp"}  + 30x20 0x70'],
    [
      "a store that began to be scraped again has lost nothing",
      'otelcol_receiver_refused_spans{receiver="otlp"}  5000x40 _x22 5000x28',
    ],
    [
      "a filter that drops on purpose",
      'otelcol_processor_dropped_spans{processor="filter",intentional="true"}  + 30x90',
    ],
    ["another service's counter", 'audit_log_dropped_total{job="cart"}  + 30x90'],
    ["targets that are up", 'up{job="payment",instance="10.1.0.7:80"}  1x90'],
  ])("%s", (_, drawn) => {
    expect(said(drawn)).toBe("");
  });
});

test("one question a Prometheus, which the grammar reads", () => {
  const asked = walked("").asked.filter(ofLoss);
  expect(asked).toHaveLength(1);
  expect(isValid(asked[0]?.text ?? "")).toBe(true);
  expect(asked[0]?.text.length).toBeLessThan(8_000);
});
