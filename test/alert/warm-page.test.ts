/** From Alertmanager's call to the page of its link: what was made ahead is read, though no upstream answers any more. */
import { expect, test } from "vitest";
import { addressOfLead, printAddress } from "@/lib/address";
import type { Answer, Evidence, Question } from "@/lib/evidence";
import { investigate, type RunLine } from "@/lib/investigate";
import { parseAlertLink } from "@/lib/lead-alert-link";
import { createRuns } from "@/lib/run";
import { shift } from "@/lib/signal/time";
import { parseWebhook } from "@/lib/stream/alertmanager-webhook";
import { fromQuery, type InvestigationRequest, parseRequest } from "@/lib/stream/request";
import { runKeyOf } from "@/lib/stream/run-key";
import { createWarmer } from "@/lib/warm";
import { at, evidenceOf, gapOf } from "@/test/draw";
import { answerFrom, environment, everything, type World } from "@/test/installation";

const now = at("14:30:00");
const setting = { environments: [environment(everything)] };
const labels = { alertname: "HighErrors", service: "gateway" };
const world: World = {
  answer: ({ purpose }): Answer | undefined =>
    purpose.kind === "alerts"
      ? {
          kind: "alerts",
          alerts: [
            {
              ...{ name: "HighErrors", labels, annotations: {}, state: "firing", startsAt: at("14:10:00") },
              ...{ endsAt: null, expression: "up == 0", link: null, source: "shop/alertmanager" },
            },
          ],
        }
      : undefined,
  families: [{ __name__: "http_requests_total", job: "gateway" }],
  streams: [{ service_name: "gateway" }],
};

function consoleOf() {
  let isDead = false;
  let asked = 0;
  const ask = (question: Question): Promise<Evidence> => {
    asked += 1;
    const answer = isDead ? gapOf("unreachable") : answerFrom(world, question);
    return Promise.resolve({ ...evidenceOf(answer, question.purpose), question });
  };
  // Answers come at once: who still waits behind them waits for the clock.
  let clock = now;
  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        clock = shift(clock, ms);
        resolve();
      });
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  const runs = createRuns({
    ...{ now: () => 0, keepMs: 60_000, most: 8, mostBytes: 1e9 },
    warm: { keepMs: 600_000, most: 12 },
  });
  const start = (request: InvestigationRequest) => (signal: AbortSignal) =>
    investigate(request, setting, { ask, now: () => clock, sleep }, signal);
  const made: Promise<unknown>[] = [];
  const warmer = createWarmer<InvestigationRequest>({
    ...{ now: () => 0, later: () => undefined, heldBack: () => null },
    nameOf: (request) => JSON.stringify(runKeyOf(request)),
    make: async (request) => {
      const ready = runs.prepare(runKeyOf(request), start(request), new AbortController().signal);
      made.push(ready);
      await ready;
    },
  });
  return {
    asked: () => asked,
    die: () => {
      isDead = true;
    },
    sent: async (body: unknown) => {
      const parsed = parseWebhook(body, "shop", setting);
      if (!parsed.ok || parsed.webhook.request === null) throw new Error("nothing to make ready");
      warmer.offer({ group: parsed.webhook.group, task: parsed.webhook.request });
      return Promise.all(made);
    },
    /** As `/alert` redirects to the page, and the page asks. */
    opened: async (link: string): Promise<readonly RunLine[]> => {
      const { reading, environment: named } = parseAlertLink(link, ["shop"]);
      const address = printAddress({ ...addressOfLead(reading?.spelling ?? ""), environment: named });
      const parsed = parseRequest(fromQuery(new URL(address, "http://console.invalid").searchParams), setting);
      if (!parsed.ok) throw new Error(parsed.error);
      const run = runs.join(runKeyOf(parsed.request), start(parsed.request));
      const lines: RunLine[] = [];
      for await (const line of run.read(new AbortController().signal)) lines.push(line);
      return lines;
    },
  };
}

const startsAt = "2026-11-21T14:10:00.000Z";
const message = {
  ...{ version: "4", status: "firing", groupKey: "{}", commonLabels: labels },
  alerts: [{ status: "firing", labels, startsAt, fingerprint: "764c888e53942f3c" }],
};
const link = new URLSearchParams({ environment: "shop", ...labels, startsAt, fingerprint: "764c888e53942f3c" });
const failed = (lines: readonly RunLine[]): number =>
  lines.filter(
    (line) =>
      line.type === "evidence" && line.evidence.answer.kind === "gap" && line.evidence.answer.reason === "unreachable",
  ).length;

test("the page is there when the link is opened, though its upstreams died meanwhile; no question is asked again", async () => {
  const { asked, die, sent, opened } = consoleOf();
  expect(await sent(message)).toEqual(["made"]);
  const before = asked();
  expect(before).toBeGreaterThan(10);
  die();
  const lines = await opened(`${link}`);
  expect(lines.at(-1)).toMatchObject({ type: "end", reason: "complete" });
  expect([failed(lines), asked()]).toEqual([0, before]);
});

test("another alert's link is no page that was made, and says who does not answer", async () => {
  const { die, sent, opened } = consoleOf();
  await sent(message);
  die();
  expect(
    failed(await opened(`${new URLSearchParams({ ...Object.fromEntries(link), service: "cart" })}`)),
  ).toBeGreaterThan(0);
});
