import { describe, expect, test } from "vitest";
import type { Call } from "@/lib/evidence";
import { kindOf, linkOf, plainText, serviceOf, versionOf } from "@/lib/upstream/grafana-read";
import { answering } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, lastHour, upstreamAt } from "@/test/upstream/fixtures";

const call: Call = { api: "grafana-annotations", tags: ["deploy", "production"], limit: 2 };
const ask = (body: unknown) =>
  answering({ "/api/annotations": { body } }, async ({ url, asked }) => ({
    evidence: await askOnce(upstreamAt("grafana", url), call),
    asked,
  }));
const at = lastHour.from + 1_000;

test("annotations become changes in order of time; a region ends", async () => {
  const { evidence, asked } = await ask([
    {
      id: 2,
      time: at + 5_000,
      timeEnd: at + 9_000,
      text: '<b>Rollback</b> of payment to 1.4.1 <a href="https://ci.example/7">job</a>',
      tags: ["service:payment"],
    },
    { id: 1, time: at, timeEnd: at, text: "", tags: ["deploy", "v1.5.0"] },
  ]);
  expect(answerOf(evidence, "changes").changes).toEqual([
    expect.objectContaining({
      kind: "deploy",
      at,
      until: null,
      title: "deploy, v1.5.0",
      service: null,
      version: "1.5.0",
      link: null,
      tags: ["deploy", "v1.5.0"],
    }),
    expect.objectContaining({
      kind: "rollback",
      at: at + 5_000,
      until: at + 9_000,
      title: "Rollback of payment to 1.4.1 job",
      service: { name: "payment", namespace: null },
      version: "1.4.1",
      link: "https://ci.example/7",
    }),
  ]);
  expect(evidence).toMatchObject({ partial: true, notes: ["only the first 2 annotations were read"] });
  expect([...(asked[0]?.parameters ?? [])]).toEqual([
    ["from", String(lastHour.from)],
    ["to", String(lastHour.to)],
    ["type", "annotation"],
    ["limit", "2"],
    ["tags", "deploy"],
    ["tags", "production"],
    ["matchAny", "true"],
  ]);
});

test("none is a gap that names the tags", async () => {
  expect(gapIn((await ask([])).evidence)).toMatchObject({
    reason: "none-in-window",
    text: expect.stringMatching(/no annotation tagged deploy or production from/),
  });
});

test.each([
  [["rollback", "deploy"], "", "rollback"],
  [["deploy"], "rollback of payment", "deploy"],
  [[], "reverted 1.5", "rollback"],
  [[], "feature flag new-checkout toggled", "flag"],
  [["kind:config_change"], "", "config"],
  [[], "db migration 42", "migration"],
  [[], "restarted payment", "restart"],
  [[], "payment 1.5.0", "deploy"],
] as const)("kind of %o “%s”: %s", (tags, text, kind) => {
  expect(kindOf(tags, text)).toBe(kind);
});

test("what is configured of a tag comes before all words, whatever the tag's value", () => {
  const kinds = { launchdarkly: "flag", constructor: "job" } as const;
  expect(kindOf(["launchdarkly"], "deployed to all", kinds)).toBe("flag");
  expect(kindOf(["launchdarkly: new-checkout"], "deployed to all", kinds)).toBe("flag");
  expect(kindOf(["deploy", "toString"], "x", kinds)).toBe("deploy");
});

test.each([
  [["service:payment", "namespace:shop"], { name: "payment", namespace: "shop" }],
  [["app=cart"], { name: "cart", namespace: null }],
  [["payment", "team:checkout"], null],
] as const)("service of %o", (tags, service) => {
  expect(serviceOf(tags)).toEqual(service);
});

test.each([
  [["version:2026-11-21.3"], "", "2026-11-21.3"],
  [[], "payment v1.5.0-rc.1 by ci", "1.5.0-rc.1"],
  [[], "deployed 9f3c2ab", "9f3c2ab"],
  [[], "from 10.0.0.12 deployed", null],
  [[], "defaced facade 1234567", null],
] as const)("version of %o “%s”: %s", (tags, text, version) => {
  expect(versionOf(tags, text)).toBe(version);
});

describe("text", () => {
  test("loses markup and scripts, keeps its own signs", () => {
    expect(plainText("<script>alert(1)</script><p>p99 &lt; 3&nbsp;s &amp; a < b</p><!-- x -->")).toBe(
      "p99 < 3 s & a < b",
    );
    expect(plainText("a &constructor; b")).toBe("a &constructor; b");
  });
  test.each([
    ['<a href="javascript:alert(1)">x</a>', null],
    ["see https://ci.example/7).", "https://ci.example/7"],
    ["ftp://x", null],
  ] as const)("%s links to %s", (text, link) => {
    expect(linkOf(text)).toBe(link);
  });
});
