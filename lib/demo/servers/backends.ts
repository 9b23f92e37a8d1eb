/** A world -> one server for each kind of backend that can tell it: web requests in, web answers out. */
import type { BackendKind } from "@/lib/demo/environment";
import { alertmanagerServer } from "@/lib/demo/servers/alertmanager";
import { grafanaServer } from "@/lib/demo/servers/grafana";
import { jaegerServer } from "@/lib/demo/servers/jaeger";
import { lokiServer } from "@/lib/demo/servers/loki";
import { prometheusServer } from "@/lib/demo/servers/prometheus";
import { tempoServer } from "@/lib/demo/servers/tempo";
import type { World } from "@/lib/demo/world";
import type { Clock } from "@/lib/signal/clock";

export type BackendServer = (request: Request) => Promise<Response>;

export const backendsOf = (world: World, now: Clock): Readonly<Record<BackendKind, BackendServer>> => ({
  prometheus: prometheusServer(world, now),
  loki: lokiServer(world, now),
  jaeger: jaegerServer(world, now),
  tempo: tempoServer(world, now),
  alertmanager: alertmanagerServer(world, now),
  grafana: grafanaServer(world, now),
});
