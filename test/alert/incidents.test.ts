/** Every firing is one incident, whoever told of it. Records are drawn with a point a minute from 14:00. */
import { describe, expect, test } from "vitest";
import { endingOf } from "@/lib/alert-ends";
import { foldFlapping, type Incident, incidentsOf, isWatcher } from "@/lib/alert-incidents";
import type { Evidence } from "@/lib/evidence";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, minute, printInstant } from "@/lib/signal/time";
import { at, evidenceOf, seriesFrom } from "@/test/draw";
import { growthOf } from "@/test/worked";

const now = at("15:00:00");
const own = { alertname: "HighErrors", service: "gateway" };
const alertOf = (more: Partial<Alert>): Alert => ({
  ...{ name: "HighErrors", labels: own, annotations: {}, state: "firing", startsAt: at("14:10:00"), endsAt: null },
  ...{ expression: null, link: null, source: "shop/alertmanager", ...more },
});
const told = (...alerts: readonly Partial<Alert>[]): Evidence =>
  evidenceOf({ kind: "alerts", alerts: alerts.map(alertOf) }, { kind: "alerts" }, { id: "a" });
const ruleOf = (...alerts: readonly Partial<Alert>[]): Evidence => {
  const rule: AlertRule = {
    ...{ name: "HighErrors", group: "g", expression: "e > 1", for: 0, keepFiringFor: 0, interval: null, labels: {} },
    ...{ annotations: {}, problem: null, source: "shop/prometheus", uid: null },
    alerts: alerts.map((each) => alertOf({ source: "shop/prometheus", ...each })),
  };
  return evidenceOf({ kind: "rules", rules: [rule] }, { kind: "alert-rules" }, { id: "r" });
};
/** `7x5 _x3` = active since minute 7 (as the value), drawn; `firing` by ones. */
function recorded(
  drawn: { readonly active: string; readonly firing: string },
  labels: Labels = own,
  upstream = "shop/prometheus",
): Evidence {
  const start = at("14:00:00");
  const line = (text: string, more: Labels) =>
    seriesFrom({ text, step: minute, start, labels: { ...labels, ...more } });
  const active = line(drawn.active, { __name__: "ALERTS_FOR_STATE" });
  const values = Array.from(active.values, (value) => (value === null ? null : (start + value * minute) / 1_000));
  return evidenceOf(
    {
      kind: "series",
      series: [{ ...active, values }, line(drawn.firing, { __name__: "ALERTS", alertstate: "firing" })],
    },
    { kind: "alert-record" },
    { upstream, id: `record ${upstream} ${JSON.stringify(labels)}` },
  );
}
const clock = (instant: Instant | null): string | null =>
  instant === null ? null : printInstant(instant).slice(11, 16);
const said = (all: readonly Incident[]): string[] =>
  all.map(
    ({ state, activeAt, startsAt, endsAt, sources }) =>
      `${state} ${clock(activeAt) ?? "?"} ${clock(startsAt)}-${clock(endsAt) ?? ""} ${sources.join("+")}`,
  );

describe("the record", () => {
  test("one that ends while the alert was pending says nothing of when it fired", () => {
    const line = (text: string, more: Labels) =>
      seriesFrom({ text, step: 10 * minute, start: at("14:00:00"), labels: { ...own, ...more } });
    const coarse = evidenceOf(
      {
        kind: "series",
        series: [
          line(`_x4 ${at("14:40:00") / 1_000}`, { __name__: "ALERTS_FOR_STATE" }),
          line("_x4 1", { __name__: "ALERTS", alertstate: "pending" }),
        ],
      },
      { kind: "alert-record" },
      { upstream: "shop/prometheus", id: "coarse" },
    );
    const fine = recorded({ active: "_x40 40x20", firing: "_x42 1x18" });
    for (const known of [
      [coarse, fine],
      [fine, coarse],
      [coarse, told({ startsAt: at("14:42:00") })],
    ])
      expect(incidentsOf(known, now).map(({ startsAt }) => clock(startsAt))).toEqual(["14:42"]);
  });

  test("distinct starts are distinct incidents, also without a pause between them", () => {
    const record = recorded({ active: "_x5 5x10 15x10 _x35", firing: "_x7 1x8 _x2 1x8 _x35" });
    expect(said(incidentsOf([record], now))).toEqual([
      "resolved 14:15 14:17-14:24 ALERTS in prometheus",
      "resolved 14:05 14:07-14:14 ALERTS in prometheus",
    ]);
  });

  test("what was only pending and is over never was an incident", () => {
    expect(incidentsOf([recorded({ active: "_x5 5x5 _x50", firing: "_x60" })], now)).toEqual([]);
  });

  test("one that reaches the end still fires", () => {
    expect(said(incidentsOf([recorded({ active: "_x40 40x20", firing: "_x42 1x18" })], now))).toEqual([
      "firing 14:40 14:42- ALERTS in prometheus",
    ]);
  });
});

