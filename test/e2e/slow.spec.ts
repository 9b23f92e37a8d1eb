/** The demo with slow backends: while answers come in late, one after the other, nothing on the whole page moves. */
import { expect, test } from "@playwright/test";
import type { RunningConsole } from "./console";
import { startDemoConsole } from "./demo-console";

let demo: RunningConsole;
test.beforeAll(async () => {
  demo = await startDemoConsole([{ environment: "shop", lead: "CheckoutErrorRateHigh{}" }]);
});
test.afterAll(async () => {
  await demo?.stop();
});

for (const width of [1440, 360]) {
  test(`no layout shift while three backends are slow: ${width} px`, async ({ page }) => {
    test.setTimeout(120_000);
    for (const kind of ["loki", "prometheus", "grafana"]) {
      await page.goto(`${demo.url}/demo`);
      const choice = page.getByLabel(`What is wrong with shop/${kind}`);
      const row = page.getByRole("listitem").filter({ has: choice });
      await choice.selectOption("latency=3000");
      await row.getByRole("button", { name: "Set" }).click();
      await expect(row.getByRole("button", { name: /^Heal/ })).toBeVisible();
    }
    await page.goto(demo.url);
    const href = await page.getByRole("link", { name: "A checkout that failed" }).getAttribute("href");
    await page.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const sources = "sources" in entry && Array.isArray(entry.sources) ? entry.sources : [];
          for (const { node } of sources) {
            const element = node instanceof Element ? node : node?.parentElement;
            // A change's label gives way when another change comes in: the lane's own tests say where it may go.
            if (element?.closest("[data-change]")) continue;
            shifts.push(String(element?.outerHTML.slice(0, 120)));
          }
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(new URL(href ?? "", demo.url).href);
    await expect(page.getByRole("button", { name: /^(Look again|Continue)/ })).toBeVisible({ timeout: 60_000 });
    await page.waitForLoadState("networkidle");
    expect(await page.evaluate(() => Reflect.get(window, "shifts"))).toEqual([]);
  });
}
