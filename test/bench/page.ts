/** The page in a browser: how it follows a pointer, how soon it paints, what it loads, and that nothing moves while it fills. */
import { type Browser, chromium, type Page } from "@playwright/test";
import type { Evidence } from "@/lib/evidence";
import { second } from "@/lib/signal/time";
import { streamLines } from "@/lib/stream/encode";
import type { StreamLine } from "@/lib/stream/lines";
import { type Figure, medianOf } from "@/test/bench/figure";
import { scriptsFigure } from "@/test/bench/scripts";
import { browserArguments, findBrowser } from "@/test/browser";
import { drawnTraceId, drawnWindow, redOf } from "@/test/draw";
import { type RunningConsole, startConsole } from "@/test/e2e/console";
import { checkoutLines, ndjsonOf } from "@/test/e2e/fixture";

const rounds = 5;
/** Three seconds of a screen of 60 Hz. */
const frames = 180;
/** 8 charts of 8 series each, as lanes: 16 services in four roles, 541 points a series. */
const services = 16;
const roles = ["error-ratio", "latency-p99", "latency-p50", "rate"] as const;
const step = 5 * second;
const points = (drawnWindow.to - drawnWindow.from) / step + 1;

function manySeries(): readonly StreamLine[] {
  const lines = checkoutLines();
  const wave = (seed: number): string =>
    Array.from({ length: points }, (_, at) => (1 + Math.sin((at + seed * 7) / (6 + seed)) * 0.4).toFixed(3)).join(" ");
  const answers = roles.map(
    (role, kind): Evidence =>
      redOf(
        role,
        Object.fromEntries(
          Array.from({ length: services }, (_, each) => [`service-${each}`, wave(each + kind * services)]),
        ),
        { step },
        { id: `many-${role}` },
      ),
  );
  const hello = lines.find((line) => line.type === "hello");
  const greeting = { now: hello?.now ?? drawnWindow.to, run: 1, environments: hello?.environments ?? [] };
  const more = answers.flatMap((evidence) => [...streamLines({ type: "evidence", evidence }, greeting)]);
  const planned: StreamLine = { type: "planned", questions: answers.map(({ question }) => question), unasked: [] };
  return [...lines.slice(0, -1), planned, ...more, ...lines.slice(-1)];
}

const ended = (page: Page): Promise<void> =>
  page.getByRole("button", { name: "Look again" }).waitFor({ timeout: 90_000 });

/** ms between frames, 95th in a hundred: while a pointer moves over the lanes with each frame, or not at all. */
const framesOf = (page: Page, moving: boolean): Promise<number> =>
  page.evaluate(
    async ({ moves, count }) => {
      const lane = document.querySelector("#lane-alerts");
      if (!lane) throw new Error("no lanes");
      const { left, width, top } = lane.getBoundingClientRect();
      const times: number[] = [];
      for (let frame = 0; frame < count; frame += 1) {
        times.push(await new Promise<number>((done) => requestAnimationFrame(done)));
        const clientX = left + 200 + ((frame * 37) % 800) * ((width - 220) / 800);
        if (moves) lane.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: top + 5, bubbles: true }));
      }
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
      return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.95)] ?? 0;
    },
    { moves: moving, count: frames },
  );

/** CPU time of the page's main thread, ms: what a busy machine lets wait is not in it. */
async function workedOf(page: Page, work: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  const before = await read();
  await work();
  const after = await read();
  await session.detach();
  return after - before;
}

async function crosshairFigures(browser: Browser, url: string): Promise<Figure[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const body = ndjsonOf(manySeries());
  await page.route("**/api/investigate", (route) => route.fulfill({ contentType: "application/x-ndjson", body }));
  await page.goto(`${url}/investigate?lead=${drawnTraceId}`);
  await ended(page);
  const charts = page.locator("#time .recharts-surface");
  await charts.first().waitFor({ state: "attached" });
  const [few, many, idle, moved]: number[][] = [[], [], [], []];
  const workedMoving = async (): Promise<number> => (await workedOf(page, () => framesOf(page, true))) / frames;
  for (let round = 0; round < rounds; round += 1) few?.push(await workedMoving());
  const fewLanes = await charts.count();
  await page.locator("#time").getByRole("button", { name: "show", exact: true }).click();
  await charts.nth(services * roles.length - 1).waitFor({ state: "attached", timeout: 60_000 });
  for (let round = 0; round < rounds; round += 1) {
    many?.push(await workedMoving());
    // In turns, so that a busy machine is busy for both.
    idle?.push(await framesOf(page, false));
    moved?.push(await framesOf(page, true));
  }
  const lanes = await charts.count();
  await page.close();
  const [work, workOfFew, still, moving] = [many, few, idle, moved].map((values) => medianOf(values ?? []));
  const say = (ms = Number.NaN): string => `${ms.toFixed(1)} ms`;
  return [
    {
      what: "frame while the crosshair moves, p95",
      value: moving ?? Number.NaN,
      unit: "ms",
      from: `${lanes} lanes of ${points} points; at rest ${say(still)}; median of ${rounds}`,
      most: 25,
    },
    {
      what: `worked for a frame while the crosshair moves, ${lanes} lanes ÷ ${fewLanes}`,
      value: (work ?? Number.NaN) / (workOfFew ?? Number.NaN),
      unit: "×",
      from: `${say(work)} ÷ ${say(workOfFew)}, the page's main thread`,
      most: 3,
    },
  ];
}

