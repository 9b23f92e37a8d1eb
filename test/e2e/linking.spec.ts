/** What is chosen in one panel lights up in the others. */
import { expect, type Locator, type Page } from "@playwright/test";
import { at, drawnTraceId, evidenceOf, serviceFrom } from "../draw";
import { checkoutLinesWith } from "./fixture";
import { drawn, frameTest } from "./frame";

const { test, open } = frameTest();
test.beforeEach(({ page }) =>
  page.route("**/api/series", (route) => route.fulfill({ json: { answers: [], unknown: [] } })),
);
const span = (page: Page, name: RegExp): Locator => page.getByRole("row", { name });
const lit = (page: Page): Locator => page.locator("#lines [data-lit='true']");

test("a chosen span lights its lines, and another one others", async ({ page }) => {
  await drawn(page);
  await open(page);
  await expect(lit(page)).toHaveCount(0);
  await span(page, /payment\.v1\.Payment\/Charge/).click();
  await expect(lit(page)).toContainText(["placing order", "reserved stock", "o-9f21 failed", "compensation queued"]);
  await expect(lit(page)).toHaveCount(4);
  await span(page, /POST \/checkout/).click();
  await expect(lit(page)).toContainText(["POST /checkout accepted", "POST /checkout 502"]);
  await expect(lit(page)).toHaveCount(2);
});

test("a chosen line chooses its span", async ({ page }) => {
  await drawn(page);
  await open(page);
  await page
    .locator("#lines")
    .getByRole("button", { name: /order o-9f21 failed/ })
    .click();
  await expect(span(page, /payment\.v1\.Payment\/Charge/)).toHaveAttribute("aria-selected", "true");
  await page
    .locator("#lines")
    .getByRole("button", { name: /POST \/checkout accepted/ })
    .click();
  await expect(span(page, /POST \/checkout/)).toHaveAttribute("aria-selected", "true");
  await expect(span(page, /payment\.v1\.Payment\/Charge/)).toHaveAttribute("aria-selected", "false");
});

const seen = (traceId: string, spanId: string, clock: string) => ({
  labels: { job: "gateway", span_id: spanId },
  ...{ at: at(clock), value: 30, traceId },
});
const exemplars = evidenceOf(
  {
    kind: "exemplars",
    exemplars: [
      seen(drawnTraceId, "0000000000000001", "14:10:00"),
      seen("11111111111111111111111111111111", "0000000000000001", "14:05:00"),
    ],
  },
  {
    ...{ kind: "exemplars", recipe: "red-http", label: "job" },
    services: [{ service: serviceFrom("gateway"), value: "gateway" }],
  },
);

test("the exemplar of the chosen span lights up, and no other", async ({ page }) => {
  await drawn(page, checkoutLinesWith(exemplars));
  await open(page);
  const dots = page.locator("#time [data-lit-dot]");
  await expect(dots).toHaveCount(2);
  await expect(page.locator("#time [data-lit-dot='true']")).toHaveCount(0);
  await span(page, /POST \/checkout/).click();
  await expect(page.locator("#time [data-lit-dot='true']")).toHaveCount(1);
  // By time: the later of the two is the one of this trace.
  await expect(dots.nth(1)).toHaveAttribute("data-lit-dot", "true");
  await span(page, /tls.handshake/).click();
  await expect(page.locator("#time [data-lit-dot='true']")).toHaveCount(0);
});
