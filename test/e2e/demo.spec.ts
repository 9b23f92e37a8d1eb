/** The demo as a visitor meets it: the first page, one paste, a backend that dies, a calm environment. */
import { expect, type Page, test } from "@playwright/test";
import { scriptsFigure } from "@/test/bench/scripts";
import { type RunningConsole, startConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows, sizes } from "./look";

let demo: RunningConsole;
let bare: RunningConsole;

test.beforeAll(async () => {
  demo = await startDemoConsole([{ environment: "shop", lead: "CheckoutErrorRateHigh{}" }]);
  bare = await startConsole("");
});
test.afterAll(async () => {
  await Promise.all([demo?.stop(), bare?.stop()]);
});

test("what the page loads before it can work stays below its bound", async () => {
  const { value, most } = await scriptsFigure(demo, "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5");
  expect(value).toBeLessThanOrEqual(most ?? 0);
});

const story = (page: Page) => page.getByRole("region", { name: "What happened", exact: true });
const ended = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
async function follow(page: Page, title: RegExp, environment: string): Promise<void> {
  await page.goto(`${demo.url}/?environment=${environment}`);
  await page
    .getByRole("region", { name: "Paste one of these, or follow it" })
    .getByRole("link", { name: title })
    .click();
  await page.waitForURL(/\/investigate\?/);
  await ended(page);
}
async function set(page: Page, upstream: string, fault: string): Promise<void> {
  await page.goto(`${demo.url}/demo`);
  const row = page.getByRole("listitem").filter({ has: page.getByLabel(`What is wrong with ${upstream}`) });
  if (fault === "none") await row.getByRole("button", { name: /^Heal/ }).click();
  else {
    await row.getByLabel(`What is wrong with ${upstream}`).selectOption(fault);
    await row.getByRole("button", { name: "Set" }).click();
  }
  await expect(row.getByRole("button", { name: fault === "none" ? /^Kill/ : /^Heal/ })).toBeVisible();
}

test.describe("without a script", () => {
  test.use({ javaScriptEnabled: false });

  test("the first page says that it is demo data, and links to what can be pasted", async ({ page }) => {
    await page.goto(demo.url);
    await expect(page.getByRole("complementary", { name: "Demo data" })).toContainText("npm run connect");
    const region = page.getByRole("region", { name: "Paste one of these, or follow it" });
    const links = region.getByRole("list").getByRole("link");
    await expect(links).toHaveText([
      "A checkout that failed",
      "A log line",
      /^The alert CheckoutErrorRateHigh, firing since 14:08:00Z$/,
      "A checkout that went well",
    ]);
    for (const link of await links.all()) {
      const address = (await link.getAttribute("href")) ?? "";
      const most = address.startsWith("/alert?") ? 300 : 140;
      expect(address.length, "a lead, not the whole line").toBeLessThan(most);
    }
    await expect(links.nth(2)).toHaveAttribute("href", /^\/alert\?alertname=CheckoutErrorRateHigh&/);
    await region.getByRole("navigation").getByRole("link", { name: "quiet" }).click();
    await expect(page).toHaveURL(/\/\?environment=quiet$/);
    await expect(links).toHaveText(["A checkout that went well"]);
  });

  test("a backend is killed and healed by a form alone", async ({ page }) => {
    await page.goto(`${demo.url}/demo`);
    await page.getByRole("button", { name: "Kill Loki" }).first().click();
    const heal = page.getByRole("button", { name: "Heal Loki" });
    await expect(page.getByRole("listitem").filter({ has: heal })).toContainText("dead: connections are reset");
    await heal.click();
    await expect(page.getByRole("button", { name: "Heal Loki" })).toHaveCount(0);
  });
});

test("a failing checkout: spike, lines, trace and deploy on one page, and the guilty deploy named", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await follow(page, /^A checkout that failed/, "shop");
  await expect(story(page)).toContainText("tls.handshake");
  await expect(story(page)).toContainText("payment 9.2.0");
  const ledger = page.getByRole("list", { name: "What was looked at" });
  // Partial: more lines around it than are shown.
  await expect(ledger.getByText(/^(found|partial)$/)).toHaveCount(6);
  await expect(ledger.getByText("found", { exact: true })).toHaveCount(5);
  expect(complaints).toEqual([]);
});

test("a log line and the alert lead to the same story", async ({ page }) => {
  for (const title of [/^A log line/, /^The alert/]) {
    await follow(page, title, "shop");
    await expect(story(page)).toContainText("payment 9.2.0");
  }
});

test("where nothing is wrong, the page says so calmly", async ({ page }) => {
  await follow(page, /^A checkout that went well/, "quiet");
  await expect(story(page)).toContainText(/None of the \d+ series judged changed/);
  await expect(story(page)).not.toContainText(/rose|fell|deploy/);
});

test("a dead Loki is a gap with its reason, and the rest of the page is whole", async ({ page }) => {
  await set(page, "shop/loki", "reset");
  await follow(page, /^A checkout that failed/, "shop");
  await page.getByRole("button", { name: "Look again" }).click();
  await ended(page);
  const ledger = page.getByRole("list", { name: "What was looked at" });
  const lines = ledger.getByRole("listitem").filter({ has: page.getByText("Log lines", { exact: true }) });
  await expect(lines.first()).toContainText("failed");
  await expect(story(page)).toContainText("tls.handshake");
  await set(page, "shop/loki", "none");
});

test("nobody who did not ask for the demo meets it, and without configuration the page says what to do", async ({
  page,
}) => {
  expect((await page.goto(`${bare.url}/demo`))?.status()).toBe(404);
  await page.goto(bare.url);
  await expect(page.getByRole("complementary", { name: "Demo data" })).toHaveCount(0);
  const main = page.getByRole("main");
  await expect(main).toContainText("npm run demo");
  await expect(main).toContainText("npm run connect -- http");
});

for (const colorScheme of ["light", "dark"] as const)
  for (const viewport of sizes)
    test(`nothing overflows and nothing is out of reach: ${colorScheme}, ${viewport.width} px`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport });
      const page = await context.newPage();
      for (const path of ["/", "/demo"]) {
        await page.goto(demo.url + path);
        await expectNothingOverflows(page);
        await expectAccessible(page);
      }
      await context.close();
    });
