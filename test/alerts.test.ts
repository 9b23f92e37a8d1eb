import { describe, expect, test } from "vitest";
import { alertsOf, atWindowsEnd } from "@/lib/alerts";
import type { Evidence } from "@/lib/evidence";
import type { Alert } from "@/lib/signal/alert";
import { at, evidenceOf, seriesFrom } from "@/test/draw";

const labels = { alertname: "HighErrors", service: "gateway" };
const active = (startsAt: string, more: Partial<Alert> = {}): Evidence =>
  evidenceOf(
    {
      kind: "alerts",
      alerts: [
        {
          ...{ name: "HighErrors", labels: { ...labels, cluster: "eu" }, annotations: { summary: "gateway fails" } },
          ...{ state: "firing", startsAt: at(startsAt), endsAt: null, expression: null, link: null },
          ...{ source: "alertmanager", ...more },
        },
      ],
    },
    { kind: "alerts" },
  );
/** 180 points of 15 s from 13:33:00, the last one at 14:17:45. */
const recorded = (text: string): Evidence =>
  evidenceOf(
    { kind: "series", series: [seriesFrom({ text, labels: { __name__: "ALERTS", alertstate: "firing", ...labels } })] },
    { kind: "alert-history" },
    { upstream: "shop/prometheus" },
  );
const now = at("14:18:05");
const told = (known: readonly Evidence[], then = now) =>
  alertsOf(known, then).map(({ state, startsAt, source }) => [state, startsAt, source]);

describe("one alert from two sources is one", () => {
  test("that began within the window", () => {
    expect(told([active("14:03:00"), recorded("_x122 1x58")])).toEqual([
      ["firing", at("14:03:00"), "alertmanager, ALERTS in prometheus"],
    ]);
  });

  test("that is older than the window, so that its record begins with it", () => {
    expect(told([active("09:00:00"), recorded("1x180")])).toEqual([
      ["firing", at("09:00:00"), "alertmanager, ALERTS in prometheus"],
    ]);
  });

  test("but not with one that had ended before, nor with a later firing of an old one", () => {
    const ended = active("09:00:00", { state: "resolved", endsAt: at("10:00:00") });
    expect(told([ended, recorded("1x180")])).toHaveLength(2);
    expect(told([active("09:00:00"), recorded("_x100 1x80")])).toHaveLength(2);
  });
});

describe("firing means now", () => {
  test("a record that reaches a window's end of now fires", () => {
    expect(told([recorded("_x122 1x58")])).toEqual([["firing", at("14:03:30"), "ALERTS in prometheus"]]);
  });

  test("a record that reaches the end of a past window is not called firing, and says what is known", () => {
    const [alert] = alertsOf([recorded("_x122 1x58")], at("18:00:00"));
    expect(alert).toMatchObject({ state: "resolved", endsAt: at("14:17:45"), annotations: { note: atWindowsEnd } });
  });

  test("Alertmanager's own word stands, whatever the record of a past window says", () => {
    expect(told([active("14:03:00"), recorded("_x122 1x58")], at("18:00:00"))[0]?.[0]).toBe("firing");
  });

  test("two runs of samples are two firings", () => {
    expect(told([recorded("_x20 1x20 _x100 1x40")]).map(([state]) => state)).toEqual(["resolved", "firing"]);
  });
});
