/** Each system on the real servers, in a browser: what its people hold in hand is pasted, and one page concludes. */
import { expect, type Page, test } from "@playwright/test";
import { stringify } from "yaml";
import { leadBoxLabel } from "@/components/lead-words";
import type { BackendKind, DemoEnvironment } from "@/lib/demo/environment";
import { minute, shift } from "@/lib/signal/time";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { complaintsOf, expectAccessible, expectNothingOverflows, sizes } from "@/test/e2e/look";
import { feedAlerts } from "@/test/stack/feed";
import { feedThose, stories, until, urls, worlds } from "@/test/stack/systems";

let running: RunningConsole;

/** What was told to the servers before is not told twice: Jaeger would double its spans. */
async function isTold(name: string): Promise<boolean> {
  const world = worlds.find((each) => each.name === name)?.world;
  const [series] = world?.series({ from: shift(until, -minute), to: until }) ?? [];
  if (!series) throw new Error(`${name} tells no series`);
  const match = Object.entries(series.labels).map(
    ([label, value]) => `${JSON.stringify(label)}=${JSON.stringify(value)}`,
  );
  const asked = new URLSearchParams({ "match[]": `{${match.join(",")}}`, start: `${(until - 2 * minute) / 1000}` });
  const { data } = await (await fetch(`${urls.prometheus}/api/v1/series?${asked}`)).json();
  return data.length > 0;
}

test.beforeAll(async () => {
  test.setTimeout(300_000);
  const told = new Map<string, boolean>();
  for (const { name } of worlds) told.set(name, await isTold(name));
  await feedThose((name) => told.get(name) === false);
  // Their alerts may have been withdrawn since.
  for (const { world } of worlds) await feedAlerts(world, urls, until);
});
test.afterEach(() => running?.stop());

/** A console of this system alone, as its people have it, at the moment up to which its story is told. */
async function pasted(page: Page, { name, backends, settings }: DemoEnvironment, text: string): Promise<void> {
  const known: Partial<Readonly<Record<BackendKind, string>>> = urls;
  const upstreams = backends.map((kind) => ({ kind, url: known[kind] }));
  const now = { THROUGHLINE_NOW: new Date(until).toISOString() };
  running = await startConsole(stringify({ environments: { [name]: { upstreams, ...settings } } }), now);
  await page.goto(running.url);
  const box = page.getByLabel(leadBoxLabel).first();
  await box.fill(text);
  await box.press("Enter");
  await page.waitForURL(/\/investigate\?/);
  await expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 40_000 });
}

for (const { row, story } of stories)
  test(`${row.name}: pasted once, the page begins with what broke, and every slot says something`, async ({ page }) => {
    const complaints = complaintsOf(page);
    const own = worlds.find(({ name }) => name === row.name)?.world;
    const [lead] = own ? story.environment.leads(own, until) : [];
    await pasted(page, story.environment, lead?.text ?? "");
    await expect(page.getByRole("region", { name: "What happened", exact: true })).toContainText(
      row.conclusion(story.told),
    );
    const ledger = page.getByRole("list", { name: "What was looked at" });
    for (const slot of ["Metric spike", "Log lines", "Trace", "Changes", "Events", "Alerts"]) {
      const entry = ledger.getByRole("listitem").filter({ has: page.getByText(slot, { exact: true }) });
      await expect(entry.first()).toContainText(/found|partial|not configured|nothing|not linked/i);
    }
    for (const size of sizes) {
      await page.setViewportSize(size);
      await expectNothingOverflows(page);
      await page.screenshot({ path: `test-results/stack/${row.name}-${size.width}.png`, fullPage: true });
    }
    await expectAccessible(page);
    expect(complaints).toEqual([]);
  });
