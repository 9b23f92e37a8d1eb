/** The page's frame against a drawn stream: what a reader sees, does, and never has to suffer. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { alertLead } from "@/components/gallery/alert";
import { leadBoxLabel } from "@/components/lead-words";
import type { StreamLine } from "@/lib/stream/lines";
import { drawnTraceId } from "../draw";
import { alertLines, ndjsonOf } from "./fixture";
import { answer, drawn, frameTest, lines, more, opened, shiftsOf, streamed, watchShifts } from "./frame";

const { test, open, url } = frameTest();
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("the address takes in what the server resolved, and five reloads leave it equal", async ({ page }) => {
  await drawn(page);
  await open(page);
  const address = `${url()}/investigate?environment=shop&lead=${drawnTraceId}&from=2026-11-21T13:33:00.000Z&to=2026-11-21T14:18:00.000Z`;
  await expect(page).toHaveURL(address);
  for (let time = 0; time < 5; time += 1) {
    await page.reload();
    await expect(page.getByRole("button", { name: "Look again" })).toBeVisible();
    await expect(page).toHaveURL(address);
  }
});

test("the server is asked once, with the lead alone", async ({ page }) => {
  const bodies: unknown[] = [];
  await page.route("**/api/investigate", (route) => {
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ contentType: "application/x-ndjson", body: ndjsonOf(lines) });
  });
  await open(page);
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await page.waitForTimeout(300);
  expect(bodies).toEqual([{ lead: drawnTraceId }]);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1440]) {
    test(`nothing is out of reach: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await drawn(page);
      await open(page);
      // Every fold open, so that what is folded is looked at too.
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
      ).toEqual([]);
    });
  }
}

test("nothing overflows, from a phone to a wall", async ({ page }) => {
  await drawn(page);
  await open(page);
  for (const width of [360, 480, 768, 901, 1100, 1440, 2560, 3840]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await overflow(page), `${width} px`).toBeLessThanOrEqual(0);
  }
});

for (const [lead, told] of [
  ["a trace", lines],
  ["an alert", alertLines()],
] as const) {
  for (const width of [360, 1440]) {
    test(`nothing moves while a slow stream of ${lead} comes in: ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await watchShifts(page);
      await streamed(
        page,
        told.map((line) => ndjsonOf([line])),
      );
      await page.goto(
        `${url()}/investigate?lead=${lead === "a trace" ? drawnTraceId : encodeURIComponent(alertLead.spelling)}`,
      );
      for (const _ of told) {
        await more(page);
        await page.waitForTimeout(40);
      }
      await opened(page);
      expect(await shiftsOf(page)).toEqual([]);
    });
  }
}

test("a phrase of the story and a slot of the ledger lead to their evidence", async ({ page }) => {
  await drawn(page);
  await open(page);
  await page.getByRole("link", { name: "tls.handshake" }).first().click();
  await expect(page.locator("#trace")).toBeFocused();
  await expect(page).toHaveURL(/span=0000000000000009/);
  await page.getByRole("link", { name: /^Log lines/ }).click();
  await expect(page.locator("#lines")).toBeFocused();
});

test("on a phone a slot opens the tab that holds its panel", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await drawn(page);
  await open(page);
  await expect(page.locator("#trace")).toBeHidden();
  await page
    .getByRole("listitem")
    .getByRole("link", { name: /^Trace/ })
    .click();
  await expect(page.locator("#trace")).toBeVisible();
  await expect(page.locator("#lines")).toBeHidden();
});

test("any text that holds an id is read, said, and never reaches the address whole", async ({ page }) => {
  await drawn(page);
  await page.goto(url());
  await page.keyboard.press("/");
  const box = page.getByRole("textbox", { name: leadBoxLabel });
  await expect(box).toBeFocused();
  await box.fill(`secret token\n{"msg":"failed","trace_id":"${drawnTraceId}"}\nmore`);
  await expect(page.getByText(/from JSON field trace_id/)).toBeVisible();
  await box.press("Enter");
  await expect(page).toHaveURL(new RegExp(`lead=${drawnTraceId}`));
  expect(page.url()).not.toContain("secret");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("textbox", { name: leadBoxLabel })).toBeFocused();
  await expect(page).toHaveTitle(/^Checkout errors rose from 0.1 % to 38 %/);
  await page.getByRole("link", { name: "Throughline" }).click();
  const recent = page.getByRole("link", { name: drawnTraceId });
  await expect(recent).toContainText("Checkout errors rose from 0.1 % to 38 %");
  await expect(recent).toContainText("shop");
});

