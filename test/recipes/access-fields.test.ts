import { describe, expect, test } from "vitest";
import { accessLinesOf } from "@/lib/recipes/access-fields";
import type { Labels } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";

const lines = (text: readonly string[], metadata: readonly (Labels | null)[] = text.map(() => null)): LogLines => ({
  ...{ base: "1", streams: [{ job: "alb_logs", host: "10.0.0.1" }], text, metadata },
  stream: text.map(() => 0),
  offset: text.map((_, row) => row),
  level: text.map(() => "unknown"),
});
const fieldsOf = (text: readonly string[]) => accessLinesOf(lines(text))?.fields ?? null;
const own = { served: null, status: "answered_status", client: "client_address" };

test.each([
  [
    "AWS' balancer",
    'h2 2026-11-21T14:03:10.123Z app/x/1 203.0.113.9:4711 10.0.1.2:80 0.001 0.02 0.0 200 200 310 900 "GET https://x:443/ HTTP/2.0"',
    expect.stringMatching(/^\| regexp `/),
  ],
  [
    "AWS' balancer, whose firewall answers",
    'h2 2026-11-21T14:03:10.123Z app/x/1 203.0.113.9:4711 - -1 -1 -1 429 - 310 900 "GET https://x:443/ HTTP/2.0"',
    expect.stringMatching(/^\| regexp `/),
  ],
  [
    "the combined format",
    '203.0.113.9 - alice [21/Nov/2026:14:03:10 +0000] "GET /odds HTTP/1.1" 429 162 "-" "curl/8"',
    expect.stringMatching(/^\| regexp `/),
  ],
  [
    "JSON",
    '{"time":"2026","remote_addr":"203.0.113.9","upstream_addr":"10.0.1.2","status":429,"bytes":200}',
    '| json answered_status="status", client_address="remote_addr"',
  ],
  [
    "JSON within JSON",
    '{"request":{"client_ip":"2001:db8::7"},"response":{"status":403,"size":200}}',
    '| json answered_status="response.status", client_address="request.client_ip"',
  ],
  [
    "logfmt",
    'level=info server=10.0.1.2 client=203.0.113.9 status=503 duration=200ms msg="GET / 1"',
    '| logfmt answered_status="status", client_address="client"',
  ],
])("%s: its status and its client are found", (_, line, stage) => {
  expect(fieldsOf([line, line, "something else"])).toEqual({ stage, ...own });
});

test("what travels beside the line is taken as it is", () => {
  const beside = { status_code: "429", ip: "203.0.113.9" };
  expect(accessLinesOf(lines(["x", "y"], [beside, beside]))?.fields).toEqual({
    ...{ stage: "", status: "status_code", client: "ip", served: null },
  });
});

test.each([
  ["no line", []],
  ["lines without an address", ['{"status":429,"user":"a"}']],
  ["lines whose only address is a server's", ['{"status":429,"upstream_addr":"10.0.1.2"}']],
  ["lines whose code is no status", ['{"code":"E17","ip":"10.0.1.2"}']],
  ["few of many", ["a", "b", "c", '{"status":429,"ip":"10.0.1.2"}']],
  ["broken JSON", ['{"status":429,"ip":"10.0.1.2"']],
])("%s: nothing is guessed", (_, text) => {
  expect(fieldsOf(text)).toBeNull();
});

describe("whom a request went to", () => {
  const known = {
    isOwn: (value: string) => /payment/.test(value),
    isLog: (value: string) => /nginx|alb/.test(value),
  };
  const labelled = (labels: Labels, text: string): LogLines => ({ ...lines([text, text]), streams: [labels] });
  const nginx = { app: "ingress-nginx", host: "ip-10-0-0-1" };
  const json = (more: object): string =>
    JSON.stringify({
      status: 429,
      remote_addr: "203.0.113.9",
      upstream_addr: "10.0.1.2:80",
      upstream_status: "429",
      ...more,
    });
  const combinedLine = '203.0.113.9 - - [21/Nov/2026:14:03:10 +0000] "GET /pay HTTP/1.1" 429 162 "-" "curl/8"';
  const alb =
    'h2 2026-11-21T14:03:10.123Z app/x/1 203.0.113.9:4711 10.0.1.2:80 0.001 0.02 0.0 200 200 310 900 "GET https://x:443/ HTTP/2.0" "curl" - -';

  test.each([
    [
      "an upstream in JSON",
      labelled(nginx, json({ proxy_upstream_name: "shop-ads-80" })),
      "answered_by",
      "shop-ads-80",
    ],
    [
      "a host in JSON, as it names one that is looked at",
      labelled(nginx, json({ vhost: "payment.shop" })),
      "answered_by",
      "payment.shop",
    ],
    [
      "the one that names whom is looked at",
      labelled(nginx, json({ upstream: "a", service_of: "payment" })),
      "answered_by",
      "payment",
    ],
    [
      "ingress-nginx behind the combined format",
      labelled(nginx, `${combinedLine} 512 0.004 [shop-payment-80] [] 10.0.1.2:80 5 0.004 429 ab12`),
      "answered_by",
      "shop-payment-80",
    ],
    [
      "AWS' target group",
      labelled(
        { job: "alb_logs" },
        `${alb} arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/payment-tg/73e2 "Root=1-2"`,
      ),
      "answered_by",
      "payment-tg",
    ],
    ["a label of the stream", labelled({ ...nginx, service: "payment" }, combinedLine), "service", "payment"],
  ])("is told by %s", (_, drawn, label, value) => {
    const found = accessLinesOf(drawn, known);
    expect(found?.fields.served).toBe(label);
    expect(found?.rows.map(({ served }) => served)).toEqual([value, value]);
    if (label === "answered_by") expect(found?.fields.stage).toContain("answered_by");
  });

  test.each([
    ["a host that is no service's", labelled(nginx, json({ vhost: "www.example" }))],
    ["the log's own name", labelled({ app: "ingress-nginx", service_name: "alb_logs" }, json({}))],
    ["AWS' balancer without a target", labelled({ job: "alb_logs" }, alb)],
  ])("is not told by %s", (_, drawn) => {
    expect(accessLinesOf(drawn, known)?.fields.served).toBeNull();
  });
});
