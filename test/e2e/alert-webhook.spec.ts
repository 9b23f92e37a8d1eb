/** What Alertmanager sends is made ready, and the link in its message finds it; the list is sent once. */
import { expect, test } from "@playwright/test";
import { type Demo, startDemo } from "@/lib/demo/servers/listener";
import { toInstant } from "@/lib/signal/time";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { complaintsOf } from "@/test/e2e/look";

const frozen = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
const token = "a token of this test";
let demo: Demo;
let running: RunningConsole;
let off: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  demo = await startDemo({ frozen });
  await demo.rehearsed;
  const yaml = JSON.stringify({ environments: demo.environments, webhook: { token } });
  running = await startConsole(yaml, { THROUGHLINE_NOW: "2026-11-21T14:18:05Z" });
  off = await startConsole(JSON.stringify({ environments: demo.environments }));
});
test.afterAll(async () => {
  await running?.stop();
  await off?.stop();
  await demo?.stop();
});

const authorized = { authorization: `Bearer ${token}` };
const send = (to: RunningConsole, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${to.url}/api/webhook/alertmanager?environment=shop`, {
    ...{ method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) },
  });
async function firing(): Promise<{
  readonly labels: unknown;
  readonly startsAt: string;
  readonly fingerprint: string;
}> {
  const [alert] = await (await fetch(`${demo.url}/shop/alertmanager/api/v2/alerts`)).json();
  return alert;
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

test("the page is there when the link is opened, though no upstream answers any more", async ({ page }) => {
  test.setTimeout(120_000);
  const complaints = complaintsOf(page);
  const alert = await firing();
  const sent = await send(running, message([alert]), authorized);
  expect(await sent.json()).toEqual({ alerts: 1, pages: 1, state: "queued" });
  // The run is over when nothing is asked any more.
  await page.waitForTimeout(8_000);
  for (const upstream of demo.upstreams) await demo.setFault(upstream, { kind: "reset" });
  const link = (await demo.leads()).find(({ text }) => text.startsWith("/alert?"))?.text ?? "";
  await page.goto(`${running.url}${link}&environment=shop`);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
  const ledger = page.getByRole("list", { name: "What was looked at" });
  await expect(ledger.getByText(/^(found|partial)$/).first()).toBeVisible();
  await expect(ledger.getByText("failed", { exact: true })).toHaveCount(0);
  for (const upstream of demo.upstreams) await demo.setFault(upstream, null);
  expect(complaints).toEqual([]);
});

test("a list that has not changed is not sent again", async () => {
  const first = await fetch(`${running.url}/api/alerts?past=24h`);
  const tag = first.headers.get("etag") ?? "";
  expect((await first.json()).length).toBeGreaterThan(0);
  const again = await fetch(`${running.url}/api/alerts?past=24h`, { headers: { "if-none-match": tag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect(JSON.parse(again.headers.get("x-throughline-sources") ?? "[]").length).toBeGreaterThan(0);
});
