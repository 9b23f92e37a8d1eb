/** Who may call the webhook and what it takes; and a list that is sent once. */
import { expect, test } from "@playwright/test";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { startDemoConsole } from "@/test/e2e/demo-console";

const token = "a-token-of-this-test";
let running: RunningConsole;
let off: RunningConsole;

test.beforeAll(async () => {
  running = await startDemoConsole([{ environment: "shop", lead: "CheckoutErrorRateHigh{}" }], {
    THROUGHLINE_WEBHOOK_TOKEN: token,
  });
  off = await startConsole("");
});
test.afterAll(async () => {
  await running?.stop();
  await off?.stop();
});

const authorized = { authorization: `Bearer ${token}` };
const send = (to: RunningConsole, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${to.url}/api/webhook/alertmanager?environment=shop`, {
    ...{ method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) },
  });
/** The link in the message, as the first page offers it. */
async function linkOf(): Promise<string> {
  const html = await (await fetch(running.url)).text();
  return (/href="(\/alert\?[^"]+)"/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");
}
/** The alert that Alertmanager tells of in its call. */
async function firing(): Promise<{
  readonly labels: unknown;
  readonly startsAt: string;
  readonly fingerprint: string;
}> {
  const told = Object.fromEntries(new URL(await linkOf(), running.url).searchParams);
  const { startsAt = "", fingerprint = "", environment: _, ...labels } = told;
  return { labels, startsAt, fingerprint };
}
const message = (alerts: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ version: "4", status: "firing", groupKey: "{}:{}", commonLabels: {}, alerts },
  ...more,
});

test("off it is not there; without the token, with wrong JSON and with a wrong field it says so", async () => {
  expect((await send(off, message([]), authorized)).status).toBe(404);
  for (const headers of [{}, { authorization: "Bearer another" }, { authorization: token }]) {
    const refused = await send(running, "{", headers);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
  }
  const broken = await send(running, "{", authorized);
  expect([broken.status, (await broken.json()).field]).toEqual([400, "body"]);
  const wrong = await send(running, message([{ labels: {} }]), authorized);
  expect([wrong.status, (await wrong.json()).field]).toEqual([400, "alerts.0.startsAt"]);
});

test("ten thousand alerts are one page at most, and how many there were is told", async () => {
  const alert = await firing();
  const many = message(
    Array.from({ length: 10_000 }, () => alert),
    { groupKey: "many" },
  );
  const answer = await send(running, many, authorized);
  expect([answer.status, await answer.json()]).toEqual([
    202,
    { alerts: 10_000, pages: 0, state: "nothing to make ready" },
  ]);
});

test("a list that has not changed is not sent again", async () => {
  const first = await fetch(`${running.url}/api/alerts?past=24h`);
  const tag = first.headers.get("etag") ?? "";
  expect((await first.json()).length).toBeGreaterThan(0);
  const again = await fetch(`${running.url}/api/alerts?past=24h`, { headers: { "if-none-match": tag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect(JSON.parse(again.headers.get("x-throughline-sources") ?? "[]").length).toBeGreaterThan(0);
});