test("lines are searched, filtered, opened; what they hold stays text", async ({ page }) => {
  const hostile = lines.map((line): StreamLine => {
    if (line.type !== "evidence" || line.evidence.question.purpose.kind !== "lines-of-id") return line;
    const { answer: found } = line.evidence;
    if (found.kind !== "lines") return line;
    const text = [
      `<img src=x onerror="document.title='taken'">\u202e \u001b[31mred\u001b[0m \u0000`,
      ...found.lines.text.slice(1),
    ];
    return { ...line, evidence: { ...line.evidence, answer: { ...found, lines: { ...found.lines, text } } } };
  });
  await drawn(page, hostile);
  await open(page);
  const panel = page.locator("#lines");
  await expect(panel.getByText("<img src=x")).toBeVisible();
  await expect(panel.locator("img")).toHaveCount(0);
  await panel.getByRole("searchbox").fill("charge failed");
  await expect(panel.getByText("1 of 11")).toBeVisible();
  await panel.getByRole("button", { name: /charge failed/ }).click();
  await expect(panel.getByText('"cents": 4990')).toBeVisible();
  // Its structured metadata names the span that it belongs to.
  await expect(page).toHaveURL(/span=0000000000000009/);
  await panel.getByRole("searchbox").fill("");
  await panel.getByRole("button", { name: /^warn/ }).click();
  await expect(panel.getByText("3 of 11")).toBeVisible();
  await panel.getByRole("tab", { name: /Errors around/ }).click();
  await expect(panel.getByText(/of at least 400/)).toBeVisible();
});

test("a lost line keeps what is known, and goes on when it is told to", async ({ page }) => {
  await answer(page, ndjsonOf(lines.slice(0, -3)));
  await page.goto(`${url()}/investigate?lead=${drawnTraceId}`);
  const resume = page.getByRole("button", { name: "Continue" });
  await expect(resume).toBeVisible();
  await expect(page.getByText(/^Connection lost · as of/)).toBeVisible();
  await expect(page.locator("#lines").getByText("11 of 11")).toBeVisible();
  await page.unroute("**/api/investigate");
  await drawn(page);
  await resume.click();
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible();
  await expect(page.locator("#lines").getByText("11 of 11")).toBeVisible();
});

test("what stopped at a budget can be searched all the same, and a finished page can look again", async ({ page }) => {
  const bodies: unknown[] = [];
  const budget = lines.map((line): StreamLine => {
    if (line.type !== "evidence" || line.evidence.question.purpose.kind !== "lines-of-id") return line;
    const gap = {
      kind: "gap",
      reason: "over-budget",
      text: "Not searched further back.",
      next: "Search ≈ 340 GB",
    } as const;
    return { ...line, evidence: { ...line.evidence, answer: gap } };
  });
  await page.route("**/api/investigate", (route) => {
    bodies.push(route.request().postDataJSON());
    return route.fulfill({ contentType: "application/x-ndjson", body: ndjsonOf(bodies.length === 1 ? budget : lines) });
  });
  await open(page);
  await page.getByRole("button", { name: "Search ≈ 340 GB" }).click();
  await expect(page.locator("#lines").getByText("11 of 11")).toBeVisible();
  await page.getByRole("button", { name: "Look again" }).click();
  await expect
    .poll(() => bodies)
    .toEqual([
      { lead: drawnTraceId },
      { lead: drawnTraceId, search: "deep" },
      { lead: drawnTraceId, search: "deep", fresh: true },
    ]);
});

test("the theme is the reader's, and the server writes it", async ({ page, request }) => {
  await page.goto(url());
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await (await request.get(url(), { headers: { cookie: "theme=dark" } })).text()).toContain('data-theme="dark"');
});

test("the zone stands on the page and can be the environment's", async ({ page }) => {
  await drawn(page);
  await open(page);
  await expect(page.locator("#lines").getByText("14:03:12").first()).toBeVisible();
  await page.getByRole("combobox", { name: "Time zone" }).selectOption("environment");
  await expect(page.locator("#lines").getByText("15:03:12").first()).toBeVisible();
  await expect(page.locator("#lines").getByText(/^as of .* Europe\/Berlin$/)).toBeVisible();
});

test("the short way leads to the page, in any spelling", async ({ request }) => {
  const response = await request.get(`${url()}/trace/${drawnTraceId.toUpperCase()}`, { maxRedirects: 0 });
  expect(response.status()).toBe(307);
  expect(response.headers().location).toBe(`/investigate?lead=${drawnTraceId.toUpperCase()}`);
});

test("a page that is not there says where to begin", async ({ page, faults }) => {
  await page.goto(`${url()}/nowhere`);
  await expect(page.getByRole("heading", { name: "There is no such page." })).toBeVisible();
  faults.length = 0;
});
