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

/** The stream in pieces, each of which comes when `more` is called; the stream ends behind the last. */
export const streamed = (page: Page, pieces: readonly string[]): Promise<unknown> =>
  page.addInitScript((texts) => {
    const original = window.fetch;
    const waiting: (() => void)[] = [];
    let ready = 0;
    const turn = (): Promise<void> =>
      new Promise((resolve) => {
        if (ready > 0) {
          ready -= 1;
          resolve();
        } else waiting.push(resolve);
      });
    const next = (): void => {
      const resolve = waiting.shift();
      if (resolve) resolve();
      else ready += 1;
    };
    Object.assign(window, { more: next });
    window.fetch = (input, init) => {
      if (!String(input).includes("/api/investigate")) return original(input, init);
      const body = new ReadableStream({
        async start(controller) {
          for (const text of texts) {
            await turn();
            controller.enqueue(new TextEncoder().encode(text));
          }
          controller.close();
        },
      });
      return Promise.resolve(new Response(body, { headers: { "content-type": "application/x-ndjson" } }));
    };
  }, pieces);
export const more = (page: Page): Promise<unknown> => page.evaluate(() => Reflect.get(window, "more")());

/** Whatever the browser saw move without a hand on it, from where to where. */
export const watchShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const sources = "sources" in entry && Array.isArray(entry.sources) ? entry.sources : [];
        for (const { node, previousRect, currentRect } of sources) {
          const element = node instanceof Element ? node : node?.parentElement;
          const box = ({ x, y, width, height }: DOMRectReadOnly): string =>
            [x, y, width, height].map(Math.round).join(" ");
          shifts.push(`${box(previousRect)} -> ${box(currentRect)}: ${element?.outerHTML.slice(0, 90)}`);
        }
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
export const shiftsOf = (page: Page): Promise<unknown> => page.evaluate(() => Reflect.get(window, "shifts"));

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
