import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AlertRow,
  alertKey,
  alertRows,
  foundAlerts,
  inPlace,
  newsOf,
  noChoice,
} from "@/components/alert-list-rows";
import {
  aboutOf,
  endedWords,
  failedWords,
  fromTo,
  lengthWords,
  quietWords,
  serviceOf,
  severityOf,
  silenceLink,
  whenWords,
} from "@/components/alert-list-words";
import { alertMove } from "@/components/use-alert-hands";
import type { AlertSource, ListedAlert } from "@/lib/alert-list";
import type { Labels } from "@/lib/signal/labels";
import { printInstant, shift } from "@/lib/signal/time";
import { at } from "@/test/draw";
import "@/test/property-seed";
import { growthOf } from "@/test/worked";

const now = at("15:00:00");
const clock = (text: string): string => printInstant(at(text));

/** `firing Name since 14:00:00 a=1 b=2`, `resolved Name 13:00:00-13:20:00`, one a line; `environment/Name` where it matters. */
function listed(drawn: string): ListedAlert[] {
  return drawn
    .trim()
    .split("\n")
    .map((line): ListedAlert => {
      const [state = "", named = "", time = "", ...pairs] = line.trim().split(/\s+/);
      const [environment = "", name = ""] = named.includes("/") ? named.split("/") : ["shop", named];
      const [start = "", end] = time.split("-");
      const labels: Labels = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
      const own = ["firing", "pending", "suppressed", "resolved"] as const;
      return {
        ...{
          environment,
          name,
          labels: { alertname: name, ...labels },
          annotations: {},
          service: labels.service ?? null,
        },
        ...{ state: own.find((each) => each === state) ?? "firing", activeAt: null, startsAt: clock(start) },
        ...{ endsAt: end === undefined ? null : clock(end), ended: end === undefined ? null : "resolved", times: 1 },
        ...{
          within: 15_000,
          isWatcher: name === "Watchdog",
          sources: [],
          receivers: [],
          silences: [],
          inhibitedBy: [],
        },
        link: `/investigate?lead=${name}`,
      };
    });
}

const drawn = (rows: readonly AlertRow[]): string[] =>
  rows.map((row) => {
    if (row.kind === "section") return `${row.section} ${row.count}${row.open ? "" : " folded"}`;
    if (row.kind === "none") return "  none";
    if (row.kind === "group") return `  ${row.name} x${row.count} ${row.severity.word}${row.open ? "" : " folded"}`;
    return `${row.inGroup ? "    " : "  "}${row.alert.name} ${row.alert.startsAt.slice(11, 16)}`;
  });

const isGroup = (row: AlertRow): row is Extract<AlertRow, { kind: "group" }> => row.kind === "group";

const some = listed(`
  firing   Disk      14:50:00 severity=info
  firing   Errors    14:10:00 severity=critical service=cart
  resolved Disk      13:00:00-13:20:00
  firing   Restarts  14:20:00 severity=warning pod=a
  firing   Restarts  14:30:00 severity=warning pod=b
  resolved Late      12:00:00-14:40:00
  firing   Watchdog  01:00:00 severity=none
  pending  Slow      14:58:00 severity=critical
`);

