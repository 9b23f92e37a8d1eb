/** What the page's browser tests share: one console a file, a drawn stream in place of the server's, no fault tolerated. */
import { test as base, expect, type Page } from "@playwright/test";
import type { StreamLine } from "@/lib/stream/lines";
import { drawnTraceId } from "../draw";
import { type RunningConsole, startConsole } from "./console";
import { checkoutLines, ndjsonOf } from "./fixture";

const configuration = `
environments:
  shop:
    zone: Europe/Berlin
    upstreams:
      - { kind: loki, url: "http://127.0.0.1:9" }
  staging:
    upstreams:
      - { kind: loki, url: "http://127.0.0.1:9" }
`;

export const lines = checkoutLines();
export const answer = (page: Page, body: string): Promise<unknown> =>
  page.route("**/api/investigate", (route) => route.fulfill({ contentType: "application/x-ndjson", body }));
/** The whole stream at once. */
export const drawn = (page: Page, own: readonly StreamLine[] = lines): Promise<unknown> => answer(page, ndjsonOf(own));
export const opened = (page: Page): Promise<void> =>
  expect(page.getByRole("button", { name: "Look again" })).toBeVisible({ timeout: 15_000 });

/** Every console message that tells of a fault fails the test; `url` is known once the tests run. */
export function frameTest() {
  let running: RunningConsole | null = null;
  // `PAGE_URL` is a console that is already running, such as one in development.
  let url = process.env.PAGE_URL ?? "";
  const test = base.extend<{ readonly faults: string[] }>({
    faults: [
      async ({ page }, use) => {
        const faults: string[] = [];
        page.on("console", (message) => {
          if (message.type() === "error") faults.push(message.text());
        });
        page.on("pageerror", (error) => faults.push(String(error)));
        await use(faults);
        expect(faults).toEqual([]);
      },
      { auto: true },
    ],
  });
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    if (url !== "") return;
    running = await startConsole(configuration);
    url = running.url;
  });
  test.afterAll(async () => {
    await running?.stop();
  });
  const open = async (page: Page): Promise<void> => {
    await page.goto(`${url}/investigate?lead=${drawnTraceId}`);
    await opened(page);
  };
  return { test, open, url: () => url };
}
