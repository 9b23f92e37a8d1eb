/** The reader says what a service is called: asked again with it, kept by the address, taken back. */
import { expect, type Page, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";
import { complaintsOf, expectAccessible, expectNothingOverflows } from "./look";

/** A checkout that failed. */
const lead = "a3bda148f283ff60c16267459933c2ab";
let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([{ environment: "shop", lead: "CheckoutErrorRateHigh{}" }]);
});
test.afterAll(() => demo?.stop());

const ended = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
const services = (page: Page) => page.locator("#identities");
const openServices = (page: Page): Promise<void> => services(page).locator("> summary").click();
const ofPayment = (page: Page) => page.getByRole("list", { name: "shop/payment", exact: true });
const choices = (page: Page) => page.getByRole("list", { name: "Chosen by you" });

test("a runner-up is asked for, its receipt shows it, and the address keeps it", async ({ page }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${demo.url}/investigate?lead=${lead}&environment=shop`);
  await ended(page);
  await openServices(page);
  await expect(ofPayment(page).locator("code").first()).toHaveText('{service="payment", namespace="shop"}');
  await ofPayment(page).getByRole("link", { name: "Ask again with this one" }).first().click();

  await page.waitForURL(/map=metrics:shop\/payment:job%3Dpayment%2Cnamespace%3Dshop/);
  await ended(page);
  await expect(services(page).locator("> summary")).toContainText("1 chosen by you");
  await page
    .locator("summary")
    .filter({ hasText: /quer(?:y|ies) · .*prometheus/ })
    .first()
    .click();
  const asChosen = page.locator("li").filter({ hasText: ", as chosen by you" }).first();
  await expect(asChosen.locator("pre")).toContainText('job="payment",namespace="shop"');

  await page.reload();
  await ended(page);
  await openServices(page);
  await expect(choices(page)).toContainText('shop/payment in metrics is {job="payment", namespace="shop"}');
  await expect(ofPayment(page)).toContainText("chosen by you; ");
  await expectAccessible(page);
  await expectNothingOverflows(page);
  expect(complaints).toEqual([]);
});

test("a choice is taken back in its place, and Back brings it again", async ({ page }) => {
  await page.goto(`${demo.url}/investigate?lead=${lead}&environment=shop&map=metrics:shop/payment:job=payment`);
  await ended(page);
  await openServices(page);
  await choices(page).getByRole("link", { name: "Take back" }).click();
  await page.waitForURL((url) => !url.searchParams.has("map"));
  await ended(page);
  await openServices(page);
  await expect(ofPayment(page)).toContainText("because service is its name");
  await page.goBack();
  await page.waitForURL(/map=/);
  await expect(services(page).locator("> summary")).toContainText("1 chosen by you");
});

test("a label of one's own is asked for; what nothing answers to is said, and can be taken back", async ({ page }) => {
  await page.goto(`${demo.url}/investigate?lead=${lead}&environment=shop`);
  await ended(page);
  await openServices(page);
  const form = page.getByRole("form", { name: "Name a service yourself" });
  await form.getByLabel("Service").fill("shop/payment");
  await form.getByLabel("Signal").selectOption("lines");
  await form.getByLabel("Label").fill("k8s.app");
  await form.getByLabel("Value").fill("payment");
  await form.getByRole("button", { name: "Ask again with it" }).click();
  await expect(form).toContainText("expected the name of a stream label");
  await form.getByLabel("Label").fill("tier");
  await form.getByRole("button", { name: "Ask again with it" }).click();

  await page.waitForURL(/map=lines:shop\/payment:tier%3Dpayment/);
  await ended(page);
  await expect(page.getByText('has no stream label tier; {tier="payment"} is what you chose').first()).toBeAttached();
  await openServices(page);
  await choices(page).getByRole("link", { name: "Take back" }).click();
  await page.waitForURL((url) => !url.searchParams.has("map"));
});

test("a wrong one in a link names its field, and the way on leaves it out", async ({ page }) => {
  await page.goto(`${demo.url}/investigate?lead=${lead}&map=metrics:payment`);
  await expect(page.getByRole("alert").first()).toContainText("expected metrics:<service>:<label>=<value>");
  await page.getByRole("link", { name: "Look without chosen names" }).click();
  await page.waitForURL((url) => !url.searchParams.has("map"));
  await ended(page);
});
