import { describe, expect, test } from "vitest";
import { changesOf } from "@/lib/changes";
import type { Evidence } from "@/lib/evidence";
import { nameOfChange } from "@/lib/signal/change";
import type { TraceHit } from "@/lib/signal/trace-hit";
import { at, changeFrom, evidenceOf, seriesFrom, serviceFrom, traceFrom } from "@/test/draw";

/** `versions({ "payment 9.1.0": "1x100 _x80" })`: which version of which job was there when. */
const versions = (drawn: Readonly<Record<string, string>>): Evidence => {
  const names = [...new Set(Object.keys(drawn).map((key) => key.split(" ")[0] ?? ""))];
  return evidenceOf(
    {
      kind: "series",
      series: Object.entries(drawn).map(([key, text]) => {
        const [job = "", version = ""] = key.split(" ");
        return seriesFrom({ text, labels: { job, version } });
      }),
    },
    {
      kind: "versions-of-metrics",
      label: "job",
      versionLabel: "version",
      services: names.map((value) => ({ service: serviceFrom(value), value })),
    },
  );
};
/** `spans("13:50:00 payment 9.1.0", …)` */
const spans = (...drawn: string[]): Evidence => {
  const hits = drawn.map((text): TraceHit => {
    const [clock = "", service = "", version = ""] = text.split(" ");
    const attributes = { "service.name": service, "service.version": version };
    return {
      traceId: "1",
      rootService: null,
      rootName: null,
      at: at(clock),
      duration: 1,
      spans: [{ id: text, at: at(clock), attributes }],
    };
  });
  return evidenceOf(
    { kind: "trace-hits", hits },
    { kind: "versions-of-spans", services: [serviceFrom("payment"), serviceFrom("order")] },
  );
};
const noted = (...changes: ReturnType<typeof changeFrom>[]): Evidence =>
  evidenceOf({ kind: "changes", changes }, { kind: "annotations" });

describe("versions in metrics", () => {
  test("a version seen first after another is a deploy, not earlier than the sample before", () => {
    expect(changesOf([versions({ "payment 9.1.0": "1x115 _x65", "payment 9.2.0": "_x115 1x65" })])).toMatchObject([
      {
        kind: "deploy",
        at: at("14:01:45"),
        notBefore: at("14:01:30"),
        version: "9.2.0",
        previousVersion: "9.1.0",
        service: { name: "payment" },
        source: "version in metrics",
      },
    ]);
  });

  test("two that overlap while pods are replaced are one deploy", () => {
    expect(changesOf([versions({ "payment 9.1.0": "1x125 _x55", "payment 9.2.0": "_x115 1x65" })])).toHaveLength(1);
  });

  test("one that goes and comes back after another is a rollback", () => {
    const changes = changesOf([versions({ "payment 9.1.0": "1x100 _x40 1x40", "payment 9.2.0": "_x100 1x45 _x35" })]);
    expect(changes.map(({ kind, version }) => `${kind} ${version}`)).toEqual(["deploy 9.2.0", "rollback 9.1.0"]);
  });

  test.each([
    ["the only version ever seen", { "payment 9.1.0": "1x180" }],
    ["one that appears after nothing: the service was idle", { "payment 9.1.0": "_x60 1x120" }],
    ["a hole in the scrapes", { "payment 9.1.0": "1x60 _x10 1x110" }],
    [
      "a library's version beside it, all the time",
      { "payment 9.1.0": "1x60 _x10 1x110", "payment 1.26": "1x60 _x10 1x110" },
    ],
    ["versions of two services", { "payment 9.1.0": "1x180", "order 5.0": "1x180" }],
  ])("%s is no change", (_, drawn) => {
    expect(changesOf([versions(drawn)])).toEqual([]);
  });

  test("after a hole, the change lies anywhere in the hole", () => {
    const [change] = changesOf([versions({ "payment 9.1.0": "1x100 _x80", "payment 9.2.0": "_x120 1x60" })]);
    expect([change?.notBefore, change?.at]).toEqual([at("13:57:45"), at("14:03:00")]);
  });
});

