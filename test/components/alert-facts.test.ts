import { describe, expect, test } from "vitest";
import { factsShown, stateWords } from "@/components/panels/alert-facts-rows";
import type { Evidence } from "@/lib/evidence";
import { alertReading } from "@/lib/lead-kinds";
import type { Alert } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import { at, evidenceOf, seriesFrom } from "@/test/draw";

const now = at("15:00:00");
const environments = ["shop"];

/** `Name 14:10:00 service=cart`, `Name 09:00:00-09:20:00`, one a line. */
const told = (drawn: string, annotations: Labels = {}): Evidence =>
  evidenceOf(
    {
      kind: "alerts",
      alerts: drawn
        .trim()
        .split("\n")
        .map((line): Alert => {
          const [name = "", time = "", ...pairs] = line.trim().split(/\s+/);
          const [from = "", to] = time.split("-");
          return {
            ...{ name, labels: { alertname: name, ...Object.fromEntries(pairs.map((pair) => pair.split("="))) } },
            ...{ annotations, state: to === undefined ? "firing" : "resolved", startsAt: at(from) },
            ...{ endsAt: to === undefined ? null : at(to), expression: null, link: null, source: "shop/alertmanager" },
          };
        }),
    },
    { kind: "alerts" },
  );
const shown = (evidence: readonly Evidence[], services: readonly string[] = []) =>
  factsShown(alertReading({ name: "Errors" }, ""), { evidence, now, environments, services });

test("before anyone knows of it nothing is said", () => {
  expect(shown([])).toBeNull();
});

test("copies that differ in a configured label alone are one firing, and do not fire beside each other", () => {
  const copies = `
    Errors   14:10:00 service=gateway shard=a
    Errors   14:10:20 service=gateway shard=b
  `;
  const of = (ignored: readonly string[]) =>
    factsShown(alertReading({ name: "Errors" }, ""), {
      ...{ evidence: [told(copies)], now, environments, services: ["gateway"], ignored },
    });
  expect(of([])?.beside).toHaveLength(1);
  expect(of(["shard"])).toMatchObject({ beside: [], facts: { firings: [{ times: 1 }] } });
});

describe("also firing on this path", () => {
  const drawn = `
    Errors   14:10:00 service=gateway
    PoolFull 14:02:00 service=payment
    Slow     14:20:00 service=gateway
    Elsewhere 14:00:00 service=search
    Watchdog 01:00:00 severity=none service=gateway
    Old      09:00:00-09:30:00 service=payment
  `;
  test("are alerts of its services at its time; the earliest is marked, and who watches is left out", () => {
    const facts = shown([told(drawn)], ["payment"]);
    expect(facts?.beside.map(({ name, about, isEarliest }) => [name, about, isEarliest])).toEqual([
      ["PoolFull", "payment", true],
      ["Slow", "gateway", false],
    ]);
    expect(facts?.isEarliest).toBe(false);
  });
  test("a job that is called like a service of the path is that service, any other is whoever scrapes", () => {
    const jobs = `
      Errors   14:10:00 job=gateway
      Dead     14:12:00 job=payment
      Scrapes  14:11:00 job=kube-state-metrics
    `;
    expect(shown([told(jobs)], ["payment"])?.beside.map(({ name, about }) => [name, about])).toEqual([
      ["Dead", "payment"],
    ]);
  });
  test("what only the record of the window knows fired, too, and once", () => {
    const record = evidenceOf(
      {
        kind: "series",
        series: [
          seriesFrom({ text: "_x90 1x60 _x30", labels: { alertname: "Dead", alertstate: "firing", job: "payment" } }),
          seriesFrom({
            text: "_x90 1x90",
            labels: { alertname: "PoolFull", alertstate: "firing", service: "payment" },
          }),
        ],
      },
      { kind: "alert-history" },
    );
    const list = "Errors 14:10:00 service=gateway\nPoolFull 13:55:00 service=payment";
    expect(shown([told(list), record], ["payment"])?.beside.map(({ name, about }) => [name, about])).toEqual([
      ["PoolFull", "payment"],
      ["Dead", "payment"],
    ]);
  });
  test("where it came first itself, that is said", () => {
    const facts = shown([told(drawn)], []);
    expect(facts?.beside.map(({ name, isEarliest }) => [name, isEarliest])).toEqual([["Slow", false]]);
    expect(facts?.isEarliest).toBe(true);
  });
});

test.each([
  ["Errors 14:48:00", "firing for 12 min"],
  ["Errors 13:00:00-13:22:00", "ended 98 min ago, after 22 min; how is not known"],
])("its state: %s", (drawn, words) => {
  expect(shown([told(drawn)])?.state).toBe(words);
});

test("pending, silenced and forgotten are told apart", () => {
  const facts = shown([told("Errors 14:48:00")])?.facts;
  if (!facts) throw new Error("not known");
  const words = (change: Partial<Alert>): string =>
    stateWords({ ...facts, incident: { ...facts.incident, ...change } }, now);
  expect(words({ state: "pending", activeAt: at("14:59:20") })).toBe("pending for 40 s, not firing yet");
  expect(words({ state: "suppressed" })).toBe("firing, but silenced or inhibited, for 12 min");
  expect(words({ state: "resolved" })).toBe("no source knows whether it still fires");
});
