import { expect, test } from "vitest";
import { outLinks } from "@/components/out-links";
import { receiptWords } from "@/components/panels/receipt";
import { curlOf, languageOf, outLinkOf } from "@/components/panels/receipt-links";
import type { Evidence, Question } from "@/lib/evidence";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import { drawnTraceId, drawnWindow, evidenceOf, gapOf } from "../draw";

const upstreamOf = (kind: UpstreamSetting["kind"], more: Partial<UpstreamSetting> = {}): UpstreamSetting => ({
  id: `shop/${kind}`,
  kind,
  name: kind,
  environment: "shop",
  publicUrl: null,
  grafanaDatasource: null,
  tenants: [],
  ...more,
});
const shop = (upstreams: readonly UpstreamSetting[], grafanaUrl: string | null = null): EnvironmentSetting => ({
  name: "shop",
  zone: "UTC",
  upstreams,
  mappings: [],
  changeStreams: [],
  annotationTags: [],
  links: [],
  lokiBudget: { sliceBytes: 5e9, totalBytes: 20e9 },
  grafanaUrl,
});
const lines = (more: Partial<Question> = {}): Evidence =>
  evidenceOf(
    gapOf("none-in-window"),
    { kind: "lines-of-id", rung: -1 },
    { call: { api: "loki-lines", query: '{app="a"}', limit: 100, direction: "forward" }, ...more },
  );
const jaeger = (publicUrl: string): Evidence["question"] =>
  evidenceOf(
    gapOf("not-found"),
    { kind: "trace-by-id" },
    {
      upstream: "shop/jaeger",
      call: { api: "jaeger-trace", traceId: drawnTraceId },
      text: publicUrl,
    },
  ).question;

test("a receipt says how many, who, how slow the slowest was, and how heavy all were", () => {
  const found = evidenceOf({ kind: "volume", bytes: 1 }, { kind: "alerts" });
  const slow = { ...lines(), receipt: { ...lines().receipt, sent: 0, lastByte: 212, bytes: 20_000 } };
  expect(receiptWords([found, slow])).toBe("2 queries · alertmanager, loki · 212 ms · 21 kB");
});

test("only a failure is a query without an answer: that there is nothing is one", () => {
  const gap = (reason: "timeout" | "none-in-window") => evidenceOf(gapOf(reason, "", ""), { kind: "alerts" });
  expect(receiptWords([gap("none-in-window")])).not.toContain("without an answer");
  expect(receiptWords([gap("none-in-window"), gap("timeout")])).toContain("1 without an answer");
});

test("curl holds a placeholder where credentials would be, and no host that is not public", () => {
  const receipt = { ...lines().receipt, request: "GET /loki/api/v1/query_range?query=%7Bapp%3D'a'%7D" };
  expect(curlOf(receipt, upstreamOf("loki", { tenants: ["a", "b"] }))).toBe(
    `curl -sS -H "Authorization: Bearer $TOKEN" -H 'X-Scope-OrgID: a|b' "$URL"'/loki/api/v1/query_range?query=%7Bapp%3D'\\''a'\\''%7D'`,
  );
  expect(curlOf(receipt, upstreamOf("loki", { publicUrl: "https://loki.example" }))).toContain(
    "'https://loki.example/loki/api",
  );
});

test("a query opens in Grafana over the same window, where its data source is known", () => {
  const link = outLinkOf(
    lines(),
    shop([upstreamOf("loki", { grafanaDatasource: "uid-1" })], "https://grafana.example/"),
  );
  const panes: unknown = JSON.parse(new URL(link?.href ?? "").searchParams.get("panes") ?? "");
  expect(link?.title).toBe("Open in Grafana");
  expect(panes).toMatchObject({
    a: {
      datasource: "uid-1",
      queries: [{ expr: '{app="a"}' }],
      range: { from: String(drawnWindow.from), to: String(drawnWindow.to) },
    },
  });
});

test("a trace opens in Jaeger where its address is public, and nothing opens where none is", () => {
  const evidence = { ...lines(), question: jaeger("") };
  const at = (publicUrl: string | null) => outLinkOf(evidence, shop([upstreamOf("jaeger", { publicUrl })]));
  expect(at("https://jaeger.example/ui/")).toEqual({
    title: "Open in Jaeger",
    href: `https://jaeger.example/ui/trace/${drawnTraceId}`,
  });
  expect(at(null)).toBeUndefined();
  expect(at("javascript:alert(1)//")).toBeUndefined();
});

test("the query is named by its language", () => {
  expect(languageOf(lines().question)).toBe("LogQL");
  expect(languageOf(jaeger(""))).toBe("request");
});

test("a link elsewhere is filled, and left out while its value is not known", () => {
  const templates = [
    { title: "Errors", url: "https://errors.example/?q={id}&from={from}" },
    { title: "Runbook", url: "https://runbooks.example/{service}" },
    { title: "Bad", url: "javascript:{id}" },
  ];
  expect(outLinks(templates, { id: "a b&c", service: null, window: drawnWindow })).toEqual([
    { title: "Errors", href: "https://errors.example/?q=a%20b%26c&from=2026-11-21T13%3A33%3A00.000Z" },
  ]);
});
