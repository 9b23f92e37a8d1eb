/**
 * The link in an alert's message, opened a day after the alert was over and Alertmanager had lost its data: `ALERTS` in the
 * real Prometheus, backfilled as its rule would have left it, tells the same alert, window and onset.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alertFacts } from "@/lib/alert-facts";
import type { Explanation } from "@/lib/explanation";
import { parseAlertLink } from "@/lib/lead-alert-link";
import { day, hour, type Instant, minute, printInstant, second, shift, toInstant } from "@/lib/signal/time";
import { environment } from "@/test/installation";
import { binaryOf, type ServerName } from "@/test/stack/build";
import { freePorts, type Running, run, untilReady } from "@/test/stack/processes";
import { remoteWrite, stale } from "@/test/stack/remote-write";
import { launchOf } from "@/test/stack/servers";
import { lookedAt } from "@/test/worlds/investigated";

const step = 15 * second;
/** On ten minutes, so that samples stand to it in each run as they did in the one before; all of it is over when the test begins. */
const active = shift(toInstant(Date.now() - (Date.now() % (10 * minute))), -2 * hour);
const fires = shift(active, 2 * minute);
const over = shift(active, 32 * minute);
const labels = { alertname: "LinkOutlives", service: "gateway", severity: "page" };
const expression = 'shop_error_ratio{job="gateway"} > 0.05';
const rules = `groups:
  - name: shop
    interval: 15s
    rules:
      - {alert: LinkOutlives, expr: '${expression}', for: 2m, labels: {severity: page}, annotations: {summary: too many errors}}
`;

let dir = "";
let running: Partial<Record<ServerName, Running>> = {};
const urls = { prometheus: "", alertmanager: "" };

async function start(name: "prometheus" | "alertmanager", files: Readonly<Record<string, string>>): Promise<void> {
  const binary = await binaryOf(name, () => undefined);
  const own = await mkdtemp(join(dir, `${name}-`));
  const [port = 0] = await freePorts(1);
  const launch = launchOf(name, own, [port]);
  await mkdir(join(own, name), { recursive: true });
  for (const [file, text] of Object.entries({ ...launch.files, ...files })) await writeFile(join(own, file), text);
  const process = run(name, binary, launch.args, launch.env, join(own, "log"));
  running = { ...running, [name]: process };
  await untilReady(process, launch.ready, 60_000);
  urls[name] = launch.url;
}

/** One sample a scrape; `ends` marks the series as gone behind its last. */
function written(
  own: Readonly<Record<string, string>>,
  from: Instant,
  to: Instant,
  value: (at: Instant) => number,
  ends: boolean,
) {
  const at = Array.from({ length: Math.round((to - from) / step) }, (_, n) => shift(from, n * step));
  const samples = at.map((each) => ({ at: each, value: value(each) }));
  return { labels: own, exemplars: [], samples: ends ? [...samples, { at: to, value: stale }] : samples };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "throughline-alert-link-"));
  const settings =
    "global: {scrape_interval: 15s}\nrule_files: [rules.yml]\nstorage:\n  tsdb: {out_of_order_time_window: 24h}\n";
  await start("prometheus", { "prometheus.yml": settings, "rules.yml": rules });
  await start("alertmanager", {});
  const series = { service: "gateway" };
  const ratio = (at: Instant): number => (at >= active && at < over ? 0.2 : 0.01) + ((at / step) % 3) * 0.001;
  const firing = { ...labels, __name__: "ALERTS", alertstate: "firing" };
  await remoteWrite(urls.prometheus, [
    written(
      { ...series, __name__: "shop_error_ratio", job: "gateway" },
      shift(active, -2 * hour),
      shift(over, hour),
      ratio,
      false,
    ),
    written({ ...labels, __name__: "ALERTS", alertstate: "pending" }, active, fires, () => 1, true),
    written(firing, fires, over, () => 1, true),
    written({ ...labels, __name__: "ALERTS_FOR_STATE" }, active, over, () => active / second, true),
  ]);
  const sent = await fetch(`${urls.alertmanager}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([
      {
        ...{ labels, annotations: { summary: "too many errors" }, startsAt: printInstant(fires) },
        endsAt: printInstant(toInstant(Date.now() + hour)),
        generatorURL: `${urls.prometheus}/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`,
      },
    ]),
  });
  expect(sent.status).toBe(200);
}, 600_000);
afterAll(async () => {
  await Promise.all(Object.values(running).map((each) => each.stop(4_000)));
  await rm(dir, { recursive: true, force: true });
});

/** As a template writes it, with Go's own print of a time. */
const link = new URLSearchParams({
  ...labels,
  startsAt: `${printInstant(fires)
    .replace("T", " ")
    .replace(/\.000Z$|Z$/, "")} +0000 UTC`,
});
const shop = environment(["prometheus", "alertmanager"]);

/** True within what is said of it, to a scrape; another length of window is another step between its points. */
function expectOnset(onset: Explanation["onset"]): void {
  expect(onset?.from).toBeLessThanOrEqual(active + step);
  expect(onset?.to).toBeGreaterThanOrEqual(active - step);
  expect((onset?.to ?? 0) - (onset?.from ?? 0)).toBeLessThanOrEqual(2 * minute);
}

async function opened(now: Instant) {
  const { reading } = parseAlertLink(`${link}`);
  if (!reading) throw new Error(`no alert in ${link}`);
  const { evidence, explanation, window } = await lookedAt(reading.spelling, shop, urls, () => now);
  const facts = alertFacts(reading, evidence, now, ["shop"]);
  return {
    alert: facts && { name: facts.incident.name, labels: facts.incident.labels, startsAt: facts.incident.startsAt },
    over: facts?.incident.endsAt ?? null,
    ended: facts?.ended ?? null,
    window,
    onset: explanation.onset,
  };
}

test("the link leads to the same alert, window and onset while it fires, when it is over, and a day after Alertmanager lost it", async () => {
  const then = await opened(shift(fires, 18 * minute));
  expect(then.alert).toEqual({ name: "LinkOutlives", labels, startsAt: fires });
  expect(then).toMatchObject({
    over: null,
    window: { from: shift(active, -30 * minute), to: shift(fires, 18 * minute) },
  });
  expectOnset(then.onset);

  await running.alertmanager?.stop(4_000);
  await start("alertmanager", {});
  expect(await (await fetch(`${urls.alertmanager}/api/v2/alerts`)).json()).toEqual([]);

  const after = await opened(shift(over, 6 * minute));
  expect(after.alert).toEqual(then.alert);
  expectOnset(after.onset);
  expect(after.window?.from).toBe(then.window?.from);
  expect(Math.abs((after.over ?? 0) - over)).toBeLessThanOrEqual(step);
  expect(after.ended).toBe("value fell");

  expect(await opened(shift(over, day))).toEqual(after);
}, 120_000);
