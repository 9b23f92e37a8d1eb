/** What is not asked, and what cannot be read: said in place, with a way on. */
import { expect } from "@playwright/test";
import { leadBoxLabel } from "@/components/lead-words";
import { drawnTraceId } from "../draw";
import { drawn, frameTest } from "./frame";

const { test, url } = frameTest();

test("an environment that is not configured is said in the story's place, with links to those that are", async ({
  page,
  faults,
}) => {
  await page.goto(`${url()}/investigate?environment=nope&lead=${drawnTraceId}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText('no environment "nope" is configured');
  await expect(page.getByRole("list", { name: "What was looked at" })).toHaveCount(0);
  await drawn(page);
  await page.getByRole("link", { name: "Look in staging" }).click();
  await expect(page).toHaveURL(/environment=staging/);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible();
  // The browser reports the refused request itself.
  faults.length = 0;
});

test("a server that breaks is a lost line, and not the reader's fault", async ({ page, faults }) => {
  await page.route("**/api/investigate", (route) => route.fulfill({ status: 503, body: "busy" }));
  await page.goto(`${url()}/investigate?lead=${drawnTraceId}`);
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
  faults.length = 0;
});

for (const path of ["/trace/%3F%21%3F", "/investigate?lead=%3F%21%3F"]) {
  test(`text that can be read as nothing stays in the box, with the reason: ${path}`, async ({ page }) => {
    await page.goto(`${url()}${path}`);
    const box = page.getByRole("textbox", { name: leadBoxLabel });
    await expect(box).toHaveValue("?!?");
    await expect(box).toBeFocused();
    await expect(page.getByText("No id found in “?!?”.")).toBeVisible();
    await drawn(page);
    await box.fill(drawnTraceId);
    await box.press("Enter");
    await expect(page.getByRole("button", { name: "Look again" })).toBeVisible();
  });
}