describe("one alert from several sources is one, and says where it was seen", () => {
  test("Alertmanager's copy with external labels, the rule server's, and its record", () => {
    const all = incidentsOf(
      [
        told({ labels: { ...own, cluster: "eu", replica: "a" }, startsAt: at("14:42:13"), receivers: ["pager"] }),
        ruleOf({ activeAt: at("14:40:00"), startsAt: at("14:42:00") }),
        recorded({ active: "_x40 40x20", firing: "_x42 1x18" }),
      ],
      now,
    );
    expect(said(all)).toEqual(["firing 14:40 14:42- ALERTS in prometheus+shop/alertmanager+shop/prometheus"]);
    expect(all[0]).toMatchObject({ labels: { cluster: "eu" }, ruleLabels: own, receivers: ["pager"] });
  });

  test("a record that first sees it a sample later moves its start to nobody's", () => {
    const record = recorded({ active: "_x10 9x50", firing: "_x11 1x49" });
    const starts = incidentsOf([record, told({ startsAt: at("14:10:20") })], now).map(({ startsAt }) => startsAt);
    expect(starts).toEqual([at("14:10:20")]);
  });

  test("a record that first sees it a step later is told when by its rule, unless that would be another step", () => {
    const record = recorded({ active: "_x10 9.5x20 _x30", firing: "_x12 1x18 _x30" });
    const waits = (ms: number) => {
      const rule: AlertRule = {
        ...{
          name: "HighErrors",
          group: "g",
          expression: "e > 1",
          for: ms,
          keepFiringFor: 0,
          interval: null,
          labels: {},
        },
        ...{ annotations: {}, problem: null, source: "shop/prometheus", uid: null, alerts: [] },
      };
      return incidentsOf(
        [record, evidenceOf({ kind: "rules", rules: [rule] }, { kind: "alert-rules" }, { id: "r" })],
        now,
      );
    };
    expect(waits(2 * minute)).toMatchObject([{ startsAt: at("14:11:30"), endsAt: at("14:29:00") }]);
    expect(waits(minute)).toMatchObject([{ startsAt: at("14:12:00") }]);
    expect(waits(3 * minute)).toMatchObject([{ startsAt: at("14:12:00") }]);
  });

  test("both of an HA pair, whose labels and starts differ a little", () => {
    const a = recorded(
      { active: "_x40 40x20", firing: "_x42 1x18" },
      { ...own, prometheus_replica: "a" },
      "shop/prom-a",
    );
    const b = recorded(
      { active: "_x41 41x19", firing: "_x43 1x17" },
      { ...own, prometheus_replica: "b" },
      "shop/prom-b",
    );
    expect(said(incidentsOf([a, b], now))).toEqual(["firing 14:40 14:42- ALERTS in prom-a+ALERTS in prom-b"]);
  });

  test("a configured label that tells the pair apart is ignored, too", () => {
    const pair = [told({ labels: { ...own, region: "x" } }), ruleOf({ labels: { ...own, region: "y" } })];
    expect(incidentsOf(pair, now)).toHaveLength(2);
    expect(incidentsOf(pair, now, ["region"])).toHaveLength(1);
  });

  test("other labels are another alert, and an hour later is another firing", () => {
    expect(incidentsOf([told({}, { labels: { ...own, service: "cart" } })], now)).toHaveLength(2);
    const over = told({ state: "resolved", startsAt: at("13:00:00"), endsAt: at("13:20:00") });
    expect(incidentsOf([over, ruleOf({ startsAt: at("14:10:00"), activeAt: at("14:10:00") })], now)).toHaveLength(2);
  });

  test("silenced by Alertmanager and firing in Prometheus is suppressed, with who silenced it", () => {
    const silence = { id: "3f2a", by: "ana", until: null, comment: "disk swap" };
    const [one] = incidentsOf([told({ state: "suppressed", silences: [silence] }), ruleOf({})], now);
    expect(one).toMatchObject({ state: "suppressed", silences: [silence] });
  });

  test("whatever the order in which they came", () => {
    const all = [told({}), ruleOf({}), recorded({ active: "_x40 40x20", firing: "_x42 1x18" })];
    expect(incidentsOf(all.toReversed(), now)).toEqual(incidentsOf(all, now));
  });
});