describe("the rows", () => {
  test("what fires and is worst comes first, what is over by its end, who watches is folded", () => {
    expect(drawn(alertRows(some, noChoice))).toEqual([
      "now 5",
      "  Errors 14:10",
      "  Restarts x2 warning",
      "    Restarts 14:30",
      "    Restarts 14:20",
      "  Disk 14:50",
      "  Slow 14:58",
      "ended 2",
      "  Late 12:00",
      "  Disk 13:00",
      "watching 1 folded",
    ]);
  });

  test("a larger group is folded until it is opened; a search opens every one", () => {
    const many = listed(["a", "b", "c", "d"].map((pod) => `firing Restarts 14:20:00 pod=${pod}`).join("\n"));
    expect(drawn(alertRows(many, noChoice))).toEqual([
      "now 4",
      "  Restarts x4 no severity folded",
      "ended 0",
      "  none",
    ]);
    const open = { ...noChoice, toggled: new Set(["now/shop/Restarts"]) };
    expect(alertRows(many, open).filter(({ kind }) => kind === "alert")).toHaveLength(4);
    expect(drawn(alertRows(many, { ...noChoice, search: "pod=c" }))).toEqual([
      "now 1",
      "  Restarts 14:20",
      "ended 0",
      "  none",
    ]);
  });

  test("alerts of one name in two environments are two groups", () => {
    const rows = alertRows(listed("firing eu/Errors 14:00:00\nfiring us/Errors 14:05:00"), noChoice);
    expect(rows.filter(({ kind }) => kind === "group")).toHaveLength(0);
    expect(rows.filter(({ kind }) => kind === "alert")).toHaveLength(2);
  });

  test("a group that is over tells from when to when it was, one of which some still fire tells since when", () => {
    const late = listed("resolved Late 12:00:00-14:40:00\nresolved Late 11:30:00-12:10:00");
    const [ended] = alertRows(late, noChoice).filter(isGroup);
    expect(ended?.over && whenWords(ended.over, now, (each) => printInstant(each).slice(11, 19))).toBe(
      "11:30:00 to 14:40:00",
    );
    const [firing] = alertRows(some, noChoice).filter(isGroup);
    expect([firing?.name, firing?.over]).toEqual(["Restarts", null]);
  });

  test("every word of a search must occur, in names, labels or annotations", () => {
    const [errors] = some.filter(({ name }) => name === "Errors");
    if (!errors) throw new Error("not drawn");
    const told = [{ ...errors, annotations: { summary: "Every third payment fails" } }, ...some];
    expect(foundAlerts(told, "PAYMENT cart").map(({ name }) => name)).toEqual(["Errors"]);
    expect(foundAlerts(told, "service=cart critical")).toHaveLength(2);
    expect(foundAlerts(told, "cart nowhere")).toEqual([]);
    expect(foundAlerts(told, "  ")).toHaveLength(told.length);
  });

  test("no alert is lost or told twice, whatever is folded or drawn in which order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(some), (subset) => {
        const rows = alertRows(subset, { search: "", toggled: new Set(["watching"]) });
        const alerts = rows.flatMap((row) => (row.kind === "alert" ? [row.alert] : []));
        expect(new Set(alerts)).toEqual(new Set(subset));
        expect(alerts).toHaveLength(subset.length);
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
        expect(rows).toEqual(alertRows(subset.toReversed(), { search: "", toggled: new Set(["watching"]) }));
      }),
    );
  });

  test("the work grows with the alerts, not with their square", () => {
    const of = (count: number): readonly ListedAlert[] =>
      listed(
        Array.from({ length: count }, (_, n) => `firing Name${n % 40} 14:00:00 pod=pod-${n} team=t${n % 9}`).join("\n"),
      );
    const [few, many] = [of(1_000), of(8_000)];
    const work = (alerts: readonly ListedAlert[]) => (): unknown =>
      alertRows(alerts, { search: "pod-1 t3", toggled: new Set() });
    expect(growthOf(work(few), work(many), 24)).toBeLessThan(24);
  });
});

describe("a list that stands still", () => {
  test("keeps its order, takes in what became of its rows, and counts what it does not show", () => {
    const held = listed("firing Errors 14:10:00\nfiring Disk 14:20:00");
    const fresh = listed("firing Errors 14:10:00\nresolved Disk 14:20:00-14:59:00\nfiring New 14:59:30");
    const rows = inPlace(alertRows(held, noChoice), fresh);
    expect(rows.map(({ key }) => key)).toEqual(alertRows(held, noChoice).map(({ key }) => key));
    expect(rows.flatMap((row) => (row.kind === "alert" ? [row.alert.state] : []))).toEqual(["resolved", "firing"]);
    expect(newsOf(held, fresh)).toEqual({ began: 1, ended: 1 });
    expect(newsOf(held, held)).toEqual({ began: 0, ended: 0 });
  });

  test("a firing has one key from one refresh to the next", () => {
    const [open] = listed("firing Errors 14:10:00 a=1 b=2");
    const [over] = listed("resolved Errors 14:10:00-14:20:00 b=2 a=1");
    expect(open && alertKey(open)).toBe(over && alertKey(over));
  });
});

test.each([
  [{ severity: "critical" }, "error", 0],
  [{ severity: "Page" }, "error", 0],
  [{ severity: "SEV2" }, "error", 1],
  [{ priority: "P3" }, "warning", 2],
  [{ level: "info" }, "plain", 3],
  [{ severity: "business-hours" }, "plain", 2.5],
  [{}, "plain", 5],
])("severity of %j", (labels, tone, rank) => {
  expect(severityOf(labels)).toMatchObject({ tone, rank });
});

test("a service is read from labels that name one, never from the exporter's job", () => {
  expect(serviceOf({ job: "kube-state-metrics", deployment: "cart" })).toBe("cart");
  expect(serviceOf({ job: "node-exporter", pod: "node-exporter-x" })).toBeNull();
});

test.each([
  ["firing Errors 14:48:00", "for 12 min", ""],
  ["pending Errors 14:59:20", "pending for 40 s", ""],
  ["resolved Errors 14:00:00-14:47:00", "fired for 47 min", "ended 13 min ago"],
])("since when: %s", (line, length, end) => {
  const [alert] = listed(line);
  if (!alert) throw new Error("not drawn");
  expect([lengthWords(alert, now), endedWords(alert, now)]).toEqual([length, end]);
});

test("from when to when: about, where a record of coarse steps is all that tells", () => {
  const [alert] = listed("resolved Errors 14:00:00-14:40:00");
  if (!alert) throw new Error("not drawn");
  const said = (more: Partial<ListedAlert>, day = ""): string =>
    whenWords({ ...alert, ...more }, now, (instant) => `${day}${printInstant(instant).slice(11, 19)}`);
  expect(said({})).toBe("14:00:00 to 14:40:00");
  expect(said({ within: 300_000 })).toBe("about 14:00 to 14:40");
  expect(said({ within: 300_000 }, "2026-11-20 ")).toBe("about 2026-11-20 14:00 to 14:40");
  expect(said({ within: 300_000, endsAt: null })).toBe("since 14:00:00");
});

