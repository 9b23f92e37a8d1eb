/** The scoring engine: from each kind of lead to the strategy that was published, without any trace. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineField } from "@/components/line-field";
import { outLinks } from "@/components/out-links";
import type { DemoEnvironment } from "@/lib/demo/environment";
import { networkError } from "@/lib/demo/incidents/network-error";
import { scoringEnvironment } from "@/lib/demo/scenarios/scoring-environments";
import type { Happening } from "@/lib/demo/script";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { instantQuery } from "@/lib/engine/promql/query";
import { hour, minute, second, shift, toInstant } from "@/lib/signal/time";
import { type Installed, installed, type Told } from "@/test/demo/looked-at";

const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
let scoring: Installed;
beforeAll(async () => {
  scoring = await installed(scoringEnvironment, now);
}, 60_000);
afterAll(() => scoring.stop());

const leadOf = ({ world }: Installed, title: string): string => {
  const found = scoringEnvironment.leads(world, now).find((lead) => lead.title.startsWith(title));
  if (!found) throw new Error(`no lead ${title}`);
  return found.text;
};
const without = (isCause: (what: Happening["what"]) => boolean): DemoEnvironment => ({
  ...scoringEnvironment,
  history: 3 * hour,
  incidents: [{ ...networkError, script: networkError.script.filter(({ what }) => !isCause(what)) }],
});
const kindsOf = ({ explanation }: Told): string[] => explanation.findings.map(({ kind }) => kind);

describe("a correlation id", { timeout: 60_000 }, () => {
  let told: Told;
  beforeAll(async () => {
    told = await scoring.look(leadOf(scoring, "An error report"));
  }, 60_000);

  test("in an error report leads to the class that rose, what was published before, and the error with its type", () => {
    expect(told.sentences[0]).toMatch(/^game-api errors rose from 0 % to \d+ % at 14:0[56]:\d\dZ/);
    expect(told.sentences[1]).toMatch(
      /^“strategy weekend-boost version 7 published” \(config\) came about \d+ s before/,
    );
    expect(told.sentences[2]).toBe(
      "game-api wrote an error under this id: “strategy weekend-boost failed: unsupported operand type(s) for +: 'NoneType' and 'int'” (TypeError).",
    );
  });

  test("tells that the evidence itself is incomplete", () => {
    expect(told.sentences).toContainEqual(
      expect.stringMatching(/^The evidence itself is incomplete: dsl_execution_log_dropped_total of game-api rose/),
    );
  });

  test("the restart of another service is told as aside, not as the suspect", () => {
    expect(told.sentences[1]).toContain("also changed: game-identity restarted, 11 min before");
    expect(told.story).not.toContain("game-identity");
  });

  test("fills every slot or says why not, with few questions", () => {
    expect(told.verdicts).toMatchObject({
      spike: expect.stringMatching(/^found: /),
      lines: expect.stringMatching(/^partial: 3 with this id/),
      trace: "nothing: not configured",
      changes: "found: 2 changes",
      alerts: "found: 4 firing",
    });
    expect(told.questions.length).toBeLessThanOrEqual(60);
  });

  test("its services are named as their metrics name them, not by their containers", () => {
    const named = told.explanation.movements.map(({ service }) => service?.name);
    expect([...new Set(named)].sort()).toEqual(["game-api", "game-dashboard", "game-identity"]);
  });

  test("fills the links of its people", () => {
    const { environment, window } = told;
    const id = /[0-9a-f-]{36}/.exec(leadOf(scoring, "An error report"))?.[0] ?? "";
    const links = outLinks(environment?.links ?? [], {
      ...{ id, service: "game-api", window },
      line: (field) => lineField(told.evidence, field),
    });
    expect(links[1]?.href).toContain("/strategies/custom/weekend-boost/metrics?");
    expect(links.map(({ title }) => title)).toEqual(["Sentry", "Strategy traces"]);
    for (const { href } of links) {
      expect(href).toContain(id);
      expect(href).toContain(encodeURIComponent("2026-11-21T1"));
    }
  });
});

test.each(["A log line with its traceback", "A task that was scored"])(
  "%s leads to the same onset and the same suspect",
  async (title) => {
    const { sentences } = await scoring.look(leadOf(scoring, title));
    expect(sentences[0]).toMatch(/^game-api errors rose/);
    expect(sentences[1]).toMatch(/^“strategy weekend-boost version 7 published”/);
  },
  60_000,
);

test("the alert leads there, too", async () => {
  const { sentences, verdicts } = await scoring.look(leadOf(scoring, "The alert Http5xxRateHigh"));
  expect(sentences[0]).toMatch(/^What Http5xxRateHigh watches rose .* Around the same time: .*game-api errors/);
  expect(sentences[1]).toMatch(/^“strategy weekend-boost version 7 published”/);
  expect(sentences.join("\n")).toContain("The evidence itself is incomplete: dsl_execution_log_dropped_total");
  expect(verdicts.alerts).toMatch(/^found: /);
}, 60_000);

test("without the failing strategy nothing of it is found; without the full queue the evidence is whole", async () => {
  const calm = await installed(
    without(({ kind }) => kind === "fault" || kind === "move" || kind === "alert"),
    now,
  );
  const told = await calm.look(leadOf(calm, "A task that was scored"));
  await calm.stop();
  for (const gone of ["onset", "change-before-onset", "failing-line", "still-happening"])
    expect(kindsOf(told)).not.toContain(gone);
  const whole = await installed(
    without(({ kind }) => kind === "move"),
    now,
  );
  const kinds = kindsOf(await whole.look(leadOf(whole, "An error report")));
  await whole.stop();
  expect(kinds).toContain("failing-line");
  expect(kinds).not.toContain("telemetry-loss");
}, 60_000);

test("an hour before, nothing is found", async () => {
  const then = shift(now, -hour);
  const before = await installed({ ...scoringEnvironment, history: 3 * hour }, now, then);
  const [request] = before.world.finished({ from: shift(then, -3 * minute), to: shift(then, -2 * minute) });
  const told = await before.look(request?.traceId ?? "");
  await before.stop();
  expect(kindsOf(told).toSorted()).toEqual(["all-quiet", "lines-without-trace"]);
}, 60_000);

describe("its four rules", () => {
  const holds = (expression: string, at: number): number => {
    const storage = createStorage(scoring.world, () => shift(now, hour));
    const outcome = instantQuery(expression, storage, toInstant(at));
    if (!outcome.ok) throw new Error(`${expression}: not answered`);
    return outcome.result.type === "vector" ? outcome.result.series.length : 0;
  };
  test("three fire while their expressions hold, and the fourth never", () => {
    const alerts = scoring.world.alerts({ from: scoring.world.origin, to: now });
    const names = new Set(alerts.map(({ name }) => name));
    expect(names.size).toBe(3);
    for (const { expression, activeAt } of alerts) {
      expect(holds(expression, activeAt + 15 * second), expression).toBeGreaterThan(0);
      expect(holds(expression, now), expression).toBeGreaterThan(0);
      expect(holds(expression, activeAt - 30 * second), expression).toBe(0);
    }
    const silent = scoring.world.rules.filter(({ name }) => !names.has(name));
    for (const { expression } of silent)
      expect([-hour, -20 * minute, 0].map((away) => holds(expression, now + away))).toEqual([0, 0, 0]);
  });
});