async function paintFigure(browser: Browser, url: string, lead: string): Promise<Figure> {
  const paints: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // A context of its own: nothing is kept from before.
    const page = await browser.newPage();
    await page.goto(`${url}/investigate?lead=${lead}`);
    paints.push(
      await page.evaluate(
        () =>
          new Promise<number>((done) =>
            new PerformanceObserver((list) => {
              for (const { name, startTime } of list.getEntries())
                if (name === "first-contentful-paint") done(startTime);
            }).observe({ type: "paint", buffered: true }),
          ),
      ),
    );
    await page.close();
  }
  const from = `median of ${rounds}, ${Math.min(...paints).toFixed(0)} to ${Math.max(...paints).toFixed(0)} ms`;
  return { what: "first contentful paint of /investigate", value: medianOf(paints), unit: "ms", from, most: 300 };
}

type Shifted = {
  readonly node: Node | null;
  readonly previousRect: DOMRectReadOnly;
  readonly currentRect: DOMRectReadOnly;
};

/** Every shift that no hand caused, lanes included, from the first byte to the last line. */
async function shiftFigure(browser: Browser, url: string, lead: string, width: number): Promise<Figure> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (Reflect.get(entry, "hadRecentInput") === true) continue;
        const sources: unknown = Reflect.get(entry, "sources");
        const told = (Array.isArray(sources) ? sources : []).map(
          ({ node, previousRect: from, currentRect: to }: Shifted): string => {
            const element = node instanceof Element ? node : node?.parentElement;
            const [x, y] = [to.x - from.x, to.y - from.y].map(Math.round);
            return `${element?.textContent.slice(0, 24) ?? ""} by ${x}, ${y} px`;
          },
        );
        shifts.push(`${Number(Reflect.get(entry, "value")).toFixed(4)} ${told.join("; ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${url}/investigate?lead=${lead}`);
  await ended(page);
  // What is loaded behind the page comes after its end, too.
  await page.waitForTimeout(500);
  const shifts: unknown = await page.evaluate(() => Reflect.get(window, "shifts"));
  await page.close();
  const all = Array.isArray(shifts) ? shifts.map(String) : ["not measured"];
  return {
    what: `shifts of the layout while slow upstreams answer, ${width} px`,
    value: all.length,
    unit: "count",
    from: all.length === 0 ? "cumulative layout shift 0" : all.slice(0, 4).join(" | "),
    most: 0,
  };
}

/** Every backend of the demo's first environment, as different in speed as backends are. */
async function slowDown(browser: Browser, { url }: RunningConsole): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${url}/demo`);
  for (const kind of ["prometheus", "loki", "jaeger"]) {
    const row = page.getByRole("listitem").filter({ has: page.getByLabel(`What is wrong with shop/${kind}`) });
    await row.getByLabel(`What is wrong with shop/${kind}`).selectOption("latency=3000");
    await row.getByRole("button", { name: "Set" }).click();
    await row.getByRole("button", { name: /^Heal/ }).waitFor();
  }
  await page.close();
}

export async function pageFigures(): Promise<Figure[]> {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error("no Chromium: set CHROMIUM_PATH, or install the packages");
  const demo = await startConsole("", { THROUGHLINE_DEMO: "1", THROUGHLINE_NOW: "2026-11-21T14:18:05Z" });
  const browser = await chromium.launch({ executablePath, args: [...browserArguments] });
  try {
    const html = await (await fetch(demo.url)).text();
    const lead = /\/investigate\?[^"]*lead=([0-9a-f]{32})/.exec(html)?.[1];
    if (lead === undefined) throw new Error("the demo's first page links to no trace");
    const figures = [
      ...(await crosshairFigures(browser, demo.url)),
      await paintFigure(browser, demo.url, lead),
      await scriptsFigure(demo, lead),
    ];
    await slowDown(browser, demo);
    for (const width of [1440, 360]) figures.push(await shiftFigure(browser, demo.url, lead, width));
    return figures;
  } finally {
    await browser.close();
    await demo.stop();
  }
}
