import { expect, test } from "vitest";
import { accessFieldsOf } from "@/lib/recipes/access-fields";
import type { Labels } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";

const lines = (text: readonly string[], metadata: readonly (Labels | null)[] = text.map(() => null)): LogLines => ({
  ...{ base: "1", streams: [{ job: "alb_logs", host: "10.0.0.1" }], text, metadata },
  stream: text.map(() => 0),
  offset: text.map((_, row) => row),
  level: text.map(() => "unknown"),
});
const own = { status: "answered_status", client: "client_address" };

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
  expect(accessFieldsOf(lines([line, line, "something else"]))).toEqual({ stage, ...own });
});

test("what travels beside the line is taken as it is", () => {
  const beside = { status_code: "429", ip: "203.0.113.9" };
  expect(accessFieldsOf(lines(["x", "y"], [beside, beside]))).toEqual({
    stage: "",
    status: "status_code",
    client: "ip",
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
  expect(accessFieldsOf(lines(text))).toBeNull();
});
