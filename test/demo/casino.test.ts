/** The casino: alerts that name no service, a counter that should stand still, a Collector that lost some of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DemoEnvironment } from "@/lib/demo/environment";
import { betsRejected } from "@/lib/demo/incidents/casino-day";
import { lateRewards } from "@/lib/demo/incidents/late-rewards";
import { casinoEnvironment } from "@/lib/demo/scenarios/casino-environments";
import type { Happening, Incident } from "@/lib/demo/script";
import { environmentsAt } from "@/lib/demo/servers/environments";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { instantQuery } from "@/lib/engine/promql/query";
import { hour, minute, printInstant, second, shift, toInstant } from "@/lib/signal/time";
import { type Installed, installed, type Told } from "@/test/demo/looked-at";

const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
let casino: Installed;
beforeAll(async () => {
  casino = await installed(casinoEnvironment, now);
}, 60_000);
afterAll(() => casino.stop());

const leadOf = ({ world }: Installed, title: string, at = now): string => {
  const found = casinoEnvironment.leads(world, at).find((lead) => lead.title.startsWith(title));
  if (!found) throw new Error(`no lead ${title}`);
  return found.text;
};
const kindsOf = ({ explanation }: Told): string[] => explanation.findings.map(({ kind }) => kind);
const only = (incident: Incident, isLeft: (what: Happening["what"]) => boolean): DemoEnvironment => ({
  ...casinoEnvironment,
  history: 3 * hour,
  incidents: [{ ...incident, script: incident.script.filter(({ what }) => isLeft(what)) }],
});
/** A request of this kind that ended about `before` (ms) ago. */
const passing = ({ world }: Installed, route: string, before: number): string =>
  world
    .finished({ from: shift(now, -before), to: shift(now, minute - before) })
    .find((request) => request.route === route)?.traceId ?? "";

describe("the lag of a consumer group", { timeout: 60_000 }, () => {
  let told: Told;
  beforeAll(async () => {
    told = await casino.look(leadOf(casino, "The alert RewardsConsumerLag"));
  }, 60_000);

  test("leads without any label of a service, and without a mapping, to who consumes", () => {
    expect(told.sentences[0]).toMatch(/^rewards-service hangs 3 s in select wager totals .*“canceling statement/);
    expect(told.sentences[1]).toMatch(
      /^What RewardsConsumerLag watches rose from 24 to .* Around the same time: .*rewards-service errors/,
    );
  });

  test("names the version that began to read the queue just before, not the one of a quarter of an hour ago", () => {
    expect(told.sentences[2]).toMatch(/^rewards-service 2\.8\.0 was deployed .* 2\.7\.4 before/);
    expect(told.story).toContain("rewards-service 2.8.0");
    expect(told.story).not.toContain("sockets-service");
  });

  test("draws the alert's own expression, the time of a message, its lines and a trace", () => {
    const [own] = told.questions.filter(({ purpose }) => purpose.kind === "alert-expression");
    expect(own?.text).toMatch(/^aws_msk_consumergroup_lag_sum\{.*consumergroup="rewards-service"\}$/);
    expect(own?.purpose).toMatchObject({ limits: [{ op: ">", value: 1_000 }] });
    expect(told.explanation.movements).toContainEqual(
      expect.objectContaining({ title: "p99 time per message", verdict: "changed" }),
    );
    expect(told.verdicts).toMatchObject({
      lines: expect.stringMatching(/^(?:partial|found): /),
      trace: expect.stringMatching(/^(?:partial|found): 7 spans, 2 failed/),
      alerts: "found: 1 firing",
    });
    expect(told.questions.length).toBeLessThanOrEqual(60);
  });
});

test("a bet that was answered well leads to the consumer that did not, behind the queue", async () => {
  const { sentences, explanation } = await casino.look(leadOf(casino, "A bet whose reward is missing"));
  expect(sentences[0]).toMatch(/^rewards-service hangs 3 s in select wager totals/);
  expect(explanation.onset?.of).toMatch(/^rewards-service /);
  expect(sentences[2]).toMatch(/^rewards-service 2\.8\.0 .*also changed: sockets-service 3\.1\.1/);
}, 60_000);

describe("failed bets, two hours later", { timeout: 60_000 }, () => {
  test("open from the message of the resolved alert, with the version before it and the lines of the event", async () => {
    const { sentences, verdicts, evidence } = await casino.look(leadOf(casino, "The message of BetsFailing"));
    expect(sentences[0]).toMatch(/^bank-service fails in insert ledger entry .*violates check constraint/);
    expect(sentences[1]).toMatch(/^What BetsFailing watches appeared .*bank-service errors/);
    expect(sentences[2]).toMatch(/^bank-service 5\.4\.0 was deployed .* 5\.3\.3 before/);
    expect(sentences.join("\n")).toContain("“bet could not be processed: answered 500”");
    expect(verdicts.trace).toMatch(/3 spans, 2 failed/);
    expect(JSON.stringify(evidence)).toContain('\\"event\\":\\"bet_failed\\"');
  });

  test("and from the trace_id beside such a line: what broke, since when, and that it is over", async () => {
    const { sentences } = await casino.look(leadOf(casino, "The trace_id beside a line"));
    expect(sentences[0]).toMatch(/^bank-service fails in insert ledger entry/);
    expect(sentences[1]).toMatch(/^bank-service errors rose from 0 %/);
    expect(sentences.join("\n")).toMatch(/bank-service errors went back to .* at 12:2[45]/);
  });
});