test("what flaps and how it ended is said", () => {
  const [alert] = listed("resolved Errors 14:00:00-14:40:00");
  if (!alert) throw new Error("not drawn");
  expect(lengthWords({ ...alert, times: 6 }, now)).toBe("6 times in 40 min");
  expect(endedWords({ ...alert, ended: "series vanished" }, now)).toBe("ended 20 min ago, its series vanished");
});

test("who silenced it, until when and why; and that another inhibits it", () => {
  const [alert] = listed("suppressed Errors 14:00:00");
  if (!alert) throw new Error("not drawn");
  const silence = { id: "1", by: "ann", until: shift(now, 3_600_000), comment: "moving house" };
  expect(quietWords({ ...alert, silences: [silence], inhibitedBy: ["a"] })).toBe(
    "silenced by ann until 2026-11-21T16:00:00.000Z: moving house; inhibited by another alert",
  );
  expect(quietWords(alert)).toBe("suppressed");
});

test("without a summary an alert is told from others of its name by its labels", () => {
  const [alert] = listed("firing Errors 14:00:00 severity=page team=cart pod=a zone=b");
  expect(alert && aboutOf(alert)).toBe("pod=a zone=b");
});

const source = (upstream: string, kind: AlertSource["kind"], state: AlertSource["state"], text = ""): AlertSource => ({
  ...{ upstream, kind, state, text },
  past: "",
});
test("a source that failed is named with what is shown in its place", () => {
  const [eu, prometheus] = [
    source("prod/eu", "alertmanager", "failed", "No answer within 10 s."),
    source("prod/prometheus", "prometheus", "answered"),
  ];
  expect(failedWords([eu, prometheus])).toEqual(["Alertmanager eu: No answer within 10 s; showing Prometheus"]);
  expect(failedWords([eu, source("dev/prometheus", "prometheus", "answered")])).toEqual([
    "Alertmanager eu in prod: No answer within 10 s; nothing else is known of its alerts",
  ]);
  expect(failedWords([prometheus])).toEqual([]);
});

describe("a silence", () => {
  const [alert] = listed('firing Errors 14:00:00 path=/a?b="c"');
  const places = {
    alertmanagers: [
      { id: "shop/first", url: "https://other.example" },
      { id: "shop/am", url: "https://am.example/" },
    ],
    grafanaUrl: "https://g.example",
  };
  test("is filled in with exactly this alert's labels, escaped", () => {
    const told = alert && { ...alert, labels: { ...alert.labels, grafana_folder: "Shop" }, sources: ["shop/am"] };
    const link = told && silenceLink(told, places);
    expect(decodeURIComponent(link ?? "")).toBe(
      String.raw`https://am.example/#/silences/new?filter={alertname="Errors",path="/a?b=\"c\""}`,
    );
    expect(link).not.toContain('"');
  });
  test("of Grafana's own alerts is made in Grafana", () => {
    const own = alert && { ...alert, labels: { alertname: "Errors", grafana_folder: "Shop" } };
    expect(own && silenceLink(own, places)).toBe(
      "https://g.example/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DErrors&matcher=grafana_folder%3DShop",
    );
  });
  test("is not offered where no browser can open it, nor for what is over", () => {
    expect(alert && silenceLink(alert, { alertmanagers: [], grafanaUrl: null })).toBeNull();
    expect(
      alert && silenceLink(alert, { alertmanagers: [{ id: "a", url: "javascript:alert(1)" }], grafanaUrl: null }),
    ).toBeNull();
    expect(alert && silenceLink({ ...alert, state: "resolved" }, places)).toBeNull();
  });
});

test("keys lead from row to row and step over what is no row", () => {
  const rows = alertRows(listed("resolved Disk 13:00:00-13:20:00"), noChoice);
  expect(drawn(rows)).toEqual(["now 0", "  none", "ended 1", "  Disk 13:00"]);
  expect(["j", "k", "End", "x"].map((key) => alertMove(key, 0, rows))).toEqual([2, 0, 3, null]);
  expect(alertMove("k", 2, rows)).toBe(0);
  expect(alertMove("j", 3, rows)).toBe(3);
});

test.each([
  ["2026-11-21 15:30:00", "2026-11-21 16:10:00", "2026-11-21 15:30:00 to 16:10:00"],
  ["2026-11-20 23:30:00", "2026-11-21 00:10:00", "2026-11-20 23:30:00 to 2026-11-21 00:10:00"],
  ["15:30:00", "16:10:00", "15:30:00 to 16:10:00"],
])("from %s to %s the day is told once", (from, to, words) => {
  expect(fromTo(from, to)).toBe(words);
});
