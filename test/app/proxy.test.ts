import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NextRequest } from "next/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GET } from "@/app/api/health/route";
import { currentConfig } from "@/lib/config/current";
import { proxy } from "@/proxy";

const folder = mkdtempSync(join(tmpdir(), "throughline-test-"));
beforeAll(() => {
  const file = join(folder, "throughline.yaml");
  writeFileSync(
    file,
    "environments: { a: { upstreams: [{ kind: loki, url: http://l }, { kind: loki, url: http://m }] } }",
  );
  vi.stubEnv("THROUGHLINE_CONFIG", file);
  vi.stubEnv("HOSTNAME", "127.0.0.1");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, headers: Readonly<Record<string, string>> = {}): Response =>
  proxy(new NextRequest(`http://localhost:3000${path}`, { headers: { host: "localhost:3000", ...headers } }));
const policyOf = (response: Response): string => response.headers.get("content-security-policy") ?? "";

test("every page has its own nonce, in the policy of the answer and of the request that Next renders", () => {
  const [first, second] = [ask("/"), ask("/")];
  expect(policyOf(first)).toMatch(/'nonce-[A-Za-z0-9+/]{22}=='/);
  expect(policyOf(first)).not.toBe(policyOf(second));
  expect(first.headers.get("x-middleware-request-content-security-policy")).toBe(policyOf(first));
});

test("a nonce sent by the browser is not used", () => {
  const response = ask("/", { "x-nonce": "mine", "content-security-policy": "script-src 'nonce-mine'" });
  expect(response.headers.get("x-middleware-request-x-nonce")).not.toBe("mine");
  expect(response.headers.get("x-middleware-request-content-security-policy")).not.toContain("mine");
});

test("a refused request is told which header is to blame", async () => {
  const other = ask("/", { host: "evil.example" });
  expect(other.status).toBe(421);
  expect(await other.json()).toMatchObject({ field: "Host" });
  const crossSite = ask("/api/health", { "sec-fetch-site": "cross-site" });
  expect(crossSite.status).toBe(403);
  expect(await crossSite.json()).toMatchObject({ field: "Sec-Fetch-Site" });
  expect(crossSite.headers.get("x-content-type-options")).toBe("nosniff");
});

test("health counts what is configured", async () => {
  expect(await GET().json()).toEqual({ ok: true, version: expect.any(String), environments: 1, upstreams: 2 });
});

test("the configuration is read once, whoever asks", () => {
  expect(currentConfig()).toBe(currentConfig());
});