test("five hundred that fire and two thousand of the past are united; ten times the alerts are no twenty-five times the work", () => {
  const world = (count: number): Evidence[] => [
    told(...Array.from({ length: count }, (_, index) => ({ labels: { ...own, cluster: "eu", pod: `p${index}` } }))),
    ...Array.from({ length: count }, (_, index) =>
      recorded(
        { active: "1x3 _x9 13x3 _x9 25x3 _x9 37x3 _x9 50x10 _x2", firing: "1x3 _x9 1x3 _x9 1x3 _x9 1x3 _x9 1x10 _x2" },
        { ...own, pod: `p${index}` },
      ),
    ),
  ];
  const [small, large] = [world(50), world(500)];
  expect(incidentsOf(large, now)).toHaveLength(2_500);
  expect(
    growthOf(
      () => incidentsOf(small, now),
      () => incidentsOf(large, now),
      25,
    ),
  ).toBeLessThan(25);
});

test("firings with less than ten minutes between them are one row with a count", () => {
  const record = recorded({
    active: "1x3 _x4 8x3 _x4 15x3 _x30 48x3 _x9",
    firing: "1x3 _x4 1x3 _x4 1x3 _x30 1x3 _x9",
  });
  const folds = foldFlapping(incidentsOf([record], now));
  expect(folds.map(({ incidents, from, to }) => [incidents.length, clock(from), clock(to)])).toEqual([
    [1, "14:48", "14:49"],
    [3, "14:01", "14:16"],
  ]);
});

test.each([
  ["Watchdog", {}, true],
  ["InfoInhibitor", {}, true],
  ["DeadMansSwitch", { severity: "none" }, true],
  ["HighErrors", { severity: "page" }, false],
] as const)("%s %o watches the watchers: %s", (name, labels, expected) => {
  expect(isWatcher({ name, labels })).toBe(expected);
});

describe("how it ended", () => {
  const incident = (): Incident => {
    const [one] = incidentsOf([recorded({ active: "_x5 5x10 _x45", firing: "_x7 1x8 _x45" })], now);
    if (!one) throw new Error("no incident");
    return one;
  };
  const drawn = (text: string): Evidence =>
    evidenceOf(
      { kind: "series", series: [seriesFrom({ text, step: minute, start: at("14:00:00") })] },
      {
        ...{
          kind: "alert-expression",
          title: "HighErrors",
          words: "",
          unit: "count",
          part: 0,
          of: "value",
          limits: [],
        },
        ...{ isAbsence: false, reach: 0, activeAt: null, endsAt: null },
      },
      { id: "drawn" },
    );
  const other = recorded({ active: "0x60", firing: "1x60" }, { alertname: "Watchdog" });

  test("its value fell, where the series goes on", () => {
    expect(endingOf(incident(), [drawn("9x15 1x45"), other])).toBe("value fell");
  });
  test("its series vanished, where only others go on", () => {
    expect(endingOf(incident(), [drawn("9x15 _x45"), other])).toBe("series vanished");
  });
  test("the rule server was gone, where every record breaks off", () => {
    const gone = recorded({ active: "0x15 _x45", firing: "1x15 _x45" }, { alertname: "Watchdog" });
    expect(endingOf(incident(), [recorded({ active: "_x5 5x10 _x45", firing: "_x7 1x8 _x45" }), gone])).toBe(
      "rule server gone",
    );
  });
  test("it resolved, where no more is known; one that still fires did not end", () => {
    expect(endingOf(incident(), [other])).toBe("resolved");
    expect(endingOf({ ...incident(), endsAt: null }, [other])).toBeNull();
  });
});
