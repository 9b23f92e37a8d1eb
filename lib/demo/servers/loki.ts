/**
 * A world as a Loki would answer for it: (Request) -> Response, with Loki's paths, limits and words. It knows nothing
 * of what is later than `now()`, nor of what is older than 48 hours. Never throws for what a client asks.
 */

import { type Keep, keepAlways } from "@/lib/demo/servers/keeping";
import { bareJson, json, plain } from "@/lib/demo/servers/loki-answer";
import { detectedFields, detectedFieldValues, detectedLabels, patterns } from "@/lib/demo/servers/loki-fields";
import { labelNames, labelValues, series, stats, volume, volumeRange } from "@/lib/demo/servers/loki-index";
import { type Parameters, parametersOf } from "@/lib/demo/servers/loki-parameters";
import { queryInstant, queryRange } from "@/lib/demo/servers/loki-query";
import { createLokiStorage, type LokiStorage } from "@/lib/demo/servers/loki-storage";
import type { World } from "@/lib/demo/world";
import { parseQuery } from "@/lib/engine/logql/parse";
import { printQuery } from "@/lib/engine/logql/print";
import { attempt } from "@/lib/engine/logql/refusal";
import type { Instant } from "@/lib/signal/time";

type Answer = (parameters: Parameters, storage: LokiStorage, now: Instant) => Response;

const buildinfo = { version: "3.7.8", revision: "", branch: "", buildUser: "", buildDate: "", goVersion: "" };
const answers: Readonly<Record<string, Answer>> = {
  query: queryInstant,
  labels: labelNames,
  label: labelNames,
  series,
  "index/volume": volume,
  "index/volume_range": volumeRange,
  "index/stats": stats,
  patterns,
  detected_fields: detectedFields,
  detected_labels: detectedLabels,
  format_query: (parameters) => {
    const written = attempt(() => printQuery(parseQuery(parameters.text("query"))));
    if (written.ok) return json({ status: "success", data: written.value });
    return new Response(json({ status: "invalid-query", error: written.text }).body, {
      status: written.status,
      headers: { "content-type": "application/json; charset=utf-8" },
    });
  },
  "status/buildinfo": () => bareJson(buildinfo),
};

function answerTo(path: string, request: Request): Answer | undefined {
  if (path === "query_range") {
    const flags = request.headers.get("x-loki-response-encoding-flags") ?? "";
    const isCategorized = flags.split(",").some((flag) => flag.trim() === "categorize-labels");
    return (parameters, storage, now) => queryRange(parameters, isCategorized, storage, now);
  }
  const [, label] = /^label\/([^/]+)\/values$/.exec(path) ?? [];
  if (label !== undefined) return (...asked) => labelValues(...asked, decodeURIComponent(label));
  const [, field] = /^detected_field\/([^/]+)\/values$/.exec(path) ?? [];
  if (field !== undefined) return (...asked) => detectedFieldValues(...asked, decodeURIComponent(field));
  return Object.hasOwn(answers, path) ? answers[path] : undefined;
}

/** Between two minutes made ahead, ms; and until it is looked again whether time has brought one. */
const pause = 30;
const rest = 20_000;

/** `isWarm`: the last hour is made ahead, all the time. */
type Keeping = { readonly keep: Keep; readonly isWarm: boolean };

/** Paths as the real server has them: `/loki/api/v1/query_range`, `/ready`. */
export function lokiServer(
  world: World,
  now: () => Instant,
  { keep, isWarm }: Keeping = { keep: keepAlways, isWarm: true },
): (request: Request) => Promise<Response> {
  const storage = createLokiStorage(world, now, keep, isWarm);
  // The last hour is what is asked for first; in small steps, so that whoever asks meanwhile does not wait.
  const warm = (): void => {
    setTimeout(warm, storage.warm() ? pause : rest).unref();
  };
  if (isWarm) setTimeout(warm, pause).unref();
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/ready") return plain(200, "ready\n");
    const [, path = ""] = /^\/loki\/api\/v1\/(.+)$/.exec(pathname) ?? [];
    const answer = answerTo(path, request);
    if (!answer) return plain(404, "404 page not found\n");
    if (!["GET", "POST", "HEAD"].includes(request.method)) return new Response(null, { status: 405 });
    const parameters = await parametersOf(request);
    const told = attempt(() => answer(parameters, storage, now()));
    return told.ok ? told.value : plain(told.status, told.text);
  };
}
