/** A bare fingerprint, when Alertmanager has forgotten its alert: the record holds it without the server's external labels. */
import { expect, test } from "vitest";
import { knownAlert } from "@/lib/alert-lead";
import type { Evidence } from "@/lib/evidence";
import { alertReading } from "@/lib/lead-kinds";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import { fingerprintOf } from "@/lib/signal/fingerprint";
import type { Labels } from "@/lib/signal/labels";
import { minute } from "@/lib/signal/time";
import { at, evidenceOf, seriesFrom } from "@/test/draw";

const now = at("15:00:00");
const own = { alertname: "HighErrors", service: "gateway" };
const external = { cluster: "eu", prometheus: "monitoring/k8s" };

const watchdog = (labels: Labels, source: string): Alert => ({
  ...{ name: "Watchdog", labels: { alertname: "Watchdog", ...labels }, annotations: {}, state: "firing", source },
  ...{ startsAt: at("01:00:00"), endsAt: null, expression: null, link: null },
});
const rule: AlertRule = {
  ...{ name: "Watchdog", group: "g", expression: "vector(1)", for: 0, keepFiringFor: 0, interval: null, labels: {} },
  ...{ annotations: {}, problem: null, source: "shop/prometheus", uid: null },
  alerts: [watchdog({}, "shop/prometheus")],
};
const rules = evidenceOf({ kind: "rules", rules: [rule] }, { kind: "alert-rules" }, { id: "r" });
const told = (labels: Labels): Evidence =>
  evidenceOf({ kind: "alerts", alerts: [watchdog(labels, "shop/alertmanager")] }, { kind: "alerts" }, { id: "a" });
const drawn = (name: string, value: (each: number) => number, more: Labels) => {
  const series = seriesFrom({
    text: "_x5 1x10 _x45",
    step: minute,
    start: at("14:00:00"),
    labels: { ...own, ...more },
  });
  const values = Array.from(series.values, (each) => (each === null ? null : value(each)));
  return { ...series, labels: { ...series.labels, __name__: name }, values };
};
const record = evidenceOf(
  {
    kind: "series",
    series: [
      drawn("ALERTS_FOR_STATE", () => at("14:05:00") / 1_000, {}),
      drawn("ALERTS", () => 1, { alertstate: "firing" }),
    ],
  },
  { kind: "alert-record" },
  { upstream: "shop/prometheus", id: "record" },
);
const found = (labels: Labels, known: readonly Evidence[]) =>
  knownAlert(alertReading({ fingerprint: fingerprintOf(labels) }, ""), known, now, ["shop"])?.incident.labels;

test("is found where another alert of the same server tells what its external labels are", () => {
  const known = [rules, told(external), record];
  expect(found({ ...own, ...external }, known)).toEqual(own);
  expect(found(own, known)).toEqual(own);
});

test("is found without external labels where there are none", () => {
  expect(found(own, [rules, told({}), record])).toEqual(own);
});

test("is not found where nothing tells them, and never mistaken for another's", () => {
  expect(found({ ...own, ...external }, [record])).toBeUndefined();
  expect(found({ ...own, service: "cart" }, [rules, told(external), record])).toBeUndefined();
});
