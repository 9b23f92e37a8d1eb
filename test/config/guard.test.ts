import { expect, test } from "vitest";
import type { Listen } from "@/lib/config/derive";
import { contentSecurityPolicy, refuse } from "@/lib/config/guard";

const loopback: Listen = { host: "127.0.0.1", port: 3000, allowedHosts: [], publicUrl: null };
const everywhere: Listen = {
  host: "0.0.0.0",
  port: 3000,
  allowedHosts: ["console.internal:8443", "throughline.example.com"],
  publicUrl: "https://throughline.example.com",
};
/** Status and field of the refusal, or "answered". */
const verdict = (listen: Listen, path: string, headers: Readonly<Record<string, string>>): string => {
  const refusal = refuse({ path, header: (name) => headers[name] ?? null }, listen);
  return refusal === null ? "answered" : `${refusal.status} ${refusal.field}`;
};

test.each([
  [loopback, "localhost:3000", "answered"],
  [loopback, "LOCALHOST", "answered"],
  [loopback, "127.0.0.1:9", "answered"],
  [loopback, "[::1]:3000", "answered"],
  [{ ...loopback, host: "::1" }, "localhost:3000", "answered"],
  [loopback, "evil.example", "421 Host"],
  [loopback, "localhost.evil.example", "421 Host"],
  [loopback, "127.0.0.1.nip.io", "421 Host"],
  [loopback, "user@localhost", "400 Host"],
  [loopback, "", "400 Host"],
  [everywhere, "localhost:3000", "421 Host"],
  [everywhere, "0.0.0.0:3000", "421 Host"],
  [everywhere, "throughline.example.com", "answered"],
  [everywhere, "throughline.example.com:3000", "answered"],
  [everywhere, "console.internal:8443", "answered"],
  [everywhere, "console.internal:80", "421 Host"],
  [{ ...everywhere, host: "10.0.0.7" }, "10.0.0.7:3000", "answered"],
])("listening as %j, Host %s is %s", (listen, host, expected) => {
  expect(verdict(listen, "/", { host })).toBe(expected);
});

test("a probe of the health is answered under whatever address it calls, but not another site's page", () => {
  expect(verdict(everywhere, "/api/health", { host: "10.42.0.9:3000" })).toBe("answered");
  expect(verdict(everywhere, "/api/health", {})).toBe("answered");
  expect(verdict(everywhere, "/api/healthy", { host: "10.42.0.9:3000" })).toBe("421 Host");
  expect(verdict(everywhere, "/api/health", { host: "10.42.0.9", "sec-fetch-site": "cross-site" })).toBe(
    "403 Sec-Fetch-Site",
  );
});

test("without Host nothing is answered", () => {
  expect(verdict(loopback, "/", {})).toBe("400 Host");
});

const api = "/api/investigate";
test.each([
  ["curl", loopback, api, {}, "answered"],
  ["the page itself", loopback, api, { "sec-fetch-site": "same-origin", origin: "http://localhost:3000" }, "answered"],
  ["an address typed by a person", loopback, api, { "sec-fetch-site": "none" }, "answered"],
  ["another site", loopback, api, { "sec-fetch-site": "cross-site" }, "403 Sec-Fetch-Site"],
  ["another port of this machine", loopback, api, { "sec-fetch-site": "same-site" }, "403 Sec-Fetch-Site"],
  ["an old browser on another site", loopback, api, { origin: "https://evil.example" }, "403 Origin"],
  ["an old browser on another port", loopback, api, { origin: "http://localhost:4000" }, "403 Origin"],
  ["a sandboxed frame", loopback, api, { origin: "null" }, "403 Origin"],
  ["an origin that is none", loopback, api, { origin: "http://" }, "403 Origin"],
  ["another site that opens a page", loopback, "/investigate", { "sec-fetch-site": "cross-site" }, "answered"],
  ["another site that asks for no API", loopback, "/apiary", { "sec-fetch-site": "cross-site" }, "answered"],
])("%s is judged by its own headers", (_, listen, path, headers, expected) => {
  expect(verdict(listen, path, { host: "localhost:3000", ...headers })).toBe(expected);
});

test("behind a proxy that ends TLS, the public address may ask", () => {
  const host = "throughline.example.com";
  expect(verdict(everywhere, api, { host, origin: `https://${host}` })).toBe("answered");
  expect(verdict(everywhere, api, { host: `${host}:443`, origin: `https://${host}` })).toBe("answered");
  expect(verdict(everywhere, api, { host: "console.internal:8443", origin: `https://${host}` })).toBe("answered");
});

test("the policy names the nonce once, and eval in development only", () => {
  expect(contentSecurityPolicy("abc", false)).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(contentSecurityPolicy("abc", false)).not.toContain("eval");
  expect(contentSecurityPolicy("abc", true)).toContain("'unsafe-eval'");
});
