/** A world -> one server for each kind of backend that can tell it: web requests in, web answers out. */
import type { BackendKind } from "@/lib/demo/servers/environments";
import { tempoServer } from "@/lib/demo/servers/tempo";
import type { World } from "@/lib/demo/world";
import type { Clock } from "@/lib/signal/clock";

export type BackendServer = (request: Request) => Promise<Response>;

const missing = (): BackendServer => async () => new Response("not here yet", { status: 501 });

export const backendsOf = (world: World, now: Clock): Readonly<Record<BackendKind, BackendServer>> => ({
  prometheus: missing(),
  loki: missing(),
  jaeger: missing(),
  tempo: tempoServer(world, now),
  alertmanager: missing(),
  grafana: missing(),
});
