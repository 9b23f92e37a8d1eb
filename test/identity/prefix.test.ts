import { describe, expect, test } from "vitest";
import { metricProbe } from "@/lib/identity/metric-probe";
import type { ProbeRow } from "@/lib/identity/metric-subject";
import { readMetricRows } from "@/lib/identity/metrics";
import type { Subject } from "@/lib/identity/subject";
import { families } from "@/lib/recipes/red-groups";
import type { Labels } from "@/lib/signal/labels";

const subject = (name: string): Subject => ({ service: { name, namespace: null }, kubernetesNamespace: null });
const row = (labels: Labels, series = 7): ProbeRow => ({ labels, series });
const read = (subjects: readonly Subject[], ...rows: readonly ProbeRow[]): string[] =>
  readMetricRows(subjects, rows, families, []).found.map(
    ({ service, family, label, value }) => `${service.name}: ${label}=${value} of ${family}`,
  );
const own = row({ __name__: "ledger_worker_*", job: "jobs" });

test("a service that no label names is known by the job that scrapes the metrics beginning with its name", () => {
  expect(read([subject("ledger.worker")], own)).toEqual(["ledger.worker: job=jobs of ledger_worker_*"]);
  expect(readMetricRows([subject("ledger.worker")], [own], families, []).found[0]?.because).toBe(
    "job scrapes the metrics that begin with its name",
  );
});

test("rates made of its spans name it and its own series do not: both are taken", () => {
  const spans = row({ __name__: "traces_spanmetrics_calls_total", service: "ledger.worker" });
  expect(read([subject("ledger.worker")], spans, own)).toEqual([
    "ledger.worker: service=ledger.worker of traces_spanmetrics_calls_total",
    "ledger.worker: job=jobs of ledger_worker_*",
  ]);
});

describe("not taken", () => {
  test.each([
    ["where a label of its own series names it", [row({ __name__: "http_requests_total", job: "ledger-worker" }), own]],
    ["where two jobs tell metrics of that name", [own, row({ __name__: "ledger_worker_*", job: "other" })]],
    ["of another service", [row({ __name__: "ledger_api_*", job: "jobs" })]],
  ])("%s", (_, rows) => {
    expect(read([subject("ledger.worker")], ...rows).filter((each) => each.includes("job=jobs"))).toEqual([]);
  });
});

test("the probe asks for it by names of several words alone, whose beginnings may be others'", () => {
  expect(metricProbe(families, [subject("ledger.worker"), subject("ledger-api")])).toContain(
    '{__name__=~"(?:ledger_(?:api|worker))_.+",job!=""}',
  );
  expect(metricProbe(families, [subject("order")])).not.toContain("_.+");
});
