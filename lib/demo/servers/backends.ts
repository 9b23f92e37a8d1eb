/** A world -> one server for each kind of backend that can tell it: web requests in, web answers out. */
import type { BackendKind } from "@/lib/demo/environment";
import { alertmanagerServer } from "@/lib/demo/servers/alertmanager";
import { grafanaServer } from "@/lib/demo/servers/grafana";
import { jaegerServer } from "@/lib/demo/servers/jaeger";
import { type Keep, keepAlways } from "@/lib/demo/servers/keeping";
import { lokiServer } from "@/lib/demo/servers/loki";
import { prometheusServer } from "@/lib/demo/servers/prometheus";
import { tempoServer } from "@/lib/demo/servers/tempo";
import type { World } from "@/lib/demo/world";
import type { Clock } from "@/lib/signal/clock";

export type BackendServer = (request: Request) => Promise<Response>;

/** One of many worlds keeps what it may (`keep`) and makes nothing ahead unless it is `isWarm`. */
export const backendsOf = (
  world: World,
  now: Clock,
  keep: Keep = keepAlways,
  isWarm = true,
): Readonly<Record<BackendKind, BackendServer>> => ({
  prometheus: prometheusServer(world, now, keep),
  loki: lokiServer(world, now, { keep, isWarm }),
  jaeger: jaegerServer(world, now),
  tempo: tempoServer(world, now),
  alertmanager: alertmanagerServer(world, now),
  grafana: grafanaServer(world, now),
});