test("a probe from outside leads to the service that a mapping names, and to why it refused", async () => {
  const { sentences } = await casino.look(leadOf(casino, "The message of ChatDown"));
  expect(sentences[0]).toMatch(/^sockets-service fails in accept .*“socket limit of 2048 reached”/);
  expect(sentences[1]).toMatch(/^What ChatDown watches fell from 1 to 0 .*sockets-service errors/);
}, 60_000);

test("while the Collector's queue was full, the evidence itself is said to be incomplete", async () => {
  const { sentences } = await casino.look(leadOf(casino, "A bet of the morning"));
  expect(sentences[0]).toMatch(/^The evidence itself is incomplete: otelcol_receiver_refused_spans_total rose/);
  expect(sentences[0]).toContain("the Collector's queue to otlp/tempo was 100 % full");
}, 60_000);

describe("an address that read all odds", { timeout: 60_000 }, () => {
  test("is named first, from nothing but the front door's name and a time", async () => {
    const { sentences, story, questions } = await casino.look(leadOf(casino, "The front door"));
    expect(sentences[0]).toMatch(
      /^429 answers rose from 0 to 36\d a minute in alb_logs \(of the whole log: its lines do not name a service\), from .* until .*: 5,4\d\d of the 5,4\d\d went to 198\.51\.100\.23\.$/,
    );
    expect(story).toMatch(/^429 answers rose/);
    expect(questions.find(({ purpose }) => purpose.kind === "refusals-by-client")?.text).toMatch(
      /^topk\(5, sum by \(ip\) \(count_over_time\(\{job=~"alb_logs"\} \| status_code="429" \[\d+s\]\)\)\)$/,
    );
  });

  test("and an hour later nobody is", async () => {
    const later = leadOf(casino, "The front door").replace("T08:52", "T09:52");
    const told = await casino.look(later);
    expect(told.window && printInstant(told.window.from)).toBe("2026-11-21T09:22:00.000Z");
    expect(kindsOf(told)).not.toContain("refused-clients");
  });
});

test("with the cause taken out of either incident nothing of it is found, and the hour before is quiet", async () => {
  const gone = ["onset", "change-before-onset", "error-origin", "still-happening", "over", "new-log-pattern"];
  const calm = await installed(
    only(lateRewards, ({ kind }) => kind === "deploy"),
    now,
  );
  const kinds = kindsOf(await calm.look(passing(calm, "bet", 8 * minute)));
  await calm.stop();
  for (const kind of gone) expect(kinds).not.toContain(kind);
  const whole = await installed(
    only(betsRejected, ({ kind }) => kind === "deploy" || kind === "rollback"),
    now,
  );
  const others = kindsOf(await whole.look(passing(whole, "bet", 2 * hour)));
  await whole.stop();
  for (const kind of gone) expect(others).not.toContain(kind);
  expect(kindsOf(await casino.look(passing(casino, "bet", hour)))).toEqual(["all-quiet"]);
}, 120_000);

describe("its four rules", () => {
  const alerts = () => casino.world.alerts({ from: casino.world.origin, to: now });
  test("are those of the document, and each has fired while its expression held", () => {
    expect(casino.world.rules.map(({ expression }) => expression)).toEqual([
      'rate(bet_processed_total{status="failed"}[5m]) > 0',
      'aws_msk_consumergroup_lag_sum{consumergroup="rewards-service"} > 1000',
      'rate(deposit_total{status="failed"}[2m]) > 0',
      'probe_success{job="chat-websocket"} == 0',
    ]);
    expect(new Set(alerts().map(({ name }) => name)).size).toBe(4);
    const storage = createStorage(casino.world, () => shift(now, hour));
    const holds = (expression: string, instance: string | undefined, at: number): boolean => {
      const outcome = instantQuery(expression, storage, toInstant(at));
      if (!outcome.ok) throw new Error(`${expression}: not answered`);
      const { result } = outcome;
      return result.type === "vector" && result.series.some(({ labels }) => labels.instance === instance);
    };
    for (const { expression, activeAt, endsAt, labels } of alerts()) {
      const until = endsAt ?? now;
      const all = [activeAt + 20 * second, (activeAt + until) / 2, until - 20 * second];
      expect(all.map((at) => holds(expression, labels.instance, at))).toEqual([true, true, true]);
      expect(holds(expression, labels.instance, activeAt - 30 * second), expression).toBe(false);
      if (endsAt) expect(holds(expression, labels.instance, endsAt + 20 * second), expression).toBe(false);
    }
  });
});

test("its YAML is one line beyond its upstreams: whose endpoint the probe looks at", () => {
  expect(casinoEnvironment.settings).toEqual({
    mappings: [{ service: "sockets-service", signal: "alerts", match: '{job="chat-websocket"}' }],
  });
  expect(environmentsAt("http://x")).toHaveProperty("casino.upstreams.length", 4);
});
