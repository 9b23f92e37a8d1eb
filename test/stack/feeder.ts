/**
 * The generator of compose.yaml: tells servers that run elsewhere (`FEED_…_URL`) two hours of the scenario, then what
 * happens every five seconds, until it is stopped. `FEED_GRAFANA_URL` may hold user and password.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { AnnotationRow } from "@/lib/demo/annotations";
import { hour, type Instant, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";
import { type FedServers, feed } from "@/test/stack/feed";
import { stackWorld } from "@/test/stack/start";

const say = (text: string): void => console.error(`generator: ${text}`);

function urlFrom(name: string): string {
  const url = process.env[name];
  if (url !== undefined && URL.canParse(url)) return url.replace(/\/+$/, "");
  say(`${name} must be an address such as http://prometheus:9090.`);
  process.exit(1);
}

/** Fails only when the server has not been there for three minutes. */
async function untilReady(what: string, url: string): Promise<void> {
  const until = Date.now() + 3 * minute;
  for (;;) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > until) throw new Error(`${what} does not answer at ${url}`);
    await wait(second);
  }
}

/** As a pipeline posts its deploys; Grafana makes its own rows of alerts. */
async function postAnnotations({ username, password }: URL, rows: readonly AnnotationRow[]): Promise<void> {
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  for (const { alertId, time, timeEnd, text, tags } of rows) {
    if (alertId > 0) continue;
    const response = await fetch(`${grafanaUrl}/api/annotations`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(username === "" ? {} : { authorization: `Basic ${credentials}` }),
      },
      body: JSON.stringify({ time, timeEnd, text, tags }),
    });
    if (!response.ok) throw new Error(`Grafana refused: ${response.status} ${(await response.text()).slice(0, 500)}`);
  }
}

const servers: FedServers = {
  prometheus: urlFrom("FEED_PROMETHEUS_URL"),
  loki: urlFrom("FEED_LOKI_URL"),
  alertmanager: urlFrom("FEED_ALERTMANAGER_URL"),
  otlp: [urlFrom("FEED_OTLP_URL")],
};
const grafana = new URL(urlFrom("FEED_GRAFANA_URL"));
const grafanaUrl = `${grafana.origin}${grafana.pathname}`.replace(/\/+$/, "");

say("waiting for the servers");
await Promise.all([
  untilReady("Prometheus", `${servers.prometheus}/-/ready`),
  untilReady("Loki", `${servers.loki}/loki/api/v1/labels`),
  untilReady("Alertmanager", `${servers.alertmanager}/-/ready`),
  untilReady("Tempo", `${urlFrom("FEED_TEMPO_URL")}/ready`),
  untilReady("Grafana", `${grafanaUrl}/api/health`),
]);

const begin = toInstant(Math.floor(Date.now() / second) * second);
const world = stackWorld(shift(begin, -12 * minute));
const tell = async (window: Window): Promise<void> => {
  await feed(world, servers, window);
  await postAnnotations(grafana, world.annotations(window));
};

say("telling them the story");
let from: Instant = shift(begin, -2 * hour);
for (let to = begin; ; to = toInstant(Date.now())) {
  await tell({ from, to });
  if (to === begin) {
    const failing = world.finished({ from: world.zero, to }).find((each) => each.failed && world.isTraceKept(each));
    say(`a trace id to paste: ${failing?.traceId ?? "none yet"}`);
  }
  from = to;
  await wait(5 * second);
}