describe("versions in spans", () => {
  test("first sight of a new one, not before the last sight of the old", () => {
    expect(
      changesOf([spans("14:02:00 payment 9.2.0", "13:50:00 payment 9.1.0", "14:00:00 payment 9.1.0")]),
    ).toMatchObject([{ kind: "deploy", at: at("14:02:00"), notBefore: at("14:00:00"), version: "9.2.0" }]);
  });

  test("a canary beside the stable version is one deploy and no rollback", () => {
    const changes = changesOf([
      spans(
        "13:50:00 payment 1",
        "13:55:00 payment 2",
        "14:00:00 payment 1",
        "14:05:00 payment 2",
        "14:09:00 payment 1",
      ),
    ]);
    expect(changes.map(({ kind }) => kind)).toEqual(["deploy"]);
  });
});

test("in spans, a rollback is claimed only when either version was seen alone for a while", () => {
  const row = (version: string, from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `14:${String(from + index).padStart(2, "0")}:00 payment ${version}`);
  const kinds = (count: number): string[] =>
    changesOf([spans(...row("1", 0, 4), ...row("2", 10, count), ...row("1", 20, 4))]).map(({ kind }) => kind);
  expect(kinds(4)).toEqual(["deploy", "rollback"]);
  expect(kinds(2)).toEqual(["deploy"]);
});

describe("several sources", () => {
  test("one deploy seen by three is one change, with the exact time and all sources", () => {
    const changes = changesOf([
      versions({ "payment 9.1.0": "1x116 _x64", "payment 9.2.0": "_x116 1x64" }),
      noted(changeFrom("payment 9.2.0", "14:01:00", { link: "https://ci.example/1" })),
      spans("14:00:30 payment 9.1.0", "14:02:10 payment 9.2.0"),
    ]);
    expect(changes).toMatchObject([
      {
        at: at("14:01:00"),
        notBefore: at("14:01:00"),
        previousVersion: "9.1.0",
        link: "https://ci.example/1",
        source: "Grafana annotation, version in metrics, version in spans",
      },
    ]);
  });

  test("another version, another service, or hours later is another change", () => {
    const changes = changesOf([
      noted(
        changeFrom("payment 9.2.0", "14:01:00"),
        changeFrom("payment 9.2.1", "14:02:00"),
        changeFrom("order 9.2.0", "14:01:00"),
        changeFrom("payment 9.2.0", "14:10:00"),
      ),
    ]);
    expect(changes).toHaveLength(4);
  });

  test("are sorted by time, whatever came first", () => {
    const one = noted(changeFrom("payment 9.2.0", "14:01:00"));
    const two = versions({ "order 5.0": "1x60 _x120", "order 5.1": "_x60 1x120" });
    expect(changesOf([one, two])).toEqual(changesOf([two, one]));
    expect(changesOf([one, two]).map(({ version }) => version)).toEqual(["5.1", "9.2.0"]);
  });
});

describe("an annotation without a service", () => {
  const trace = evidenceOf(
    {
      kind: "trace",
      trace: traceFrom("gateway GET / 0-9\n  shop/payment pay 1-8"),
      details: { keys: [], values: [], attributes: [], events: [], links: [], statusMessages: [] },
    },
    { kind: "trace-by-id" },
  );
  const unnamed = (title: string, tags: string[] = []) =>
    changesOf([trace, noted(changeFrom("x", "14:01:00", { service: null, version: null, title, tags }))])[0]?.service
      ?.name;

  test.each([
    ["a tag", "release 9", ["deploy", "service:payment"], "payment"],
    ["its text", "Deployed payment v9.2.0 to prod", [], "payment"],
    ["namespace and name", "rollout shop/payment", [], "payment"],
    ["a tag before its text", "gateway rules", ["app=payment"], "payment"],
  ])("is told by %s", (_, title, tags, service) => {
    expect(unnamed(title, tags)).toBe(service);
  });

  test.each([
    ["a part of a longer word", "payments-worker 3 deployed"],
    ["two services", "gateway and payment restarted"],
    ["none", "database migrated"],
  ])("is nobody's when it names %s", (_, title) => {
    expect(unnamed(title)).toBeUndefined();
  });
});

const payment = { name: "payment", namespace: null };
const told = (...changes: ReturnType<typeof changeFrom>[]) =>
  changesOf([evidenceOf({ kind: "changes", changes }, { kind: "annotations" })]);

