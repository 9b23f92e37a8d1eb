/** The pipeline: a healthy trace leads to the consumer behind the queue, which sends no spans. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DemoEnvironment } from "@/lib/demo/environment";
import { uploadsFail } from "@/lib/demo/incidents/uploads-fail";
import { flashPipelineWith } from "@/lib/demo/scenarios/flash-pipeline";
import { flashPipelineEnvironment } from "@/lib/demo/scenarios/flash-pipeline-environments";
import { newerSpelling } from "@/lib/demo/telemetry/own-prefix";
import { hour, minute, shift, toInstant } from "@/lib/signal/time";
import { type Installed, installed, type Told } from "@/test/demo/looked-at";

const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
const short: DemoEnvironment = { ...flashPipelineEnvironment, history: 3 * hour };
const suspect =
  /^invaders\.consumer, behind the queue flashes of invaders\.bot, has no span in this trace: its circuit breaker is open since 14:0[67]:\d\dZ, its consecutive failures rose from 0 to \d+ since .* and its queue length rose from \d+ to \d+ since /;

const leadOf = ({ world }: Installed, title: string): string =>
  flashPipelineEnvironment.leads(world, now).find((lead) => lead.title.startsWith(title))?.text ?? "";
const kindsOf = ({ explanation }: Told): string[] => explanation.findings.map(({ kind }) => kind);
async function once(demo: DemoEnvironment, title: string): Promise<Told> {
  const it = await installed(demo, now);
  const told = await it.look(leadOf(it, title));
  await it.stop();
  return told;
}

describe("a trace of the bot", { timeout: 60_000 }, () => {
  let pipeline: Installed;
  let told: Told;
  beforeAll(async () => {
    pipeline = await installed(flashPipelineEnvironment, now);
    told = await pipeline.look(leadOf(pipeline, "A sync"));
  }, 60_000);
  afterAll(() => pipeline.stop());

  test("is healthy, and leads to the consumer's breaker, failures and queue as the suspect, first of all", () => {
    expect(told.sentences[0]).toMatch(suspect);
    expect(told.story).toMatch(
      /^The trace is healthy: 4 spans, 1 service, \d+ ms\. invaders\.consumer, behind the queue/,
    );
  });

  test("lines are not configured, the trace and the series are there", () => {
    expect(told.verdicts).toMatchObject({
      spike: expect.stringMatching(/^found: \d of \d series changed/),
      lines: "nothing: not configured",
      trace: "found: 4 spans, none failed",
    });
    expect(told.questions.length).toBeLessThanOrEqual(60);
  });

  test("of the API, which shows what the consumer stored, leads there, too; its rates are made of its spans", async () => {
    const other = await pipeline.look(leadOf(pipeline, "A leaderboard"));
    expect(other.sentences[0]).toMatch(
      /^invaders\.consumer, which flashcastr\.api relies on, .* circuit breaker is open/,
    );
    const rates = other.explanation.movements.filter(
      ({ service, role }) => service?.name === "flashcastr.api" && role === "rate",
    );
    expect(rates.map(({ verdict }) => verdict)).toContain("quiet");
  });

  test("its YAML beside the upstreams is three lines: who stands behind whom", () => {
    expect(flashPipelineEnvironment.settings).toEqual({
      neighbours: [
        { service: "invaders.bot", calls: "invaders.consumer", through: "flashes" },
        { service: "flashcastr.api", calls: "invaders.consumer" },
      ],
    });
  });
});

test("newer spellings of what is made of spans tell the same", async () => {
  const told = await once({ ...short, scenario: flashPipelineWith(newerSpelling) }, "A leaderboard");
  expect(told.sentences[0]).toMatch(/^invaders\.consumer, which flashcastr\.api relies on/);
  const rates = told.explanation.movements.filter(
    ({ service, role }) => service?.name === "flashcastr.api" && role === "rate",
  );
  expect(rates.length).toBeGreaterThan(0);
}, 60_000);

test("uploads that do not fail leave nothing to find", async () => {
  const told = await once(
    {
      ...short,
      incidents: [{ ...uploadsFail, script: uploadsFail.script.filter(({ what }) => what.kind === "deploy") }],
    },
    "A sync",
  );
  expect(kindsOf(told)).toEqual(["all-quiet"]);
}, 60_000);

test("without the lines about neighbours the page names nobody behind the queue", async () => {
  const told = await once({ ...short, settings: {} }, "A sync");
  expect(kindsOf(told)).not.toContain("unseen-neighbour");
}, 60_000);

test("an hour before, nothing is found", async () => {
  const then = shift(now, -hour);
  const it = await installed(short, now, then);
  const [request] = it.world
    .finished({ from: shift(then, -3 * minute), to: shift(then, -2 * minute) })
    .filter(({ route }) => route === "sync");
  const told = await it.look(request?.traceId ?? "");
  await it.stop();
  expect(told.verdicts.trace).toBe("found: 4 spans, none failed");
  expect(kindsOf(told).filter((kind) => kind !== "all-quiet")).toEqual([]);
}, 60_000);
