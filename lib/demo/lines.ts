/**
 * Log lines in the shape that each service's telemetry gives them. Loki itself adds `service_name` and `detected_level` when it takes them in.
 */
import { mix, mixText } from "@/lib/demo/chance";
import { printSpanId } from "@/lib/demo/ids";
import { nanosOf, type Request } from "@/lib/demo/request";
import type { DatedDeploy, Pod, Roster } from "@/lib/demo/roster";
import type { Scenario } from "@/lib/demo/script";
import type { Said } from "@/lib/demo/telemetry";
import type { Labels } from "@/lib/signal/labels";
import type { Level } from "@/lib/signal/lines";
import { second, type Window } from "@/lib/signal/time";

export type WorldLine = {
  /** Epoch microseconds, exact. */
  readonly micros: number;
  /** The same in nanoseconds, as Loki wants it. */
  readonly nanos: string;
  readonly labels: Labels;
  readonly text: string;
  readonly metadata: Labels;
  /** Of the request that said it; null for what a pod says on its own. */
  readonly traceId: string | null;
};

/** RFC 3339 with microseconds. */
export const clockOf = (micros: number): string =>
  `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${`${micros % 1_000}`.padStart(3, "0")}Z`;

function shaped(pod: Pod, said: Omit<Said, "clock" | "teller">): WorldLine | undefined {
  const { micros, traceId } = said;
  const line = pod.service.telemetry.line?.({ ...said, clock: clockOf(micros), teller: pod.teller });
  return line && { micros, nanos: nanosOf(micros), traceId, ...line };
}

/** The `index`-th line of a request's take, as it was written; undefined where nobody was there to write it. */
export function lineOfRequest(request: Request, index: number): WorldLine | undefined {
  const { take, traceId, startMicros } = request;
  const line = take.lines[index];
  const pod = line && request.podOf(take.spans[line.span]?.service ?? "");
  if (!pod) return undefined;
  const { span, at, level, text, fields } = line;
  return shaped(pod, {
    micros: startMicros + at,
    level,
    text: request.fill(text, span),
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === "string" ? request.fill(value, span) : value,
      ]),
    ),
    traceId,
    spanId: printSpanId(traceId, span),
  });
}

/** Everything a request made its services say, ascending. */
export const linesOfRequest = (request: Request): WorldLine[] =>
  request.take.lines.flatMap((_, index) => lineOfRequest(request, index) ?? []);

/** What a pod says of itself: at its start, and every so often. */
function saidBy(pod: Pod, { from, to }: Window): WorldLine[] {
  if (pod.service.telemetry.line === null) return [];
  const { idle } = pod.service;
  const seed = mixText(pod.name);
  const said = (ms: number, level: Level, text: string): Omit<Said, "clock" | "teller"> => ({
    micros: Math.round(ms * 1_000) + (mix(seed, ms / 1_000) % 1_000),
    level,
    text,
    fields: {},
    traceId: null,
    spanId: null,
  });
  const first = Math.max(0, Math.floor((from - pod.from) / idle.every) - 1);
  const last = Math.floor((Math.min(to, pod.until) - pod.from) / idle.every);
  const idling = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = pod.from + (first + i) * idle.every + (seed % idle.every);
    return said(at, idle.level, idle.text.replaceAll("{count}", `${40 + (mix(seed, first + i) % 400)}`));
  }).filter(({ micros }) => micros < pod.until * 1_000);
  return [
    said(pod.from + 600, "info", `starting ${pod.service.name} version=${pod.version} revision=${pod.revision}`),
    said(pod.from + 2_900, "info", "listening on :8080"),
    ...idling,
  ].flatMap((each) => shaped(pod, each) ?? []);
}

/** Kubernetes' Warning events, as an exporter ships them: a new pod is probed before it listens. */
function clusterEvent(pod: Pod, namespace: string): WorldLine {
  const micros = (pod.from + 2 * second) * 1_000 + (mixText(pod.name) % 900_000);
  const message = `Readiness probe failed: Get "http://${pod.address}/healthz": dial tcp ${pod.address}: connect: connection refused`;
  return {
    micros,
    nanos: nanosOf(micros),
    labels: { job: "kube-event-exporter", namespace, reason: "Unhealthy", kind: "Pod", name: pod.name },
    text: JSON.stringify({
      type: "Warning",
      reason: "Unhealthy",
      message,
      involvedObject: { kind: "Pod", namespace, name: pod.name },
      firstTimestamp: clockOf(micros),
      count: 1,
    }),
    metadata: {},
    traceId: null,
  };
}

/** Lines that belong to no request, within [from, to). */
export function surroundingLines(
  roster: Roster,
  deploys: readonly DatedDeploy[],
  { namespace, platform }: Pick<Scenario, "namespace" | "platform">,
  window: Window,
): WorldLine[] {
  const { from, to } = window;
  const near = roster.pods.filter((pod) => pod.from < to && pod.until > from);
  const deployed = new Set(deploys.map(({ at }) => at));
  return [
    ...near.flatMap((pod) => saidBy(pod, window)),
    ...(platform === "kubernetes" ? near : [])
      .filter((pod) => deployed.has(pod.from))
      .map((pod) => clusterEvent(pod, namespace)),
  ].filter(({ micros }) => micros >= from * 1_000 && micros < to * 1_000);
}