test("a commit and a release number seen within two minutes are one deploy, at the more exact time", () => {
  const annotation = changeFrom("payment a1b2c3d", "14:01:45", {
    service: payment,
    version: "a1b2c3d",
    source: "Grafana annotation",
  });
  const sight = changeFrom("payment 9.2.0", "14:02:15", {
    service: payment,
    version: "9.2.0",
    notBefore: annotation.at,
    source: "version in metrics",
  });
  expect(told(annotation, sight)).toEqual([
    expect.objectContaining({
      title: "payment 9.2.0",
      version: "9.2.0",
      at: annotation.at,
      tags: expect.arrayContaining(["a1b2c3d"]),
      source: "Grafana annotation, version in metrics",
    }),
  ]);
});

test("two releases of one service are two deploys, however near", () => {
  const one = changeFrom("payment 9.2.0", "14:01:45", { service: payment, version: "9.2.0" });
  const two = changeFrom("payment 9.2.1", "14:02:15", { service: payment, version: "9.2.1" });
  expect(told(one, two)).toHaveLength(2);
});

test("a release number behind the service's name in a title is its version", () => {
  const noted = changeFrom("payment", "14:01:45", {
    title: "deploy payment v9.2.0 (a1b2c3d)",
    service: payment,
    version: null,
  });
  expect(told(noted).map(nameOfChange)).toEqual(["payment 9.2.0"]);
  expect(told({ ...noted, title: "payment rules for 9.2.0 changed" }).map(({ version }) => version)).toEqual([null]);
});

describe("one rollout, told by several", () => {
  const pods = (version: string, more = {}): Evidence =>
    evidenceOf(
      {
        kind: "changes",
        changes: [
          changeFrom(`payment ${version}`, "14:01:15", {
            ...{ id: `pods ${version}`, until: at("14:06:20"), source: "Kubernetes pods", ...more },
          }),
        ],
      },
      { kind: "changes-of-cluster", workloads: [], services: [] },
    );
  const names = (...known: Evidence[]): string[] => changesOf(known).map(({ kind, title }) => `${kind} ${title}`);

  test("is one change up to its last pod, whatever each calls the version", () => {
    expect(names(pods("9.2.0"), versions({ "payment 9.1.0": "1x130 _x50", "payment 9.2.0": "_x130 1x50" }))).toEqual([
      "deploy payment 9.2.0",
    ]);
    expect(names(pods("v9.2.0-a1b2c3d"), noted(changeFrom("payment 9.2.0", "14:01:00")))).toHaveLength(1);
    expect(names(pods("build-5123"), noted(changeFrom("payment 9.2.0", "14:01:00")))).toEqual(["deploy payment 9.2.0"]);
    expect(
      names(pods("revision 43"), pods("sha256:bbbbbbbbbbbb"), noted(changeFrom("payment 9.2.0", "14:01:00"))),
    ).toEqual(["deploy payment 9.2.0"]);
  });

  test("keeps the words of who knows the version", () => {
    const anew = {
      kind: "rollout",
      version: null,
      title: "payment rolled out anew with the same image: 2 pods",
    } as const;
    expect(names(pods("x", anew), noted(changeFrom("payment 9.2.0", "14:01:00")))).toEqual(["deploy payment 9.2.0"]);
  });

  test("is not one with a release of another number, nor with scaling", () => {
    expect(names(pods("9.2.0"), noted(changeFrom("payment 9.2.1", "14:02:00")))).toHaveLength(2);
    expect(
      names(pods("x", { kind: "scale", version: null }), noted(changeFrom("payment 9.2.0", "14:01:00"))),
    ).toHaveLength(2);
    const two = [changeFrom("payment blue", "14:01:00"), changeFrom("payment green", "14:02:00")];
    expect(names(noted(...two))).toHaveLength(2);
  });
});

test("a version that shows because the service was idle is marked as such", () => {
  const [change] = changesOf([versions({ "payment 9.1.0": "1x40 _x140", "payment 9.2.0": "_x120 1x60" })]);
  expect(change).toMatchObject({ notBefore: at("13:42:45"), at: at("14:03:00"), tags: ["idle before"] });
  expect(change?.title).toBe("payment 9.2.0, first seen after 20 min without a sign of the service");
  const [prompt] = changesOf([versions({ "payment 9.1.0": "1x115 _x65", "payment 9.2.0": "_x115 1x65" })]);
  expect(prompt?.tags).toEqual([]);
});
