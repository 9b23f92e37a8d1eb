/**
 * The demo's Prometheus: web requests in, what Prometheus 3.15 would answer of this world out. It never tells of what
 * lies behind `now`, never writes, never answers a number for what it does not support.
 */

import { type Keep, keepAlways } from "@/lib/demo/servers/keeping";
import { type Answer, plainText, responseOf } from "@/lib/demo/servers/prometheus-answers";
import { answerLabels, answerLabelValues, answerSeries } from "@/lib/demo/servers/prometheus-labels";
import { type Parameters, parametersOf } from "@/lib/demo/servers/prometheus-parameters";
import { answerExemplars, answerFormat, answerInstant, answerRange } from "@/lib/demo/servers/prometheus-queries";
import { answerAlerts, answerRules } from "@/lib/demo/servers/prometheus-rules";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { answerMetadata, answerTargets, buildInfo } from "@/lib/demo/servers/prometheus-targets";
import type { World } from "@/lib/demo/world";
import type { Instant } from "@/lib/signal/time";

type Endpoint = {
  /** Forms may be posted, since queries outgrow addresses. */
  readonly posts: boolean;
  readonly answer: (parameters: Parameters, now: Instant) => Answer;
};

/** Paths are those of the real one; `now` is read once a request. */
export const prometheusServer = (
  world: World,
  now: () => Instant,
  keep: Keep = keepAlways,
): ((request: Request) => Promise<Response>) => {
  const storage = createStorage(world, now, keep);
  const endpoints: Readonly<Record<string, Endpoint>> = {
    query: { posts: true, answer: (parameters, at) => answerInstant(storage, at, parameters) },
    query_range: { posts: true, answer: (parameters) => answerRange(storage, parameters) },
    query_exemplars: { posts: true, answer: (parameters, at) => answerExemplars(world, at, parameters) },
    format_query: { posts: true, answer: answerFormat },
    series: { posts: true, answer: (parameters, at) => answerSeries(storage, at, parameters) },
    labels: { posts: true, answer: (parameters, at) => answerLabels(storage, at, parameters) },
    metadata: { posts: false, answer: (parameters, at) => answerMetadata(storage, at, parameters) },
    rules: { posts: false, answer: (parameters, at) => answerRules(world, storage, at, parameters) },
    alerts: { posts: false, answer: (_, at) => answerAlerts(world, storage, at) },
    targets: { posts: false, answer: (parameters, at) => answerTargets(storage, at, parameters) },
    "status/buildinfo": { posts: false, answer: () => buildInfo },
  };
  const valuesOf = (path: string): Endpoint | undefined => {
    const name = /^label\/([^/]*)\/values$/.exec(path)?.[1];
    return name === undefined
      ? undefined
      : {
          posts: false,
          answer: (parameters, at) => answerLabelValues(storage, at, name, parameters),
        };
  };

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/-/ready") return plainText(200, "Prometheus Server is Ready.\n");
    if (pathname === "/-/healthy") return plainText(200, "Prometheus Server is Healthy.\n");
    const path = /^\/api\/v1\/(.+)$/.exec(pathname)?.[1] ?? "";
    const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : valuesOf(path);
    if (!endpoint) return plainText(404, "404 page not found\n");
    const allowed = request.method === "GET" || (request.method === "POST" && endpoint.posts);
    if (!allowed) {
      const allow = endpoint.posts ? "GET, OPTIONS, POST" : "GET, OPTIONS";
      return plainText(405, "Method Not Allowed\n", { allow });
    }
    return responseOf(endpoint.answer(await parametersOf(request), now()));
  };
};
