import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Call, GapReason } from "@/lib/evidence";
import type { UpstreamKind } from "@/lib/setting";
import { answerOf, askOnce, gapIn, linesCall, rangeCall, traceCall, upstreamAt } from "@/test/upstream/fixtures";
import { type FaultName, type Misbehaving, startMisbehaving } from "@/test/upstream/misbehaving";

let server: Misbehaving;
beforeAll(async () => {
  server = await startMisbehaving();
});
afterAll(() => server.close());

type Case = {
  readonly fault: FaultName;
  readonly reason: GapReason;
  readonly text: RegExp;
  readonly next: RegExp;
  readonly kind?: UpstreamKind;
  readonly call?: Call;
  readonly more?: Partial<UpstreamConfig>;
};
const loki = { kind: "loki", call: linesCall } as const;
const tempo = { kind: "tempo", call: traceCall("7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5") } as const;

const cases: readonly Case[] = [
  {
    fault: "hang",
    reason: "timeout",
    text: /no complete answer in 300 ms/,
    next: /narrower window/,
    more: { timeoutMs: 300 },
  },
  {
    fault: "slow-drip",
    reason: "timeout",
    text: /no complete answer in 300 ms/,
    next: /narrower window/,
    more: { timeoutMs: 300 },
  },
  { fault: "head-then-hang", reason: "timeout", text: /no complete answer/, next: /load/, more: { timeoutMs: 300 } },
  { fault: "reset-half-way", reason: "unreachable", text: /broke off in the middle/, next: /restarted/ },
  {
    fault: "reset-before-first-byte",
    reason: "unreachable",
    text: /before it answered, twice/,
    next: /restarts or crashes/,
  },
  {
    fault: "401",
    reason: "unauthorized",
    text: /does not accept our credentials \(HTTP 401\)/,
    next: /credentials configured/,
  },
  { fault: "403", reason: "unauthorized", text: /forbids this \(HTTP 403\).*Access denied/, next: /read access/ },
  { fault: "404", reason: "query-rejected", text: /does not know the address/, next: /path prefix/ },
  { fault: "422", reason: "query-rejected", text: /could not carry out.*too many samples/, next: /over a limit/ },
  { fault: "429", reason: "rate-limited", text: /asked too often/, next: /Wait 7 s/ },
  { fault: "500-text", reason: "server-error", text: /“panic: something broke in here”/, next: /log of Prometheus/ },
  { fault: "502-html", reason: "server-error", text: /proxy in front.*502 Bad Gateway/, next: /the proxy is/ },
  {
    fault: "503-own-words",
    reason: "server-error",
    text: /not available.*Ingester not ready/,
    next: /again in a minute/,
  },
  {
    fault: "503-query-timeout",
    reason: "timeout",
    text: /itself gave up on the query \(HTTP 503\)/,
    next: /run the same load twice/,
  },
  {
    fault: "504-loki",
    reason: "timeout",
    text: /itself gave up.*decrease the duration/,
    next: /Narrow the window/,
    ...loki,
  },
  {
    fault: "redirect",
    reason: "unreadable",
    text: /sends us elsewhere \(HTTP 302\): login.example\/oauth\.$/,
    next: /not followed/,
  },
  {
    fault: "200-html",
    reason: "unreadable",
    text: /a web page \(“Sign in”\)/,
    next: /login page or a proxy, not Prometheus/,
  },
  { fault: "truncated-json", reason: "unreadable", text: /no whole JSON document/, next: /cut on the way/ },
  { fault: "not-json", reason: "unreadable", text: /no whole JSON document/, next: /cut on the way/ },
  { fault: "empty", reason: "unreadable", text: /no whole JSON document/, next: /cut on the way/ },
  {
    fault: "wrong-shape",
    reason: "unreadable",
    text: /JSON that is not Prometheus's: status/,
    next: /another service/,
  },
  { fault: "50-mb", reason: "too-large", text: /larger than 20 MB/, next: /maxBytes/ },
  { fault: "gzip-bomb", reason: "too-large", text: /larger than 20 MB/, next: /maxBytes/ },
  { fault: "damaged-gzip", reason: "unreadable", text: /cannot be unpacked/, next: /proxy that changes bodies/ },
  {
    fault: "unknown-encoding",
    reason: "unreadable",
    text: /cannot be unpacked \(content-encoding zstd\)/,
    next: /proxy/,
  },
  { fault: "loki-too-wide", reason: "query-rejected", text: /too many bytes/, next: /wider than Loki allows/, ...loki },
  {
    fault: "loki-required-labels",
    reason: "query-rejected",
    text: /required matchers \[app, team\]/,
    next: /certain labels/,
    ...loki,
  },
  {
    fault: "loki-pipeline-error",
    reason: "query-rejected",
    text: /pipeline error \(details hold log content/,
    next: /receipt/,
    ...loki,
  },
  {
    fault: "loki-tenants",
    reason: "server-error",
    text: /multiple org IDs/,
    next: /one upstream for each tenant/,
    ...loki,
  },
  {
    fault: "tempo-too-large",
    reason: "too-large",
    text: /exceeds max size/,
    next: /raise that limit in Tempo/,
    ...tempo,
  },
  {
    fault: "tempo-not-found",
    reason: "not-found",
    text: /does not know trace 7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5/,
    next: /retention/,
    ...tempo,
  },
  { fault: "no-tenant", reason: "unauthorized", text: /several tenants.*“no org id”/, next: /X-Scope-OrgID/, ...tempo },
];

describe("each way to fail is a gap of its own, with a next step", () => {
  test.each(cases)("$fault", async ({ fault, reason, text, next, kind = "prometheus", call = rangeCall, more }) => {
    const config = upstreamAt(kind, server.url(fault), more);
    const evidence = await askOnce(config, call);
    const gap = gapIn(evidence);
    expect(gap).toMatchObject({ reason, text: expect.stringMatching(text), next: expect.stringMatching(next) });
    expect(gap.text).toContain(config.id);
    expect(gap.text.length).toBeLessThan(700);
    expect(evidence.receipt.lastByte).toBeGreaterThanOrEqual(evidence.receipt.sent);
  });

  test("refused", async () => {
    const config = upstreamAt("loki", server.refusedUrl);
    const gap = gapIn(await askOnce(config, linesCall));
    expect(gap).toMatchObject({
      reason: "refused",
      text: `${config.id} refuses connections.`,
      next: `Check the url of ${config.id} and that Loki listens there.`,
    });
  });

  test("DNS failure", async () => {
    const gap = gapIn(await askOnce(upstreamAt("loki", server.unresolvableUrl), linesCall));
    expect(gap).toMatchObject({
      reason: "unreachable",
      text: expect.stringMatching(/host name .* cannot be resolved/),
    });
  });

  test("a self-signed certificate, until it is configured as ca", async () => {
    const gap = gapIn(await askOnce(upstreamAt("prometheus", server.tlsUrl("fine")), rangeCall));
    expect(gap).toMatchObject({
      reason: "unreachable",
      text: expect.stringMatching(/nobody known has signed/),
      next: expect.stringMatching(/tls\.ca/),
    });
    const trusted = upstreamAt("prometheus", server.tlsUrl("fine"), {
      tls: { ca: server.certificate, cert: null, key: null },
    });
    expect(gapIn(await askOnce(trusted, rangeCall)).reason).toBe("none-in-window");
  });

  test("plain HTTP spoken to a TLS port", async () => {
    const gap = gapIn(
      await askOnce(upstreamAt("prometheus", server.tlsUrl("fine").replace("https:", "http:")), rangeCall),
    );
    expect(gap.reason).toMatch(/unreachable|unreadable|query-rejected/);
  });

  test("a text of any length and with any characters is one short line", async () => {
    const long = gapIn(await askOnce(upstreamAt("prometheus", server.url("500-long")), rangeCall));
    expect(long.text.length).toBeLessThan(520);
    const odd = gapIn(await askOnce(upstreamAt("prometheus", server.url("500-text")), rangeCall));
    expect(odd.text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("what a server echoes of our credentials is not shown", async () => {
    const basic = `Basic ${Buffer.from("reader:hunter2-hunter2").toString("base64")}`;
    const gap = gapIn(
      await askOnce(upstreamAt("prometheus", server.url("401-echo"), { headers: { authorization: basic } }), rangeCall),
    );
    expect(gap.text).toContain("bad header •••");
    expect(JSON.stringify(gap)).not.toContain(basic.slice(8));
  });

  test("Loki's pipeline error does not leak the line", async () => {
    const gap = gapIn(await askOnce(upstreamAt("loki", server.url("loki-pipeline-error")), linesCall));
    expect(JSON.stringify(gap)).not.toContain("4111");
  });

  test("a partial trace of Tempo is a trace, marked partial, with Tempo's words", async () => {
    const evidence = await askOnce(upstreamAt("tempo", server.url("tempo-partial")), tempo.call);
    expect(answerOf(evidence, "trace").trace.spanId).toEqual(["0000000000000001"]);
    expect(evidence).toMatchObject({ partial: true, notes: [expect.stringMatching(/exceeds maximum size/)] });
  });

  test("everything down: every question is answered with a gap", async () => {
    const kinds = ["prometheus", "loki", "tempo"] as const;
    const calls: Record<(typeof kinds)[number], Call> = { prometheus: rangeCall, loki: linesCall, tempo: tempo.call };
    const all = await Promise.all(kinds.map((kind) => askOnce(upstreamAt(kind, server.refusedUrl), calls[kind])));
    expect(all.map((evidence) => gapIn(evidence).reason)).toEqual(["refused", "refused", "refused"]);
  });
});
