/** The reader looks at another service than the alert names: asked again with it, kept by the address, taken back. */
import { expect, type Page, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "./look";

let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([{ environment: "shop", lead: "CheckoutErrorRateHigh{}" }]);
});
test.afterAll(() => demo?.stop());

const path = "/investigate?environment=shop&lead=CheckoutErrorRateHigh%7B%7D";
const ended = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
const alert = (page: Page) => page.locator("#alert");

test("another service is looked at, a reload keeps it, and it is taken back", async ({ page }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${demo.url}${path}`);
  await ended(page);
  await expect(alert(page)).toContainText("shop/gateway (label service)");
  await alert(page).getByText("Look at another service").click();
  await alert(page).getByLabel("Service", { exact: true }).fill("a/b/c");
  await alert(page).getByRole("button", { name: "Look", exact: true }).click();
  await expect(alert(page)).toContainText("Expected a service such as payment or shop/payment.");
  await expectAccessible(page);
  await alert(page).getByLabel("Service", { exact: true }).fill("payment");
  await alert(page).getByRole("button", { name: "Look", exact: true }).click();

  await page.waitForURL(/[?&]service=payment(?:&|$)/);
  await ended(page);
  await expect(alert(page)).toContainText("payment (your choice)");
  await page.reload();
  await ended(page);
  await expect(alert(page)).toContainText("payment (your choice)");
  await expectNothingOverflows(page);

  await alert(page).getByRole("link", { name: "Take back" }).click();
  await page.waitForURL((url) => !url.searchParams.has("service"));
  await ended(page);
  await expect(alert(page)).toContainText("shop/gateway (label service)");
  expect(complaints).toEqual([]);
});

test("of an alert that names none, whoever fared worst when it began is looked at; the next is one click away", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await page.goto(
    `${demo.url}/investigate?environment=scoring&lead=${encodeURIComponent("NoRuleOfThis{} since 2026-11-21T14:08:00.000Z")}`,
  );
  await ended(page);
  await expect(alert(page)).toContainText(/game-api \(failed requests .* at .*, when the alert began\)/);
  await expect(alert(page)).toContainText("those of 1 other service did not");
  await expectAccessible(page);
  await expectNothingOverflows(page);
  await alert(page).getByRole("link", { name: "game-dashboard" }).click();
  await page.waitForURL(/[?&]service=game-dashboard(?:&|$)/);
  await ended(page);
  await expect(alert(page)).toContainText("game-dashboard (your choice)");
  expect(complaints).toEqual([]);
});

test("a service that is none is refused by name, with a way on", async ({ page }) => {
  await page.goto(`${demo.url}${path}&service=a/b/c`);
  await expect(page.getByRole("region", { name: "What happened", exact: true })).toContainText(
    'expected a service such as payment or shop/payment, got "a/b/c"',
  );
  await page.getByRole("link", { name: "Look at the alert’s own services" }).click();
  await ended(page);
  await expect(alert(page)).toContainText("shop/gateway (label service)");
});
