import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { UpstreamKind } from "@/lib/setting";
import { probe } from "@/lib/upstream/probe";
import { startReplay } from "@/test/recorded/replay";
import { answering } from "@/test/upstream/answering";
import { upstreamAt } from "@/test/upstream/fixtures";
import { type Misbehaving, startMisbehaving } from "@/test/upstream/misbehaving";

let server: Misbehaving;
beforeAll(async () => {
  server = await startMisbehaving();
});
afterAll(() => server.close());
const never = new AbortController().signal;
const probing = (routes: Parameters<typeof answering>[0], first: UpstreamKind = "prometheus") =>
  answering(routes, async ({ url, asked }) => ({ probed: await probe(upstreamAt(first, url), never), asked }));
const build = { version: "3.7.6", revision: "x", goVersion: "go1.26" };

describe("each product is known by its own document", () => {
  test.each([
    ["prometheus", "/api/v1/status/buildinfo", { status: "success", data: { version: "3.5.3" } }, "3.5.3"],
    ["loki", "/loki/api/v1/status/buildinfo", build, "3.7.6"],
    ["tempo", "/api/status/buildinfo", { ...build, version: "" }, null],
    [
      "alertmanager",
      "/api/v2/status",
      { cluster: { status: "disabled" }, uptime: "2026", versionInfo: { version: "0.33.1" } },
      "0.33.1",
    ],
    ["grafana", "/api/health", { database: "ok", version: "13.0.0", commit: "x" }, "13.0.0"],
    ["jaeger", "/api/services", { data: ["frontend"], total: 1, limit: 0, offset: 0, errors: null }, null],
  ] as const)("%s", async (kind, path, body, version) => {
    const { probed, asked } = await probing({ [path]: { body } });
    expect(probed).toMatchObject({ reachable: true, kind, version, needsTenant: false, gap: null });
    expect(asked.map(({ path: asked }) => asked)).not.toContain("/status/buildinfo");
  });
});

test("a recorded Tempo is Tempo, with a version that is not told", async () => {
  const replay = await startReplay("3.0.3");
  expect(await probe(upstreamAt("tempo", replay.url), never)).toMatchObject({
    reachable: true,
    kind: "tempo",
    version: null,
    gap: null,
  });
  await replay.close();
});

test("a server of several tenants wants one", async () => {
  const { probed } = await probing({
    "/loki/api/v1/status/buildinfo": { body: build },
    "/loki/api/v1/labels": { status: 401, body: "no org id\n" },
  });
  expect(probed).toMatchObject({ reachable: true, kind: "loki", needsTenant: true, gap: { reason: "unauthorized" } });
});

test("nobody there, a login page, no entry, and something else", async () => {
  expect(await probe(upstreamAt("loki", server.refusedUrl), never)).toMatchObject({
    reachable: false,
    gap: { reason: "refused" },
  });
  expect(await probe(upstreamAt("loki", server.tlsUrl("fine")), never)).toMatchObject({
    reachable: false,
    gap: { next: expect.stringMatching(/tls\.ca/) },
  });
  expect(await probe(upstreamAt("loki", server.url("200-html")), never)).toMatchObject({
    kind: null,
    gap: { next: expect.stringMatching(/login page/) },
  });
  expect(await probe(upstreamAt("loki", server.url("401")), never)).toMatchObject({
    kind: null,
    gap: { reason: "unauthorized" },
  });
  expect(await probe(upstreamAt("loki", server.url("wrong-shape")), never)).toMatchObject({
    kind: null,
    gap: { next: expect.stringMatching(/path prefix/) },
  });
  expect(await probe(upstreamAt("loki", server.url("hang"), { timeoutMs: 200 }), never)).toMatchObject({
    reachable: false,
    gap: { reason: "timeout" },
  });
});
