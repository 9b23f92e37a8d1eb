/** Incidents of the demo's other worlds in the real servers, beside the shop and each other: the same is concluded. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DemoEnvironment } from "@/lib/demo/environment";
import { createWorld, type Sampling, type World } from "@/lib/demo/world";
import { minute, shift, toInstant } from "@/lib/signal/time";
import { linesRead, printRead } from "@/test/bench/lines-read";
import { lived, sentencesOf, settingOf } from "@/test/incidents/lived";
import { type Row, rows } from "@/test/incidents/rows";
import { renaming, retold, type Varied, varied } from "@/test/incidents/varied";
import { feedTogether, withdrawAlerts } from "@/test/stack/feed";
import { urlOf } from "@/test/stack/url-of";
import { type Investigated, lookedAt } from "@/test/worlds/investigated";

const urls = {
  prometheus: urlOf("THROUGHLINE_PROMETHEUS_URL"),
  loki: urlOf("THROUGHLINE_LOKI_URL"),
  jaeger: urlOf("THROUGHLINE_JAEGER_URL"),
  alertmanager: urlOf("THROUGHLINE_ALERTMANAGER_URL"),
};
const fedUntil = Number(process.env.STACK_FED_UNTIL);
// On ten minutes, so that samples stand to zero in each run as they did in the one before.
const until = toInstant(fedUntil - ((fedUntil - 12 * minute) % (10 * minute)));

/** Enough of them, and few enough for Jaeger's memory and a push of some seconds. */
const sampling: Sampling = { traces: { ok: 0.01, failed: 0.1 }, lines: 0.05 };
/** Loki reads whole blocks: what a query costs it is only told where a service has written many of them. */
const allLines: ReadonlySet<string> = new Set(["out-of-stock"]);
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
const stories = told.map(storyOf);
const worldOf = ({ environment: { scenario, incidents, seed, sampling: kept }, zero }: Varied): World =>
  createWorld(scenario, incidents, { seed, zero, history, sampling: kept });

const worlds = stories.map(({ row, story }) => ({
  name: row.name,
  world: worldOf(story),
  servers: { ...urls, otlp: story.environment.backends.includes("jaeger") ? [urlOf("STACK_OTLP_URL")] : [] },
}));
/** Fed once the others were looked at: whatever access log is there is counted by all, and what that reads is measured. */
const last = "odds-read";
const feedThose = (isMeant: (name: string) => boolean): Promise<void> =>
  feedTogether(
    worlds.filter(({ name }) => isMeant(name)),
    urls.loki,
    { from: shift(until, -history), to: until },
  );
beforeAll(() => feedThose((name) => name !== last), 240_000);
afterAll(async () => {
  for (const { world, servers } of worlds) await withdrawAlerts(world, servers, until);
});

/** A sample more or less at an edge is none of its sense. */
const withoutNumbers = (sentence = ""): string => sentence.replace(/\d[\d.,:]*/g, "#");

describe.each(stories)("$row.name", ({ row, story }) => {
  let demo: Investigated;
  let real: Investigated;
  beforeAll(async () => {
    if (row.name === last) await feedThose((name) => name === last);
    const own = await lived(story);
    const [lead] = story.environment.leads(own.world, until);
    if (!lead) throw new Error(`${row.name} offers no lead: none of its traces was kept`);
    demo = await own.look(lead.text, until);
    await own.close();
    real = await lookedAt(lead.text, settingOf(story.environment), urls, () => until);
  }, 120_000);

  test("is named first or second, and what is first is what the demo says first", () => {
    const sentences = sentencesOf(real.explanation);
    expect(sentences.slice(0, 2).join("\n")).toMatch(row.conclusion(story.told));
    expect(real.explanation.findings[0]?.kind).toBe(demo.explanation.findings[0]?.kind);
    expect(withoutNumbers(sentences[0])).toBe(withoutNumbers(sentencesOf(demo.explanation)[0]));
  });

  // In a Loki of many systems the search for an id reads everybody's lines; what comes after it reads the services' own.
  test("takes 60 questions at most, and once its services are known Loki reads three times their volume at most", async () => {
    expect(real.questions.length).toBeLessThanOrEqual(60);
    const { window, evidence } = real;
    if (!window || !story.environment.backends.includes("loki")) return;
    const read = await linesRead(urls.loki, evidence, window);
    if (!read) throw new Error("no lines of its services were asked for");
    console.log(
      `${row.name}: ${real.questions.length} questions; ${printRead(read)}, ${(read.searched / 1e6).toFixed(1)} MB of it to find the id`,
    );
    if (allLines.has(row.name)) expect(read.processed - read.searched).toBeLessThanOrEqual(3 * read.volume);
  });
});
