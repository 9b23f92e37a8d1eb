/** Where one finds out how the upstreams are, and takes the templates from. */
import { expect, test } from "@playwright/test";
import { type RunningConsole, startConsole } from "./console";
import { complaintsOf, expectAccessible, expectNothingOverflows, sizes } from "./look";

const upstream = '[{ kind: loki, url: "http://127.0.0.1:9" }]';
let own: RunningConsole;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  own = await startConsole(`environments: { eu: { upstreams: ${upstream} }, us: { upstreams: ${upstream} } }\n`);
});
test.afterAll(async () => {
  await own?.stop();
});

test("templates are filled with this console's own address, and with an environment once it is chosen", async ({
  page,
}) => {
  const complaints = complaintsOf(page);
  await page.goto(`${own.url}/connect`);
  const link = page.getByRole("article", { name: "Alertmanager: the link" });
  await expect(link).toContainText(`${own.url}/alert?{{ range`);
  await page.getByRole("link", { name: "us", exact: true }).click();
  await expect(link).toContainText(`${own.url}/alert?environment=us&{{ range`);
  await expect(page.getByRole("article", { name: "Grafana contact point" })).toContainText("not run");
  await expect(page.getByRole("listitem").filter({ hasText: "eu/loki" })).toBeVisible();
  expect(complaints).toEqual([]);
});

for (const size of sizes)
  for (const colorScheme of ["light", "dark"] as const)
    test(`axe has nothing to say and nothing overflows: ${size.width} px, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await page.goto(`${own.url}/connect`);
      await expectNothingOverflows(page);
      await expectAccessible(page);
      await page.screenshot({ path: `test-results/connect-${colorScheme}-${size.width}.png` });
    });
