/**
 * A pipeline of pictures from the street, three services on hosts of their own:
 *
 *   the game's API <- invaders.bot -> RabbitMQ "flashes" -> invaders.consumer -> IPFS, Postgres
 *   app            -> flashcastr.api -> Postgres
 *
 * Names with dots, metrics with their own prefix and no label that names anybody, jobs called otherwise. The bot and the
 * API send spans, of which Tempo makes rates; the consumer sends none. No lines are kept anywhere.
 */
import { hexIds } from "@/lib/demo/ids";
import { gauge } from "@/lib/demo/own-script";
import {
  at,
  consumes,
  counts,
  deploys,
  publishes,
  type Scenario,
  type ServiceScript,
  type Step,
  serves,
  uses,
  works,
} from "@/lib/demo/script";
import { ownPrefix, type SpanSpelling, tempoSpelling } from "@/lib/demo/telemetry/own-prefix";
import { hour, minute } from "@/lib/signal/time";

const bot = "invaders.bot";
const consumer = "invaders.consumer";
const api = "flashcastr.api";

export const syncRoute = "sync";
export const uploadStep = "upload to IPFS";
export const leaderboardRoute = "leaderboard";

const services = (spelling: SpanSpelling): ServiceScript[] => {
  const service = (name: string, version: string, revision: string, telemetry: ServiceScript["telemetry"]) => ({
    ...{ name, version, revision, telemetry, pods: 1, language: "nodejs" as const, buildInfo: null },
    idle: { level: "info" as const, text: "idle", every: minute },
  });
  const graphql = (operation: string) => ({ name: "graphql_duration_seconds", labels: { operation } });
  return [
    service(
      bot,
      "2.7.0",
      "4e1f0aa",
      ownPrefix(
        {
          ...{ job: "producer", instance: "producer.railway.internal:9090", spans: true },
          histograms: { sync: { name: "sync_duration_seconds" } },
        },
        spelling,
      ),
    ),
    service(
      consumer,
      "1.12.3",
      "77b02ce",
      ownPrefix({
        ...{ job: "consumer", instance: "consumer.flashcastr.app:443", spans: false },
        histograms: { "flashes process": { name: "processing_duration_seconds" } },
      }),
    ),
    service(
      api,
      "3.1.4",
      "c90d3b8",
      ownPrefix(
        {
          ...{ job: "api", instance: "api.flashcastr.app:443", spans: true },
          histograms: {
            "query GetLeaderboard": graphql("GetLeaderboard"),
            "query GetFlashes": graphql("GetFlashes"),
          },
        },
        spelling,
      ),
    ),
  ];
};

const rabbit = (spans: Step, operation: string): Step => ({
  ...spans,
  attributes: {
    "messaging.system": "rabbitmq",
    "messaging.destination.name": "flashes",
    "messaging.operation.type": operation,
  },
});
const sql = (service: string, name: string, ms: number): Step =>
  uses(service, name, ms, { "db.system.name": "postgresql", "server.address": "postgres.railway.internal" });

/** Every second or two the bot asks the game what is new, keeps it and hands it on. */
const sync = works(
  bot,
  "sync",
  24,
  uses(bot, "GET api.space-invaders.com", 160, {
    "http.request.method": "GET",
    "server.address": "api.space-invaders.com",
  }),
  sql(bot, "pg.query:INSERT flashes", 5.2),
  rabbit(
    publishes(
      bot,
      "flashes",
      1.6,
      rabbit(
        consumes(
          consumer,
          "flashes",
          350,
          14,
          uses(
            consumer,
            uploadStep,
            780,
            { "server.address": "ipfs.flashcastr.app" },
            counts("invaders_consumer_ipfs_uploads_total"),
            counts("invaders_consumer_ipfs_failures_total", {}, "failed"),
          ),
          sql(consumer, "pg.query:UPDATE flashes", 4.4),
          counts("invaders_consumer_flashes_processed_total"),
          counts("invaders_consumer_flashes_failed_total", {}, "failed"),
        ),
        "process",
      ),
      counts("invaders_bot_messages_published_total"),
    ),
    "send",
  ),
  counts("invaders_bot_flashes_new_total", {}, "ok", 1, 3),
  counts("invaders_bot_api_calls_total", { result: "success" }),
  counts("invaders_bot_api_calls_total", { result: "error" }, "failed"),
  counts("invaders_bot_casts_published_total", {}, "ok", 0.1),
);

const graphql = (operation: string, ms: number, ...within: readonly Step[]): Step =>
  serves(
    api,
    "POST /graphql",
    "POST /graphql",
    1.4,
    works(
      api,
      `query ${operation}`,
      ms,
      ...within,
      counts("flashcastr_api_graphql_requests_total", { operation }, "always"),
      counts("flashcastr_api_graphql_errors_total", { operation }, "failed"),
      counts("flashcastr_api_cache_hits_total", { cache_name: "leaderboard" }, "always", 0.7),
      counts("flashcastr_api_cache_misses_total", { cache_name: "leaderboard" }, "always", 0.3),
    ),
  );

const ofConsumer = { of: consumer } as const;
export const queueDepth = gauge("invaders_consumer_queue_depth", {}, 9, { ...ofConsumer, noise: 0.12, grain: 1 });
export const breakerState = gauge("invaders_consumer_circuit_breaker_state", {}, 0, ofConsumer);
export const consecutiveFailures = gauge("invaders_consumer_consecutive_failures", {}, 0, { ...ofConsumer, grain: 1 });

export const flashPipelineWith = (spelling: SpanSpelling): Scenario => ({
  name: "flash-pipeline",
  namespace: "flashcastr",
  platform: "hosts",
  ids: hexIds,
  services: services(spelling),
  routes: [
    { name: syncRoute, perSecond: 0.7, root: sync },
    {
      name: leaderboardRoute,
      perSecond: 2.2,
      root: graphql("GetLeaderboard", 6, sql(api, "pg.query:SELECT flashes", 21)),
    },
    { name: "flashes", perSecond: 3.1, root: graphql("GetFlashes", 4, sql(api, "pg.query:SELECT flashes", 9)) },
  ],
  ordinary: [
    at(-30 * hour, deploys(bot, "2.7.1", "a40c9d2")),
    at(Number.NEGATIVE_INFINITY, {
      kind: "fault",
      routes: [syncRoute],
      service: consumer,
      step: uploadStep,
      share: 0.006,
      takes: 4_000,
      fails: { type: "GatewayTimeout", message: "IPFS gateway answered 504", status: 504 },
      says: [],
      lasts: null,
    }),
  ],
  series: [
    queueDepth,
    breakerState,
    consecutiveFailures,
    gauge("invaders_bot_last_flash_count", {}, 41_208, { of: bot, noise: 0.001, grain: 1 }),
    gauge("invaders_bot_consecutive_unchanged_syncs", {}, 2, { of: bot, noise: 0.8, grain: 1 }),
    gauge("flashcastr_api_active_users_total", {}, 1_290, { of: api, noise: 0.01, swing: 0.2, grain: 1 }),
    gauge("flashcastr_api_total_flashes", {}, 39_870, { of: api, grain: 1 }),
  ],
  streams: [],
  rules: [],
});
export const flashPipeline = flashPipelineWith(tempoSpelling);
