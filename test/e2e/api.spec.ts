import { request as rawRequest } from "node:http";
import { expect, test } from "@playwright/test";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { type Misbehaving, startMisbehaving } from "@/test/upstream/misbehaving";

let servers: Misbehaving;
let running: RunningConsole;
const id = "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5";

test.beforeAll(async () => {
  servers = await startMisbehaving();
  running = await startConsole(`environments:
  sick:
    upstreams:
      - {kind: tempo, name: hangs, url: "${servers.url("hang")}", timeout: 2s}
      - {kind: jaeger, name: refuses, url: "${servers.refusedUrl}"}
      - {kind: loki, name: html, url: "${servers.url("200-html")}"}
      - {kind: prometheus, name: torn, url: "${servers.url("reset-half-way")}"}
      - {kind: grafana, name: locked, url: "${servers.url("401")}"}
      - {kind: alertmanager, name: ill, url: "${servers.url("500-text")}"}
`);
});
test.afterAll(async () => {
  await running?.stop();
  await servers?.close();
});

const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${running.url}/api/investigate`, { method: "POST", body, headers });

test("with everything down the stream ends in time, each upstream with its own gap, and the process lives", async () => {
  const lines = (
    await (await post(JSON.stringify({ lead: id, from: "2026-11-21T13:33:12Z", to: "2026-11-21T14:18:05Z" }))).text()
  )
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ type: "end", reason: "complete", unanswered: [] });
  const gaps = lines
    .filter(({ type }) => type === "evidence")
    .map(({ evidence }) => [evidence.question.upstream, evidence.answer.reason]);
  expect(Object.fromEntries(gaps)).toEqual(
    Object.fromEntries([
      ["sick/hangs", "timeout"],
      ["sick/refuses", "refused"],
      ["sick/html", "unreadable"],
      ["sick/torn", "unreachable"],
      ["sick/locked", "unauthorized"],
      ["sick/ill", "server-error"],
    ]),
  );
  const texts = lines.filter(({ type }) => type === "evidence").map(({ evidence }) => evidence.answer.text);
  expect(new Set(texts).size).toBeGreaterThanOrEqual(6);
  expect(running.isAlive()).toBe(true);
});

test("curl gets lines as they land, programs JSON, chats Markdown", async () => {
  const get = (accept: string): Promise<Response> =>
    fetch(`${running.url}/api/investigate?lead=${id}`, { headers: { accept } });
  const json = await get("application/json");
  expect(json.headers.get("content-type")).toContain("application/json");
  const answer = await json.json();
  expect(answer).toMatchObject({ lead: id, environment: "sick" });
  expect(answer.slots.map(({ slot }: { slot: string }) => slot)).toEqual([
    "spike",
    "lines",
    "trace",
    "changes",
    "events",
    "alerts",
  ]);
  for (const { headline } of answer.slots) expect(headline).not.toBe("");
  const markdown = await get("text/markdown");
  expect(markdown.headers.get("content-type")).toContain("text/markdown");
  const text = await markdown.text();
  expect(text).toContain(`${running.url}/investigate?`);
  expect(text).toMatch(/as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/);
  const lines = await get("*/*");
  expect(lines.headers.get("content-type")).toBe("application/x-ndjson");
  expect((await lines.text()).startsWith('{"type":"hello"')).toBe(true);
});

test("the first line is there long before the last upstream has answered", async () => {
  const response = await post(JSON.stringify({ lead: "1111111111111111aaaaaaaaaaaaaaaa" }));
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  const first = new TextDecoder().decode(value);
  expect(first).toContain('"type":"hello"');
  expect(first).not.toContain('"type":"end"');
  expect(first).not.toMatch(/"type":"evidence".*sick\/hangs/);
  await reader?.cancel();
});

for (const [body, field] of [
  ['{"lead":"x y"}', "lead"],
  [`{"lead":"${id}","environment":"nope"}`, "environment"],
  [`{"lead":"${id}","widnow":1}`, "widnow"],
  [`{"lead":"${id}","from":"yesterday"}`, "from"],
  ["not json", "body"],
] as const) {
  test(`a request with a wrong ${field} is refused with the field named: ${body}`, async () => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ field, error: expect.any(String) });
  });
}

test("a body over the limit is refused", async () => {
  const response = await post(JSON.stringify({ lead: "x".repeat(1_000_000) }));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ field: "body" });
});

test("another method is refused", async () => {
  expect((await fetch(`${running.url}/api/investigate`, { method: "DELETE" })).status).toBe(405);
});

test("an unlisted host and a cross-site request are refused with the field named", async () => {
  const { port } = new URL(running.url);
  const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const asked = rawRequest(
      { port, host: "127.0.0.1", path: `/api/investigate?lead=${id}`, headers: { host: "evil.example" } },
      (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode, body }));
      },
    );
    asked.on("error", reject);
    asked.end();
  });
  expect(answer.status).toBe(421);
  expect(JSON.parse(answer.body)).toMatchObject({ field: "Host" });
  const cross = await post(JSON.stringify({ lead: id }), {
    "sec-fetch-site": "cross-site",
    origin: "https://evil.example",
  });
  expect(cross.status).toBe(403);
});
