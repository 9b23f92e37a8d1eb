/** The prize game: what its people wrote down holds in what its backends tell. */
import { describe, expect, test } from "vitest";
import { prizeGameEnvironment, tracedPrizeGameEnvironment } from "@/lib/demo/scenarios/prize-game-environments";
import { environmentsAt, worldOf } from "@/lib/demo/servers/environments";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { instantQuery } from "@/lib/engine/promql/query";
import { minute, second, shift, toInstant } from "@/lib/signal/time";
import { installed } from "@/test/demo/looked-at";

const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
const world = worldOf(prizeGameEnvironment, now);
const storage = createStorage(world, () => shift(now, 60 * minute));
const holds = (expression: string, at: number): number => {
  const outcome = instantQuery(expression, storage, toInstant(at));
  if (!outcome.ok) throw new Error(`${expression}: not answered`);
  return outcome.result.type === "vector" ? outcome.result.series.length : 0;
};

const alerts = world.alerts({ from: world.origin, to: now });

test("each of its seven rules has fired, and none but these", () => {
  expect(world.rules).toHaveLength(7);
  expect(new Set(alerts.map(({ name }) => name))).toEqual(new Set(world.rules.map(({ name }) => name)));
});

test.each(alerts.map((alert) => [alert.name, alert] as const))(
  "%s fires while its expression holds, and not before or after",
  (_, { expression, activeAt, endsAt }) => {
    const until = endsAt ?? now;
    const inside: number[] = [];
    for (let at = activeAt + 15 * second; at < until - 15 * second; at += 2 * minute) inside.push(at);
    expect(inside.map((at) => holds(expression, at) > 0)).toEqual(inside.map(() => true));
    expect(holds(expression, activeAt - 15 * second)).toBe(0);
    if (endsAt) expect(holds(expression, endsAt + 15 * second)).toBe(0);
  },
);

test("its YAML is its upstreams and nothing else, and Tempo is one line of it", () => {
  const of = environmentsAt("http://x");
  expect(prizeGameEnvironment.settings).toEqual({});
  expect(of["prize-game"]).toEqual({
    upstreams: [
      { kind: "prometheus", url: "http://x/prize-game/prometheus" },
      { kind: "loki", url: "http://x/prize-game/loki" },
    ],
  });
  expect(tracedPrizeGameEnvironment.settings).toEqual(prizeGameEnvironment.settings);
  expect(tracedPrizeGameEnvironment.backends).toEqual([...prizeGameEnvironment.backends, "tempo"]);
});

test("an id is no hex, stands in every line of its request, and no trace is told of it", () => {
  const [lead] = prizeGameEnvironment.leads(world, now);
  const id = lead?.traceId ?? "";
  expect(id).toMatch(/^[0-9a-v]{20}$/);
  expect(lead?.text).toBe(
    `{"data":null,"error":{"code":"out_of_stock","message":"prize is out of stock"},"trace_id":"${id}"}`,
  );
  const request = world.request(id);
  const told = request ? world.linesOf(request) : [];
  expect(told.length).toBeGreaterThan(2);
  for (const { text } of told) expect(JSON.parse(text)).toMatchObject({ trace_id: id });
});

describe("a partner that was down, nine hours ago: its two alerts", { timeout: 60_000 }, () => {
  test.each(["FulfillmentRetryStorm{}", "FulfillmentDeadLetterGrowth{}"])(
    "%s tells by its name alone what rose and why, and that it is over",
    async (text) => {
      const game = await installed(prizeGameEnvironment, now);
      const { story, sentences } = await game.look(text);
      await game.stop();
      expect(sentences[0]).toMatch(/outcome="retry"|FulfillmentRetryStorm watches rose/);
      expect(sentences[1]).toMatch(
        /^New in the lines of core since 05:0\d:\d\dZ: “partner webhook timed out, will retry”, 1\d\d times/,
      );
      expect(story).toContain("“partner webhook timed out, will retry”");
      expect(sentences.join("\n")).toMatch(/went back to .* at 05:\d\d:\d\dZ/);
    },
  );
});
