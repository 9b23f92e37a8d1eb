import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { printSetting, toListen, toSetting, toUpstreams, toWebhookToken } from "@/lib/config/derive";
import { loadConfig } from "@/lib/config/load";
import { configSchema } from "@/lib/config/schema";
import { disk } from "./files";

const text = readFileSync(new URL("../../lib/config/example.yaml", import.meta.url), "utf8");
const files = {
  "/etc/throughline/throughline.yaml": text,
  "/etc/throughline/example-token": "loki-token\n",
  "/etc/throughline/example-webhook-token": "webhook-token\n",
  "/etc/throughline/example-ca.pem": "-----BEGIN CERTIFICATE-----\nca",
  "/etc/throughline/example-client.pem": "-----BEGIN CERTIFICATE-----\nclient",
  "/etc/throughline/example-client-key.pem": "-----BEGIN PRIVATE KEY-----\nkey",
};
const secrets = { PROMETHEUS_PASSWORD: "pass:word", TEMPO_KEY: "tempo-key", GRAFANA_TOKEN: "grafana-token" };
const loaded = loadConfig(secrets, disk(files), "/etc/throughline");
const example = () => {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded.config;
};

test("the example has no problem and is read from the working directory", () => {
  expect(loaded).toMatchObject({ ok: true, file: "/etc/throughline/throughline.yaml", notes: [] });
});

test("the example becomes upstreams with units, credentials, tenants and certificates", () => {
  const upstreams = toUpstreams(example());
  expect(upstreams.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    "production/prometheus-eu prometheus",
    "production/loki loki",
    "production/tempo tempo",
    "production/jaeger jaeger",
    "production/alertmanager alertmanager",
    "production/grafana grafana",
    "staging/prometheus prometheus",
    "staging/prometheus-2 prometheus",
  ]);
  expect(upstreams[0]).toEqual({
    id: "production/prometheus-eu",
    kind: "prometheus",
    name: "prometheus-eu",
    url: "http://prometheus.monitoring:9090/prefix",
    headers: { authorization: `Basic ${btoa("throughline:pass:word")}` },
    tenants: [],
    tls: { ca: null, cert: null, key: null },
    timeoutMs: 10_000,
    concurrency: 6,
    maxBytes: 50_000_000,
    maxQuestions: 60,
  });
  expect(upstreams[1]).toMatchObject({
    headers: { authorization: "Bearer loki-token" },
    tenants: ["team-a", "team-b"],
    tls: { ca: files["/etc/throughline/example-ca.pem"], key: files["/etc/throughline/example-client-key.pem"] },
  });
  expect(upstreams[2]).toMatchObject({ headers: { "X-Api-Key": "tempo-key" }, timeoutMs: 20_000 });
});

test("the example becomes a setting that holds no secret", () => {
  const setting = toSetting(example());
  expect(setting.environments[0]).toMatchObject({
    name: "production",
    zone: "Europe/Berlin",
    grafanaUrl: "https://grafana.example.com",
    lokiBudget: { sliceBytes: 5e9, totalBytes: 20e9 },
    annotationTags: ["deploy", "rollback", "launchdarkly"],
    annotationKinds: { launchdarkly: "flag" },
    ignoredAlertLabels: ["shard"],
    neighbours: [{ service: "checkout", calls: "mail-worker", through: "mails" }],
    mappings: [
      { service: "payment", signal: "metrics", matchers: [{ label: "job", op: "=", value: "shop/payment-v2" }] },
      { service: "rewards", signal: "alerts", matchers: [{ label: "consumergroup", op: "=~", value: "rewards-.*" }] },
      {
        signal: "lines",
        matchers: [{ label: "namespace" }, { label: "app", op: "=~", value: "payment|payment-worker" }],
      },
    ],
    changeStreams: [{ kind: "event", serviceField: "name", versionField: "image", titleField: "message" }],
  });
  expect(setting.environments[1]).toMatchObject({ zone: "UTC", grafanaUrl: null, mappings: [], annotationTags: [] });
  const visible = JSON.stringify(setting) + printSetting(setting);
  for (const secret of [...Object.values(secrets), "loki-token", "webhook-token", "BEGIN"])
    expect(visible).not.toContain(secret);
});

test("the webhook's token comes from the file, or from its variable; without either it is off", () => {
  expect(toWebhookToken(example(), { THROUGHLINE_WEBHOOK_TOKEN: "another" })).toBe("webhook-token");
  const { webhook: _, ...without } = example();
  expect(toWebhookToken(without, { THROUGHLINE_WEBHOOK_TOKEN: "another" })).toBe("another");
  expect(toWebhookToken(without, {})).toBeNull();
});

test("the example's public address and hosts are allowed", () => {
  expect(toListen(example(), {}, "vm")).toEqual({
    host: "127.0.0.1",
    port: 3000,
    allowedHosts: ["throughline.example.com", "throughline.internal:8443", "throughline.example.com"],
    publicUrl: "https://throughline.example.com",
  });
});

test("every key of the schema is in the example", () => {
  const keys = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties" && typeof value === "object" && value !== null)
        for (const name of Object.keys(value)) keys.add(name);
      collect(value);
    }
  };
  collect(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }));
  expect(keys.size).toBeGreaterThan(35);
  for (const key of keys) expect(text, key).toMatch(new RegExp(`\\b${key}:`));
});
