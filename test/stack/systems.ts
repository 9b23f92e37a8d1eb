/** Incidents of the demo's other worlds, told so that the real servers can hold them beside the shop and each other. */
import type { DemoEnvironment } from "@/lib/demo/environment";
import { createWorld, type Sampling, type World } from "@/lib/demo/world";
import { minute, shift, toInstant } from "@/lib/signal/time";
import { type Row, rows } from "@/test/incidents/rows";
import { renaming, retold, type Varied, varied } from "@/test/incidents/varied";
import { feedTogether } from "@/test/stack/feed";
import { urlOf } from "@/test/stack/url-of";

export const urls = {
  prometheus: urlOf("THROUGHLINE_PROMETHEUS_URL"),
  loki: urlOf("THROUGHLINE_LOKI_URL"),
  jaeger: urlOf("THROUGHLINE_JAEGER_URL"),
  alertmanager: urlOf("THROUGHLINE_ALERTMANAGER_URL"),
};
const fedUntil = Number(process.env.STACK_FED_UNTIL);
// On ten minutes, so that samples stand to zero in each run as they did in the one before.
export const until = toInstant(fedUntil - ((fedUntil - 12 * minute) % (10 * minute)));

/** Enough of them, and few enough for Jaeger's memory and a push of some seconds. */
const sampling: Sampling = { traces: { ok: 0.01, failed: 0.1 }, lines: 0.05 };
/** Loki reads whole blocks: what a query costs it is only told where a service has written many of them. */
export const allLines: ReadonlySet<string> = new Set(["out-of-stock"]);
/** Their leads are among few requests that went well: of a hundredth of them none may be kept in the minutes they are taken from. */
const moreTraces: ReadonlySet<string> = new Set(["uploads-fail", "odds-read"]);
/** What is looked at: half an hour before its lead, and what was usual before that. */
const history = 65 * minute;

type Told = {
  readonly name: string;
  /** Gives its services other names, and these words, too: where the shop's own are taken. */
  readonly otherwise: { readonly seed: number; readonly words: ReadonlyMap<string, string> } | null;
};
const elsewhere = (seed: number, namespace: string): Told["otherwise"] => ({
  seed,
  words: new Map([
    ["shop", namespace],
    ["postgres", `postgres-${namespace}`],
  ]),
});
/** Its exporters and its front door are others, too: what they tell of one casino is not told of another. */
const around = ["cloudwatch-exporter", "chat-websocket", "otel-collector", "yeet-public"];
const anotherCasino: Told["otherwise"] = { seed: 3, words: new Map(around.map((name) => [name, `tables-${name}`])) };
const told: readonly Told[] = [
  { name: "out-of-stock", otherwise: null },
  { name: "network-error", otherwise: null },
  { name: "uploads-fail", otherwise: null },
  { name: "late-rewards", otherwise: null },
  { name: "vanished-error", otherwise: elsewhere(2, "bazaar") },
  { name: "spent-connections", otherwise: elsewhere(5, "market") },
  { name: "wrong-arguments", otherwise: elsewhere(8, "outlet") },
  { name: "odds-read", otherwise: anotherCasino },
];

/** Jaeger holds what the demo tells through Tempo; the stack's Grafana knows the shop alone. */
const inStack = (name: string, environment: DemoEnvironment): DemoEnvironment => ({
  ...environment,
  sampling: {
    traces: moreTraces.has(name) ? { ...sampling.traces, ok: 0.1 } : sampling.traces,
    lines: allLines.has(name) ? 1 : sampling.lines,
  },
  history,
  backends: environment.backends.flatMap((kind) =>
    kind === "grafana" ? [] : [kind === "tempo" ? ("jaeger" as const) : kind],
  ),
});

function storyOf({ name, otherwise }: Told): { readonly row: Row; readonly story: Varied } {
  const row = rows.find((each) => each.name === name);
  if (!row) throw new Error(`no incident ${name}`);
  const other = varied(row, otherwise?.seed ?? 1);
  const at = { zero: shift(until, -12 * minute), now: until, missing: null };
  if (!otherwise)
    return { row, story: { ...other, ...at, environment: inStack(name, row.environment), told: (service) => service } };
  const { scenario, incidents, settings } = retold(other.environment, renaming(otherwise.words));
  return {
    row,
    story: { ...other, ...at, environment: inStack(name, { ...other.environment, scenario, incidents, settings }) },
  };
}
export const stories = told.map(storyOf);
const worldOf = ({ environment: { scenario, incidents, seed, sampling: kept }, zero }: Varied): World =>
  createWorld(scenario, incidents, { seed, zero, history, sampling: kept });

export const worlds = stories.map(({ row, story }) => ({
  name: row.name,
  world: worldOf(story),
  servers: { ...urls, otlp: story.environment.backends.includes("jaeger") ? [urlOf("STACK_OTLP_URL")] : [] },
}));
/** Fed once the others were looked at: whatever access log is there is counted by all, and what that reads is measured. */
export const last = "odds-read";
export const feedThose = (isMeant: (name: string) => boolean): Promise<void> =>
  feedTogether(
    worlds.filter(({ name }) => isMeant(name)),
    urls.loki,
    { from: shift(until, -history), to: until },
  );
