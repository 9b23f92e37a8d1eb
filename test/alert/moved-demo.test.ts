/** An alert that names no service, on the embedded demo: its rule sums every service away, and the numbers tell whose it is. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Demo, startDemo } from "@/lib/demo/servers/listener";
import { toInstant } from "@/lib/signal/time";
import { environment } from "@/test/installation";
import { type Investigated, lookedAt } from "@/test/worlds/investigated";

const frozen = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
const sum = 'sum(rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[2m]))';
const rule = {
  ...{ type: "alerting", name: "AnyErrors", duration: 120, keepFiringFor: 0, labels: { severity: "page" } },
  query: `${sum} > 0.5`,
  ...{ annotations: {}, health: "ok", state: "firing" },
  alerts: [
    {
      ...{ labels: { alertname: "AnyErrors", severity: "page" }, annotations: {}, state: "firing", value: "1" },
      activeAt: "2026-11-21T14:06:15Z",
    },
  ],
};
const rules = { status: "success", data: { groups: [{ name: "all", file: "a", interval: 15, rules: [rule] }] } };

let demo: Demo;
/** The demo's Prometheus with one more rule. */
let proxy: Server;
let told: Investigated;

beforeAll(async () => {
  demo = await startDemo({ frozen });
  proxy = createServer(async (request, response) => {
    if (request.url?.startsWith("/api/v1/rules")) return void response.end(JSON.stringify(rules));
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = request.method === "POST" ? { method: "POST", body: Buffer.concat(chunks) } : {};
    const type = request.headers["content-type"];
    const reply = await fetch(`${demo.url}/shop/prometheus${request.url}`, {
      ...body,
      headers: type === undefined ? {} : { "content-type": type },
    });
    response.writeHead(reply.status, { "content-type": "application/json" }).end(await reply.text());
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  const address = proxy.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const own = environment(["prometheus", "loki", "tempo"]);
  const url = `${demo.url}/shop`;
  told = await lookedAt(
    "AnyErrors{}",
    own,
    { prometheus: `http://127.0.0.1:${port}`, loki: `${url}/loki`, tempo: `${url}/tempo` },
    () => frozen,
  );
}, 120_000);
afterAll(async () => {
  proxy.close();
  await demo.stop();
});

test("is looked at with the services whose part of it rose, each with its why", () => {
  expect(told.whose.map(({ service }) => service).sort()).toEqual(["shop/gateway", "shop/order"]);
  for (const { why } of told.whose)
    expect(why).toMatch(
      /^http_server_request_duration_seconds_count from 0.* \/s to .* \/s at 14:0\d:\d\dZ, when the alert's value moved$/,
    );
  expect(told.explanation.movements.map(({ service }) => service?.name)).toContain("payment");
  const lines = told.evidence.filter(({ question: { purpose } }) => purpose.kind === "lines-around");
  expect(lines.some(({ answer }) => answer.kind === "lines")).toBe(true);
});
