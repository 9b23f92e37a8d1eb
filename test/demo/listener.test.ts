/** The demo's listener as a console sees it: one worker, all backends, faults that can be switched on and off. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { faultChoices, parseFault, printFault, type UpstreamFault } from "@/lib/demo/faults";
import type { DemoLead } from "@/lib/demo/servers/environments";
import { type Demo, startDemo } from "@/lib/demo/servers/listener";
import { hour, minute, toInstant } from "@/lib/signal/time";

const frozen = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ frozen });
});
afterAll(() => demo.stop());

const loki = (path = "labels"): Promise<Response> => fetch(`${demo.url}/shop/loki/loki/api/v1/${path}`);

describe("faults on demand", () => {
  const set = (text: string): Promise<void> => demo.setFault("shop/loki", parseFault(text) ?? null);
  afterEach(() => set("none"));

  test.each([
    ["401", 401, "text/plain"],
    ["429", 429, "text/plain"],
    ["500", 500, "text/plain"],
    ["502", 502, "text/html"],
    ["wrong-content", 200, "text/html"],
  ])("%s answers %i as %s", async (text, status, type) => {
    await set(text);
    const answer = await loki();
    expect([answer.status, answer.headers.get("content-type")?.split(";")[0]]).toEqual([status, type]);
    expect(answer.headers.has("retry-after")).toBe(status === 429);
  });

  test("a dead backend resets the connection, and is well again as soon as it is healed", async () => {
    const before = (await loki()).status;
    await set("reset");
    await expect(loki()).rejects.toThrow();
    await set("none");
    expect((await loki()).status).toBe(before);
  });

  test("an answer that is cut promises all and sends half", async () => {
    await set("cut");
    const answer = await loki();
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  test("a slow backend takes that much longer, a hanging one never answers", async () => {
    await set("latency=300");
    const began = performance.now();
    await loki();
    expect(performance.now() - began).toBeGreaterThan(290);
    await set("hang");
    await expect(fetch(`${demo.url}/shop/loki/ready`, { signal: AbortSignal.timeout(400) })).rejects.toThrow();
  });

  test("one backend's fault is nobody else's", async () => {
    await set("500");
    expect((await fetch(`${demo.url}/quiet/loki/loki/api/v1/labels`)).status).toBe(200);
    expect((await fetch(`${demo.url}/shop/prometheus/api/v1/labels`)).status).toBe(200);
    expect(await demo.faults()).toEqual({ "shop/loki": "500" });
  });

  test("only who has the token may break things, and only what there is", async () => {
    const put = { method: "PUT", body: "hang" };
    expect((await fetch(`${demo.url}/-/faults/shop/loki`, put)).status).toBe(401);
    expect((await fetch(`${demo.url}/-/leads`)).status).toBe(401);
    await expect(demo.setFault("shop/tempo", { kind: "hang" })).rejects.toThrow(/no upstream/);
    expect(await demo.faults()).toEqual({});
  });

  test("every fault reads back from its word, and nonsense is none", () => {
    const faults: readonly (UpstreamFault | undefined)[] = faultChoices.map(([text]) => parseFault(text));
    expect(faults.map((fault) => fault && printFault(fault))).toEqual(faultChoices.map(([text]) => text));
    for (const text of ["", "404", "latency=", "latency=-1", "latency=999999", "RESET", "refuse"])
      expect(parseFault(text)).toBeUndefined();
  });
});

const shopsOf = (leads: readonly DemoLead[]): DemoLead[] =>
  leads.filter(({ environment }) => environment === "shop" || environment === "quiet");

describe("what it tells", () => {
  test("each environment has its own backends, and an unknown path is a 404", async () => {
    expect(demo.upstreams).toContain("shop/jaeger");
    expect(demo.upstreams).toContain("quiet/tempo");
    expect(demo.upstreams).not.toContain("shop/tempo");
    for (const path of ["/", "/shop", "/shop/tempo/ready", "/nobody/loki/ready", "/-"])
      expect((await fetch(demo.url + path)).status, path).toBe(path === "/-" ? 401 : 404);
  });

  test("it offers a failing checkout, a log line, an alert and a healthy one; nothing of them is in the future", async () => {
    const leads = shopsOf(await demo.leads());
    expect(leads.map(({ environment, title }) => `${environment}: ${title}`)).toEqual([
      "shop: A checkout that failed",
      "shop: A log line",
      "shop: The alert CheckoutErrorRateHigh, firing since 14:08:00Z",
      "shop: A checkout that went well",
      "quiet: A checkout that went well",
    ]);
    expect(new Set(leads.map(({ traceId }) => traceId)).size).toBe(5);
    expect(leads[1]?.text).toContain(`"traceID":"${leads[1]?.traceId}"`);
  });

  test("hours after the rollback it still offers checkouts that failed, and says when the alert fired", async () => {
    const late = await startDemo({ start: frozen, frozen: toInstant(frozen + 5 * hour) });
    try {
      const leads = shopsOf(await late.leads());
      expect(leads.map(({ environment, title }) => `${environment}: ${title}`)).toEqual([
        "shop: A checkout that failed",
        "shop: A log line",
        "shop: The alert CheckoutErrorRateHigh, which fired from 14:08:00Z to 14:28:15Z",
        "shop: A checkout that went well",
        "quiet: A checkout that went well",
      ]);
      expect((await fetch(`${late.url}/shop/jaeger/api/v3/traces/${leads[0]?.traceId}`)).status).toBe(200);
    } finally {
      await late.stop();
    }
  });

  test("a search through two days keeps no one else waiting", async () => {
    const seconds = Math.floor(frozen / 1_000);
    const query = new URLSearchParams({
      q: '{ name = "nothing" }',
      start: `${seconds - 48 * 3_600}`,
      end: `${seconds}`,
    });
    const leaving = new AbortController();
    const search = fetch(`${demo.url}/quiet/tempo/api/search?${query}`, { signal: leaving.signal }).then(
      () => "search",
      () => "left",
    );
    expect(await Promise.race([search, loki().then(({ status }) => status)])).toBe(200);
    leaving.abort();
    expect(await search).toBe("left");
  });

  // Three demos count all their worlds at once: patience for a busy machine.
  test("frozen, it tells the same story each time; a minute later it is another", { timeout: 120_000 }, async () => {
    const again = await startDemo({ frozen });
    const later = await startDemo({ frozen: toInstant(frozen + minute) });
    try {
      expect(await again.leads()).toEqual(await demo.leads());
      expect(await later.leads()).not.toEqual(await demo.leads());
    } finally {
      await Promise.all([again.stop(), later.stop()]);
    }
  });

  test("a port that is taken is said in one sentence", { timeout: 60_000 }, async () => {
    const port = Number(new URL(demo.url).port);
    await expect(startDemo({ port })).rejects.toThrow(/^The demo's backends cannot be started: .*EADDRINUSE.*\.$/);
  });
});
