/** Question -> Evidence. Never rejects: whatever happens to an upstream is a gap in its place. */
import "server-only";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import { type Evidence, type Gap, type Question, type Receipt, rowsOf } from "@/lib/evidence";
import type { UpstreamKind } from "@/lib/setting";
import { type Instant, printClock, printDuration, shift } from "@/lib/signal/time";
import { askAlertmanager } from "@/lib/upstream/alertmanager";
import type { Budget } from "@/lib/upstream/budget";
import type { Client } from "@/lib/upstream/client";
import { gapOf } from "@/lib/upstream/gap-text";
import { askGrafana } from "@/lib/upstream/grafana";
import { createHealth, type Health } from "@/lib/upstream/health";
import { exchange, realEffects, type WireEffects } from "@/lib/upstream/http";
import { askJaeger } from "@/lib/upstream/jaeger";
import { askLoki } from "@/lib/upstream/loki";
import { askPrometheus } from "@/lib/upstream/prometheus";
import { type Cost, fail, found, gap, type Http, type Reading } from "@/lib/upstream/reply";
import { once, shared } from "@/lib/upstream/shared";
import { askTempo } from "@/lib/upstream/tempo";

const clients: Readonly<Record<UpstreamKind, Client>> = {
  prometheus: askPrometheus,
  loki: askLoki,
  tempo: askTempo,
  jaeger: askJaeger,
  alertmanager: askAlertmanager,
  grafana: askGrafana,
};

export type UpstreamState = {
  readonly id: string;
  readonly kind: UpstreamKind;
  /** Not asked before this instant; null = it may be asked. */
  readonly sparedUntil: Instant | null;
  /** Questions at work and waiting. */
  readonly running: number;
  readonly queued: number;
  /** The last exchange that failed, and when; null once one went well. */
  readonly lastError: { readonly gap: Gap; readonly at: Instant } | null;
};

export type Asker = {
  /** Never rejects. `signal` reaches the sockets; `budget` is the investigation's. */
  readonly ask: (question: Question, signal: AbortSignal, budget: Budget) => Promise<Evidence>;
  readonly state: () => readonly UpstreamState[];
};

type Known = { readonly config: UpstreamConfig; readonly health: Health };

/** The memory of overload is the process', not this caller's: two loads of this module must not forget each other's. */
const healthOf = (config: UpstreamConfig): Health =>
  once(shared().healths, JSON.stringify([config.id, config.url, config.concurrency]), () =>
    createHealth(config.concurrency),
  );

/** What all exchanges of one question cost together; the request shown is the last one's, which gave the answer. */
function receiptOf({ id, kind }: UpstreamConfig, costs: readonly Cost[], rows: number, at: number): Receipt {
  const last = costs.at(-1);
  const nothing = { request: "", sent: at, firstByte: null, lastByte: at, status: null };
  return {
    upstream: id,
    kind,
    ...(last ?? nothing),
    sent: costs[0]?.sent ?? at,
    bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
    attempts: costs.reduce((sum, { attempts }) => sum + attempts, 0),
    rows,
  };
}

export function createAsk(
  upstreams: readonly UpstreamConfig[],
  clock: () => Instant,
  effects: WireEffects = realEffects,
): Asker {
  const known = new Map<string, Known>(upstreams.map((config) => [config.id, { config, health: healthOf(config) }]));
  const lastErrors = new Map<string, { readonly gap: Gap; readonly at: Instant }>();

  function httpOf({ config, health }: Known, costs: Cost[]): Http {
    return {
      config,
      send: async (request, signal) => {
        const { reply, cost } = await exchange(config, request, signal, effects);
        costs.push(cost);
        health.observe(reply.ok ? null : reply.cause);
        // Refused queries and unknown ids are answers: the upstream is well.
        const isSick =
          !reply.ok &&
          reply.cause !== "cancelled" &&
          !["not-found", "bad-request", "unprocessable"].includes(reply.cause);
        if (isSick) lastErrors.set(config.id, { gap: gapOf(reply, config), at: clock() });
        else if (reply.ok || reply.cause !== "cancelled") lastErrors.delete(config.id);
        return reply;
      },
    };
  }

  async function read(
    question: Question,
    signal: AbortSignal,
    budget: Budget,
    entry: Known,
    costs: Cost[],
  ): Promise<Reading> {
    const { config, health } = entry;
    if (!budget.take(config.id, config.maxQuestions)) return found(gapOf(fail("over-budget"), config));
    const turn = await health.enter(signal);
    if (turn.kind === "cancelled") return found(gapOf(fail("cancelled"), config));
    if (turn.kind === "spared") return found(gapOf(fail("spared", sparedWords(turn.remaining)), config));
    try {
      const reading = await clients[config.kind](httpOf(entry, costs), question, clock(), signal);
      return (
        reading ??
        found(
          gap(
            "not-configured",
            `${config.id} is ${config.kind}, which cannot answer ${question.call.api}.`,
            "Check the kind of this upstream in the configuration.",
          ),
        )
      );
    } finally {
      turn.leave();
    }
  }

  const sparedWords = (remaining: number): string => {
    const now = clock();
    return ` until ${printClock(shift(now, remaining), now)} (${printDuration(Math.ceil(remaining / 1_000) * 1_000)})`;
  };

  async function ask(question: Question, signal: AbortSignal, budget: Budget): Promise<Evidence> {
    const entry = known.get(question.upstream);
    const costs: Cost[] = [];
    const evidence = ({ answer, notes, partial }: Reading, config: UpstreamConfig): Evidence => ({
      question,
      receipt: receiptOf(config, costs, rowsOf(answer), effects.now()),
      notes,
      partial,
      answer,
    });
    if (!entry) {
      const reading = found(
        gap(
          "not-configured",
          `There is no upstream ${question.upstream}.`,
          "Check the upstreams of this environment in the configuration.",
        ),
      );
      return evidence(reading, unknownConfig(question));
    }
    try {
      return evidence(await read(question, signal, budget, entry, costs), entry.config);
    } catch (error) {
      // A bug of ours must not take the other slots with it.
      const words = error instanceof Error ? error.message : "unknown error";
      const reading = found(
        gap(
          "unreadable",
          `This console failed on the answer of ${question.upstream}: ${words}`,
          "Please report it with this sentence and the receipt.",
        ),
      );
      return evidence(reading, entry.config);
    }
  }

  return {
    ask,
    state: () =>
      [...known.values()].map(({ config, health }) => {
        const remaining = health.sparedFor();
        return {
          id: config.id,
          kind: config.kind,
          sparedUntil: remaining > 0 ? shift(clock(), remaining) : null,
          running: health.running(),
          queued: health.queued(),
          lastError: lastErrors.get(config.id) ?? null,
        };
      }),
  };
}

/** The kind a call belongs to, for the receipt of a question whose upstream is gone. */
const unknownConfig = ({ upstream, call }: Question): UpstreamConfig => ({
  id: upstream,
  kind: kindsOfCall.find((kind) => call.api.startsWith(kind)) ?? "prometheus",
  name: upstream,
  url: "",
  headers: {},
  tenants: [],
  tls: { ca: null, cert: null, key: null },
  timeoutMs: 0,
  concurrency: 0,
  maxBytes: 0,
  maxQuestions: 0,
});
const kindsOfCall: readonly UpstreamKind[] = ["prometheus", "loki", "tempo", "jaeger", "grafana", "alertmanager"];
