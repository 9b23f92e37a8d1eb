/** What Alertmanager sends is made ready, and the link in its message finds it; the list is sent once. */
import { expect, type Page, test } from "@playwright/test";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { complaintsOf } from "@/test/e2e/look";

const token = "a-token-of-this-test";
let running: RunningConsole;
let off: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const demo = { THROUGHLINE_DEMO: "1", THROUGHLINE_NOW: "2026-11-21T14:18:05Z" };
  running = await startConsole("", { ...demo, THROUGHLINE_WEBHOOK_TOKEN: token });
  off = await startConsole("");
});
test.afterAll(async () => {
  await running?.stop();
  await off?.stop();
});

const upstreams = ["shop/prometheus", "shop/loki", "shop/jaeger"] as const;
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
async function set(page: Page, upstream: string, fault: "reset" | "none"): Promise<void> {
  await page.goto(`${running.url}/demo`);
  const name = `What is wrong with ${upstream}`;
  const row = page.getByRole("listitem").filter({ has: page.getByLabel(name) });
  const heal = row.getByRole("button", { name: /^Heal/ });
  if (fault === "none") {
    await heal.click();
    return expect(heal).toHaveCount(0);
  }
  await row.getByLabel(name).selectOption(fault);
  await row.getByRole("button", { name: "Set" }).click();
  await expect(heal).toBeVisible();
}

/** A demo that is still counting its past, on a busy machine, answers too late; what fails is not kept. */
async function rehearsed(): Promise<void> {
  const html = await (await fetch(running.url)).text();
  const lead = /\/investigate\?[^"]*lead=([0-9a-f]{32})/.exec(html)?.[1] ?? "";
  const verdicts = async (): Promise<string[]> => {
    const answer = await fetch(`${running.url}/api/investigate?lead=${lead}&environment=shop&fresh=1`, {
      headers: { accept: "application/json" },
    });
    const { slots }: { readonly slots: readonly { readonly verdict: string }[] } = await answer.json();
    return slots.map(({ verdict }) => verdict);
  };
  await expect.poll(verdicts, { timeout: 100_000, intervals: [2_000] }).not.toContain("failed");
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
  test.setTimeout(220_000);
  await rehearsed();
  const complaints = complaintsOf(page);
  const alert = await firing();
  const sent = await send(running, message([alert]), authorized);
  expect(await sent.json()).toEqual({ alerts: 1, pages: 1, state: "queued" });
  // The run is over when nothing is asked any more.
  await page.waitForTimeout(8_000);
  const link = await linkOf();
  for (const upstream of upstreams) await set(page, upstream, "reset");
  await page.goto(`${running.url}${link}`);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
  const ledger = page.getByRole("list", { name: "What was looked at" });
  await expect(ledger.getByText(/^(found|partial)$/).first()).toBeVisible();
  await expect(ledger.getByText("failed", { exact: true })).toHaveCount(0);
  for (const upstream of upstreams) await set(page, upstream, "none");
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
