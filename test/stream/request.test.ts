import { describe, expect, test } from "vitest";
import { fromBody, fromQuery, maxBody, parseRequest } from "@/lib/stream/request";
import { at, drawnTraceId } from "@/test/draw";
import { environment, everything } from "@/test/installation";

const setting = { environments: [environment(everything), environment(everything, { name: "staging" })] };
const parse = (raw: unknown) => parseRequest(raw, setting);

describe("what is asked", () => {
  test("an id is enough; no one is asked for a time range", () => {
    expect(parse({ lead: drawnTraceId })).toMatchObject({
      ok: true,
      request: { window: null, deep: false, fresh: false },
    });
  });

  test("a window and an environment are kept as given", () => {
    const parsed = parse({
      lead: drawnTraceId,
      environment: "staging",
      from: "2026-11-21T13:33:12.000Z",
      to: "2026-11-21T14:18:05Z",
    });
    expect(parsed).toMatchObject({
      ok: true,
      request: { window: { from: at("13:33:12"), to: at("14:18:05") }, lead: { environment: "staging" } },
    });
  });

  test("the page's own address asks the same; its zoom and choices change nothing", () => {
    const query = new URLSearchParams(`lead=${drawnTraceId}&view=a/b&span=1&service=x&search=deep`);
    expect(parse(fromQuery(query))).toMatchObject({ ok: true, request: { deep: true } });
  });

  test("of an alert, the service to look at is read; of an id it changes nothing, not even the run", () => {
    const asked = (lead: string, service: string) => parse(fromQuery(new URLSearchParams({ lead, service })));
    const of = (service: { readonly name: string; readonly namespace: string | null } | null) => ({
      ok: true,
      request: { service },
    });
    expect(asked("HighErrors{}", "shop/payment")).toMatchObject(of({ name: "payment", namespace: "shop" }));
    expect(asked("HighErrors{}", ' "pay\\}" ')).toMatchObject(of({ name: '"pay\\}"', namespace: null }));
    expect(asked(drawnTraceId, "shop/payment")).toMatchObject(of(null));
  });

  test("what services were said to be called is read, and equal whatever stood first", () => {
    const [a, b] = ["metrics:shop/payment:job=pay", "lines:order:app=order"];
    const chosen = (first = "", second = "") => {
      const query = [
        ["lead", drawnTraceId],
        ["map", first],
        ["map", second],
      ];
      const parsed = parse(fromQuery(new URLSearchParams(query)));
      return parsed.ok ? parsed.request.mappings : parsed.error;
    };
    expect(chosen(a, b)).toEqual([
      { service: "order", signal: "lines", matchers: [{ label: "app", op: "=", value: "order" }], by: "reader" },
      { service: "shop/payment", signal: "metrics", matchers: [{ label: "job", op: "=", value: "pay" }], by: "reader" },
    ]);
    expect(chosen(b, a)).toEqual(chosen(a, b));
  });

  test.each([
    [{ lead: drawnTraceId, envrionment: "shop" }, "envrionment", "unknown field"],
    [
      { lead: drawnTraceId, environment: "prod" },
      "environment",
      'no environment "prod" is configured; there is shop, staging',
    ],
    [{ lead: drawnTraceId, from: "now-1h", to: "now" }, "from", 'got "now-1h"'],
    [
      { lead: "HighErrors{}", service: "a/b/c" },
      "service",
      'expected a service such as payment or shop/payment, got "a/b/c"',
    ],
    [{ lead: "HighErrors{}", service: " " }, "service", "expected a service"],
    [{ lead: "HighErrors{}", service: "pay\nment" }, "service", 'got "payment"'],
    [{ lead: "HighErrors{}", service: "x".repeat(201) }, "service", "expected at most 200 characters"],
    [{ lead: drawnTraceId, from: "2026-11-21T14:00:00Z" }, "to", "needs both"],
    [{ lead: drawnTraceId, from: "2026-11-21T14:00:00Z", to: "2026-11-21T13:00:00Z" }, "to", "after from"],
    [{ lead: drawnTraceId, from: "2026-01-01T14:00:00Z", to: "2026-11-21T13:00:00Z" }, "from", "31 days"],
    [{ lead: "" }, "lead", "expected an id"],
    [{ lead: "no id here at all" }, "lead", "no id here at all"],
    [{ lead: 7 }, "lead", "expected string"],
    [[], "body", "expected object"],
    [null, "body", "expected object"],
    [{ lead: drawnTraceId, search: "wide" }, "search", 'expected "deep"'],
    [{ lead: drawnTraceId, map: "metrics:payment:job=a" }, "map", "expected array"],
    [{ lead: drawnTraceId, map: ["metrics:a:b=c", "spans:payment:job=a"] }, "map.1", 'got "spans:payment:job=a"'],
    [{ lead: drawnTraceId, map: ["metrics:payment:job=~("] }, "map.0", "a regular expression"],
    [{ lead: drawnTraceId, map: ["metrics:a:b=c", "metrics:a:b=d"] }, "map", "one mapping for a service and signal"],
    [{ lead: drawnTraceId, map: Array.from({ length: 9 }, (_, at) => `lines:a${at}:b=c`) }, "map", "at most 8"],
  ])("%j names the field %s", (raw, field, words) => {
    const parsed = parse(raw);
    expect(parsed).toMatchObject({ ok: false, status: 400, field });
    expect(parsed.ok ? "" : parsed.error).toContain(words);
  });

  test("what could disturb a terminal is not echoed", () => {
    const parsed = parse({ lead: drawnTraceId, environment: "\u001b[31m\u202eevil".padEnd(500, "x") });
    expect(parsed.ok ? "" : parsed.error).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(parsed.ok ? "" : parsed.error.length).toBeLessThan(200);
  });
});

describe("the body", () => {
  const post = (body: BodyInit): Request => new Request("http://localhost/api/investigate", { method: "POST", body });

  test("JSON is read", async () => {
    expect(await fromBody(post('{"lead":"x"}'))).toEqual({ ok: true, value: { lead: "x" } });
  });
  test("what is no JSON is refused with an example", async () => {
    expect(await fromBody(post("lead=x"))).toMatchObject({ ok: false, status: 400, field: "body" });
  });
  test("a body over the limit is refused before it is held", async () => {
    expect(await fromBody(post("x".repeat(maxBody + 1)))).toMatchObject({ ok: false, status: 413, field: "body" });
  });
});
