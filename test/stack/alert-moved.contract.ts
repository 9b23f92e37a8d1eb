/** An alert whose rule sums every service away, on a real Prometheus: the server's own numbers tell whose it is. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { minute, second, shift, toInstant } from "@/lib/signal/time";
import { environment } from "@/test/installation";
import { binaryOf } from "@/test/stack/build";
import { freePorts, type Running, run, untilReady } from "@/test/stack/processes";
import { remoteWrite } from "@/test/stack/remote-write";
import { launchOf } from "@/test/stack/servers";
import { lookedAt } from "@/test/worlds/investigated";

const step = 15 * second;
const now = toInstant(Date.now() - (Date.now() % step));
const began = shift(now, -12 * minute);
const rules = `groups:
  - name: all
    interval: 5s
    rules:
      - {alert: AnyErrors, expr: 'sum(rate(http_requests_total{code=~"5.."}[2m])) > 1'}
      - {alert: AnyTrouble, expr: 'max(shop_trouble) > 5'}
`;

let dir = "";
let prometheus: Running;
let url = "";

/** One number that names nobody. */
const trouble = {
  labels: { __name__: "shop_trouble" },
  exemplars: [],
  samples: Array.from({ length: 241 }, (_, n) => {
    const at = shift(now, -60 * minute + n * step);
    return { at, value: (at < began ? 1 : 9) + ((n * 7) % 5) / 10 };
  }),
};
/** A counter that grows by so much a second before and after the onset. */
const counter = (service: string, code: string, [before, after]: readonly [number, number]) => {
  let value = 0;
  const samples = Array.from({ length: Math.round((now - shift(now, -60 * minute)) / step) + 1 }, (_, n) => {
    const at = shift(now, -60 * minute + n * step);
    const wobble = 1 + 0.05 * (((n * 7) % 5) - 2);
    value += ((at < began ? before : after) * wobble * step) / second;
    return { at, value };
  });
  const labels = { __name__: "http_requests_total", service, namespace: "shop", job: "pods", code };
  return { labels, exemplars: [], samples };
};
const services = {
  payment: [0.02, 6],
  cart: [0.02, 0.02],
  web: [0.02, 0.3],
} as const;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "throughline-alert-moved-"));
  const [port = 0] = await freePorts(1);
  const launch = launchOf("prometheus", dir, [port]);
  await mkdir(join(dir, "prometheus"), { recursive: true });
  const settings =
    "global: {scrape_interval: 15s}\nrule_files: [rules.yml]\nstorage:\n  tsdb: {out_of_order_time_window: 24h}\n";
  for (const [file, text] of Object.entries({ ...launch.files, "prometheus.yml": settings, "rules.yml": rules }))
    await writeFile(join(dir, file), text);
  const binary = await binaryOf("prometheus", () => undefined);
  prometheus = run("prometheus", binary, launch.args, launch.env, join(dir, "log"));
  await untilReady(prometheus, launch.ready, 60_000);
  url = launch.url;
  await remoteWrite(url, [
    trouble,
    ...Object.entries(services).flatMap(([service, failed]) => [
      counter(service, "200", [20, 20]),
      counter(service, "503", failed),
    ]),
  ]);
}, 600_000);
afterAll(async () => {
  await prometheus?.stop(4_000);
  await rm(dir, { recursive: true, force: true });
});

/** Its record is that of now: the rule was evaluated after the samples were written. */
async function firing(name: string): Promise<string> {
  const active = async (): Promise<string> => {
    const body = await (await fetch(`${url}/api/v1/alerts`)).text();
    const { data } = JSON.parse(body);
    return data.alerts.some(
      ({ labels }: { readonly labels: { readonly alertname: string } }) => labels.alertname === name,
    )
      ? "firing"
      : "";
  };
  await expect.poll(active, { timeout: 30_000 }).toBe("firing");
  return name;
}
const looked = async (name: string) =>
  lookedAt(`${await firing(name)}{}`, environment(["prometheus"]), { prometheus: url }, () => toInstant(Date.now()));

test("is the service's whose part of the sum rose with it; the next is named", async () => {
  const { whose, others, evidence } = await looked("AnyErrors");
  expect(whose.map(({ service }) => service)).toEqual(["shop/payment"]);
  expect(whose[0]?.why).toMatch(
    /^http_requests_total from 0\.02 \/s to [56](\.\d)? \/s at .*, when the alert's value moved$/,
  );
  expect(others?.text).toContain("next is shop/web (from 0.02 /s to 0.3 /s); those of 1 other service did not");
  const refused = evidence.filter(({ answer }) => answer.kind === "gap" && answer.reason === "query-rejected");
  expect(refused.map(({ question }) => question.text)).toEqual([]);
});

test("where its own series name nobody, it is the service whose failed requests rose with it", async () => {
  const { whose, questions, evidence } = await looked("AnyTrouble");
  expect(whose.map(({ service }) => service)).toEqual(["shop/payment"]);
  expect(whose[0]?.why).toMatch(
    /^failed requests from 0\.02 \/s to [56](?:\.\d)? \/s at .*, when the alert's value moved$/,
  );
  const compared = questions.filter(({ purpose }) => purpose.kind === "identity" && purpose.signal === "alerts");
  expect(compared).toHaveLength(4);
  const told = evidence.filter(({ question }) => compared.some(({ id }) => id === question.id));
  expect(told.filter(({ answer }) => answer.kind === "gap").map(({ question }) => question.text)).toEqual([]);
});
