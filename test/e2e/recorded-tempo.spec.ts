/** The page on Tempo's own words, as recorded from real servers, and nothing else: what is there is whole, what is not is said. */
import { expect, type Page, test } from "@playwright/test";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "@/test/e2e/look";
import { type Replay, startReplay } from "@/test/recorded/replay";
import { type Misbehaving, startMisbehaving } from "@/test/upstream/misbehaving";

const failing = "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5";
let tempo2: Replay;
let tempo3: Replay;
let servers: Misbehaving;
let running: RunningConsole;

test.beforeAll(async () => {
  test.setTimeout(150_000);
  [tempo2, tempo3, servers] = await Promise.all([startReplay("2.10.8"), startReplay("3.0.3"), startMisbehaving()]);
  running = await startConsole(`environments:
  old:
    upstreams:
      - {kind: tempo, name: tempo-2, url: "${tempo2.url}"}
  new:
    upstreams:
      - {kind: tempo, name: tempo-3, url: "${tempo3.url}"}
      - {kind: loki, name: loki, url: "${servers.url("502-html")}"}
      - {kind: prometheus, name: prometheus, url: "${servers.url("hang")}", timeout: 1s}
`);
});
test.afterAll(async () => {
  await running?.stop();
  await Promise.all([tempo2?.close(), tempo3?.close(), servers?.close()]);
});

const ended = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
const open = async (page: Page, query: string): Promise<void> => {
  await page.goto(`${running.url}/investigate?${query}`);
  await ended(page);
};

test("a link preview costs no call: nothing is asked until the page's script runs", async ({ request }) => {
  const before = tempo2.asked.length + tempo3.asked.length + servers.requests.length;
  for (const path of [`/investigate?lead=${failing}`, `/trace/${failing}`])
    expect((await request.get(`${running.url}${path}`)).status()).toBe(200);
  expect(tempo2.asked.length + tempo3.asked.length + servers.requests.length).toBe(before);
});

for (const [environment, replay] of [
  ["old", () => tempo2],
  ["new", () => tempo3],
] as const) {
  test(`the failing trace is whole in the ${environment} one, and every other slot says why it is empty`, async ({
    page,
  }) => {
    const complaints = complaintsOf(page);
    await open(page, `environment=${environment}&lead=${failing}`);
    await expect(page.getByRole("treegrid")).toContainText("tls.handshake");
    const ledger = page.getByRole("list", { name: "What was looked at" });
    await expect(ledger).toContainText("5 spans");
    if (environment === "old") {
      await expect(ledger).toContainText("Add an upstream of kind prometheus.");
      await expect(ledger).toContainText("Add an upstream of kind loki.");
    } else {
      for (const [slot, upstream] of [
        ["Metric spike", "prometheus"],
        ["Log lines", "loki"],
      ] as const) {
        const item = ledger.getByRole("listitem").filter({ hasText: slot });
        await expect(item.getByText("failed", { exact: true })).toBeVisible();
        await expect(item).toContainText(upstream);
      }
    }
    expect(replay().missed.filter((key) => key.includes("/api/v2/traces/"))).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test("without an environment the one that answers is taken, and the address says it", async ({ page }) => {
  await open(page, `lead=${failing}`);
  expect(page.url()).toMatch(/environment=(old|new)&lead=7c9d/);
});

test("an id nobody knows is not found, said as such, with what was searched", async ({ page }) => {
  await open(page, "environment=old&lead=deadbeefdeadbeefdeadbeefdeadbeef");
  await expect(page.getByRole("region", { name: "What happened", exact: true })).toContainText(
    "Nothing was found under this trace id",
  );
});

for (const [name, id, words] of [
  ["markup and odd values stay text", "5eed0ddba11f00d5caffe10e77777777", "<img src=x onerror=alert(1)>"],
  ["a lost parent is named", "0a0b0c0d0e0f1011121314151617181a", /orphan|parent/i],
] as const) {
  test(name, async ({ page }) => {
    const complaints = complaintsOf(page);
    await open(page, `environment=new&lead=${id}`);
    const rows = page.getByRole("treegrid").getByRole("row");
    await expect(rows.first()).toBeVisible();
    if (typeof words === "string") {
      // One of the rows holds it; whichever it is, it must be words on the page.
      for (let row = 0; row < (await rows.count()) && !(await page.getByText(words).first().isVisible()); row += 1)
        await rows.nth(row).click();
      await expect(page.getByText(words).first()).toBeVisible();
    } else await expect(page.getByText(words).first()).toBeVisible();
    expect(complaints).toEqual([]);
  });
}

test("with most of it missing the page is still in order", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await open(page, `environment=new&lead=${failing}`);
  await expectNothingOverflows(page);
  await expectAccessible(page);
});
