import { describe, expect, test } from "vitest";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import type { SampledSeries } from "@/lib/demo/series";
import { createWorld } from "@/lib/demo/world";
import { labelsKey } from "@/lib/signal/labels";
import { hour, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";

const zero = toInstant(1_795_270_203_000);
const world = createWorld(shop, [silentHandshake], { seed: 7, zero, history: 2 * hour });
const sampled = createWorld(shop, [silentHandshake], {
  seed: 7,
  zero,
  history: 2 * hour,
  sampling: { traces: { ok: 0.02, failed: 0.2 }, lines: 0.1 },
});
const around = (fromMs: number, toMs: number): Window => ({ from: shift(zero, fromMs), to: shift(zero, toMs) });
const named = (series: readonly SampledSeries[], name: string) =>
  series.filter(({ labels }) => labels.__name__ === name);
/** Value at the last scrape before `at`, 0 where there is none. */
const valueAt = ({ at, values }: SampledSeries, instant: number): number =>
  values[at.findLastIndex((t) => t <= instant)] ?? 0;

/** What the alert watches: the share of failing checkouts in the two minutes before `instant`. */
function ratioAt(series: readonly SampledSeries[], instant: number): number {
  const grown = (match: (code: string) => boolean): number =>
    named(series, "http_server_request_duration_seconds_count")
      .filter(({ labels }) => labels.job === "shop/gateway" && labels.http_route === "/checkout")
      .filter(({ labels }) => match(labels.http_response_status_code ?? ""))
      .reduce((sum, each) => sum + valueAt(each, instant) - valueAt(each, instant - 2 * minute), 0);
  return grown((code) => code.startsWith("5")) / grown(() => true);
}

describe("after the rollback", () => {
  const window = around(15 * minute, 30 * minute);
  const series = world.series(window);

  test("the alert holds as long as its condition does, and resolves with it", () => {
    const [alert] = world.alerts(window);
    const resolved = alert?.endsAt ?? 0;
    expect(ratioAt(series, resolved - 15 * second)).toBeGreaterThan(0.05);
    expect(ratioAt(series, resolved + 15 * second)).toBeLessThan(0.05);
    expect(ratioAt(series, resolved + 5 * minute)).toBeLessThan(0.05);
  });

  test("the old version is back, in new pods, and nothing that begins then hangs", () => {
    const pods = named(series, "payment_build_info");
    const of = (version: string) => pods.filter(({ labels }) => labels.version === version);
    const back = of("9.1.4");
    expect(back.map(({ at }) => (at[0] ?? 0) >= zero + 20 * minute)).toEqual([true, true]);
    expect(of("9.2.0").map(({ endsAt }) => (endsAt ?? 0) - zero)).toEqual([20.5 * minute, 20.5 * minute]);
    const slow = world
      .requests(around(20 * minute, 25 * minute))
      .filter(({ startMicros, endMicros }) => endMicros - startMicros > 25e6);
    expect(slow).toEqual([]);
    expect(world.annotations(window).map(({ text }) => text)).toEqual([
      "rollback payment 9.1.4 (77e02bd)",
      "CheckoutErrorRateHigh Normal",
    ]);
  });
});

describe("metrics count the very requests", () => {
  const window = around(-5 * minute, 8 * minute);
  const series = world.series(window);

  test("between two scrapes of a pod, count and sum grow by the requests that ended there", () => {
    const checkouts = named(series, "http_server_request_duration_seconds_count").filter(
      ({ labels }) => labels.http_route === "/checkout",
    );
    expect(checkouts.map(({ labels }) => labels.http_response_status_code)).toContain("504");
    for (const { labels, at, values } of checkouts) {
      const sum = series.find(
        (each) =>
          labelsKey({ ...each.labels, __name__: labels.__name__ ?? "" }) === labelsKey(labels) &&
          each.labels.__name__?.endsWith("_sum"),
      );
      for (let i = 1; i < at.length; i++) {
        const from = at[i - 1];
        const to = at[i];
        if (from === undefined || to === undefined) continue;
        const ended = world
          .finished({ from, to })
          .filter((request) => request.route === "POST /checkout" && request.podOf("gateway")?.name === labels.instance)
          .filter(({ take }) => `${take.spans[0]?.status}` === labels.http_response_status_code);
        expect((values[i] ?? 0) - (values[i - 1] ?? 0)).toBe(ended.length);
        const seconds = ended.reduce((total, { startMicros, endMicros }) => total + (endMicros - startMicros) / 1e6, 0);
        expect((sum?.values[i] ?? 0) - (sum?.values[i - 1] ?? 0)).toBeCloseTo(seconds, 6);
      }
    }
  });

  test("counters and buckets never fall, and the buckets add up to the count", () => {
    const falling = series.filter(
      ({ labels, values }) =>
        /_(total|count|sum|bucket)$/.test(labels.__name__ ?? "") &&
        values.some((v, i) => i > 0 && v < (values[i - 1] ?? 0)),
    );
    expect(falling.map(({ labels }) => labelsKey(labels))).toEqual([]);
    const counts = new Map(series.map((each) => [labelsKey(each.labels), each]));
    const last = series.filter(({ labels }) => labels.le === "+Inf");
    expect(last.length).toBeGreaterThan(20);
    for (const { labels, values } of last) {
      const { le: _, ...rest } = labels;
      const count = counts.get(labelsKey({ ...rest, __name__: labels.__name__?.replace("_bucket", "_count") ?? "" }));
      expect(count?.values).toEqual(values);
    }
  });

  test("a gauge of running requests shows those that hang", () => {
    const running = named(series, "http_server_active_requests").filter(({ labels }) => labels.job === "shop/gateway");
    const at = shift(zero, 5 * minute);
    const shown = running.reduce((sum, each) => sum + valueAt(each, at), 0);
    const before = running.reduce((sum, each) => sum + valueAt(each, shift(zero, -minute)), 0);
    expect(before).toBeLessThan(6);
    expect(shown).toBeGreaterThan(15);
  });

  test("the alert's condition does not hold before zero, and holds when it becomes active", () => {
    const [alert] = world.alerts(window);
    expect(ratioAt(series, zero)).toBeLessThan(0.05);
    expect(ratioAt(series, alert?.activeAt ?? 0)).toBeGreaterThan(0.05);
    expect([alert?.firesAt, alert?.endsAt]).toEqual([zero + 2 * minute, zero + 22.25 * minute]);
  });

  test("a deploy ends the old pods' series and begins new ones with the new version", () => {
    const versions = named(series, "payment_build_info").map(({ labels, at, endsAt }) => ({
      version: labels.version,
      from: (at[0] ?? 0) - zero,
      endsAt: endsAt && endsAt - zero,
    }));
    expect(versions.filter(({ version }) => version === "9.1.4").map(({ endsAt }) => endsAt)).toEqual([
      -55_000, -55_000,
    ]);
    for (const { from, endsAt } of versions.filter(({ version }) => version === "9.2.0")) {
      expect(from).toBeGreaterThanOrEqual(-85_000);
      expect(from).toBeLessThan(-70_000);
      expect(endsAt).toBeNull();
    }
  });

  test("stock has span metrics only, and decoys name the exporter", () => {
    const ofStock = world.series(window, ({ job, service }) => job === "stock" || service === "stock");
    expect(new Set(ofStock.map(({ labels }) => labels.__name__))).toEqual(
      new Set(
        ["calls_total", "latency_bucket", "latency_count", "latency_sum"].map((name) => `traces_spanmetrics_${name}`),
      ),
    );
    const pods = named(series, "kube_pod_info");
    expect(pods.every(({ labels }) => labels.job === "kube-state-metrics")).toBe(true);
    expect(named(series, "promhttp_metric_handler_requests_total").length).toBeGreaterThan(0);
  });

  test("what consumes from Kafka counts its messages under topic and group, and lags by those it works on", () => {
    const ofProjector = world.series(window, ({ job }) => job === "projector");
    const processed = named(ofProjector, "kafka_messages_processed_total");
    expect(processed.map(({ labels }) => [labels.topic, labels.group, labels.result])).toEqual([
      ["orders.created", "projector", "ok"],
    ]);
    const values = processed[0]?.values ?? [];
    const checkouts = world.requests(window).filter(({ route }) => route === "POST /checkout").length;
    // All but those before the first scrape and behind the last.
    expect((values.at(-1) ?? 0) - (values[0] ?? 0)).toBeGreaterThan(checkouts * 0.9);
    expect((values.at(-1) ?? 0) - (values[0] ?? 0)).toBeLessThanOrEqual(checkouts);
    const [lag] = named(ofProjector, "kafka_consumer_lag");
    expect(Math.max(...(lag?.values ?? [-1]))).toBeLessThan(3);
    expect(Math.min(...(lag?.values ?? [-1]))).toBe(0);
    expect(named(ofProjector, "go_goroutines").length).toBe(1);
  });

  test("asking for some series gives what asking for all gives of them", () => {
    const wanted = (labels: Readonly<Record<string, string>>): boolean => labels.job === "payment";
    expect(world.series(window, wanted)).toEqual(series.filter(({ labels }) => wanted(labels)));
  });
});

describe("exemplars and lines belong to the traces", () => {
  const window = around(0, 4 * minute);

  test("a request that failed is in that scrape's histogram as exemplar, in the right bucket, under its own key", () => {
    const exemplars = world.exemplars(
      window,
      ({ __name__, job }) => /^http_/.test(__name__ ?? "") && job === "payment",
    );
    const hung = exemplars.filter(({ series }) => series.code === "504");
    expect(hung.length).toBeGreaterThan(3);
    for (const { series, labels, value, at, scrapedAt, traceId } of hung) {
      expect(labels).toEqual({ traceID: traceId });
      expect(value).toBeGreaterThan(20);
      expect(series.le).toBe("30.0");
      expect(scrapedAt - at).toBeGreaterThan(0);
      expect(scrapedAt - at).toBeLessThanOrEqual(15 * second);
      expect(world.request(traceId)?.failed).toBe(true);
    }
  });

  test("exemplars name kept traces only, and their series exist", () => {
    const exemplars = sampled.exemplars(window);
    const known = new Set(sampled.series(window).map(({ labels }) => labelsKey(labels)));
    expect(exemplars.length).toBeGreaterThan(50);
    for (const { traceId, series } of exemplars) {
      const request = sampled.request(traceId);
      expect(request && sampled.isTraceKept(request)).toBe(true);
      expect(known.has(labelsKey(series))).toBe(true);
    }
  });

  test("a kept trace has all its lines, at its time; of other requests only a share is kept", () => {
    const ended = sampled.finished(around(minute, 3 * minute));
    const kept = ended.filter(sampled.isTraceKept);
    expect(kept.some(({ failed }) => failed)).toBe(true);
    expect(kept.length).toBeLessThan(ended.length / 10);
    const lines = Map.groupBy(sampled.lines(window), ({ traceId }) => traceId);
    for (const request of kept.filter(({ startMicros }) => startMicros >= window.from * 1_000)) {
      const own = lines.get(request.traceId) ?? [];
      expect(own).toEqual(sampled.linesOf(request));
      for (const { micros } of own) {
        expect(micros).toBeGreaterThanOrEqual(request.startMicros);
        expect(micros).toBeLessThanOrEqual(request.endMicros);
      }
    }
  });

  test("lines name their trace where each installation puts it", () => {
    const failing = world.finished(around(minute, 2 * minute)).find(({ failed }) => failed);
    const lines = failing ? world.linesOf(failing) : [];
    const where = lines.map(({ labels, text, metadata }) => [
      labels.service_name ?? labels.app,
      metadata.trace_id === failing?.traceId,
      text.includes(`"traceID":"${failing?.traceId}"`),
      text.includes(`trace_id=${failing?.traceId}`),
    ]);
    expect(new Set(where.map((each) => JSON.stringify(each)))).toEqual(
      new Set([
        '["gateway",true,false,false]',
        '["order",true,false,false]',
        '["cart",false,true,false]',
        '["payment",false,true,false]',
        '["projector",false,true,false]',
        '["stock",false,false,true]',
      ]),
    );
  });

  test("new pods say their version, and the cluster warns of them", () => {
    const lines = world.lines(around(-90 * second, -70 * second)).filter(({ traceId }) => traceId === null);
    expect(lines.filter(({ text }) => text.includes("starting payment version=9.2.0")).length).toBe(2);
    expect(
      lines.filter(({ labels }) => labels.job === "kube-event-exporter").map(({ labels }) => labels.reason),
    ).toEqual(["Unhealthy", "Unhealthy"]);
  });
});
