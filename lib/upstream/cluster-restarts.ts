/** Counters and clocks of containers and processes -> restarts, each burst once. Pure. */
import "server-only";
import type { NamedWorkload } from "@/lib/evidence";
import type { Change } from "@/lib/signal/change";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { fromUnixSeconds, type Instant, minute, second } from "@/lib/signal/time";

/** Restarts of one service nearer to one another than the longest back-off are one trouble. Source: kubelet, 5 min. */
const together = 5 * minute;
/** Start times are computed anew by some clients and wander by a second. */
const wander = 3 * second;

type Restart = {
  readonly at: Instant;
  readonly notBefore: Instant;
  readonly count: number;
  readonly reason: string | null;
};

export type Step = {
  readonly at: Instant;
  readonly notBefore: Instant;
  readonly before: number;
  readonly after: number;
};

/** Where the values step, from sample to sample. */
export function stepsIn(series: Series, isStep: (before: number, after: number) => boolean): Step[] {
  const steps: Step[] = [];
  let held: { at: Instant; value: number } | undefined;
  for (let index = 0; index < series.values.length; index += 1) {
    const value = series.values[index];
    if (value == null) continue;
    const at = instantOf(series, index);
    if (held && isStep(held.value, value)) steps.push({ at, notBefore: held.at, before: held.value, after: value });
    held = { at, value };
  }
  return steps;
}

function asChanges(service: Service, key: string, source: string, restarts: readonly Restart[]): Change[] {
  const bursts: Restart[][] = [];
  for (const restart of restarts.toSorted((a, b) => a.at - b.at)) {
    const held = bursts.at(-1);
    if (held && restart.at - (held.at(-1)?.at ?? 0) <= together) held.push(restart);
    else bursts.push([restart]);
  }
  return bursts.flatMap((burst): Change[] => {
    const [first] = burst;
    const last = burst.at(-1);
    if (!first || !last) return [];
    const count = burst.reduce((sum, each) => sum + each.count, 0);
    const reasons = [...new Set(burst.flatMap(({ reason }) => reason ?? []))].sort();
    const why = reasons.length > 0 ? ` (${reasons.join(", ")})` : "";
    return [
      {
        ...{ id: `restart ${key} ${first.at}`, kind: "restart", at: first.at, notBefore: first.notBefore },
        until: last.at > first.at ? last.at : null,
        title: `${service.name} restarted${count > 1 ? ` ×${count}` : ""}${why}`,
        ...{ service, version: null, previousVersion: null, source, link: null, tags: [] },
      },
    ];
  });
}

/** Containers that began anew in their pods, with why they ended. */
export function containerRestarts(series: readonly Series[], { service, workload }: NamedWorkload): Change[] {
  const named = (name: string): Series[] => series.filter(({ labels }) => labels.__name__ === name);
  const reasons = named("kube_pod_container_status_last_terminated_reason");
  const reasonOf = ({ labels }: Series, at: Instant): string | null =>
    reasons.find(
      (each) =>
        each.labels.pod === labels.pod &&
        each.labels.container === labels.container &&
        Array.from(each.values).some((value, index) => value === 1 && instantOf(each, index) >= at),
    )?.labels.reason ?? null;
  const restarts = named("kube_pod_container_status_restarts_total").flatMap((each) =>
    stepsIn(each, (before, after) => after > before).map(
      ({ at, notBefore, before, after }): Restart => ({
        ...{ at, notBefore, count: after - before, reason: reasonOf(each, at) },
      }),
    ),
  );
  return asChanges(service, `${serviceKey(service)} ${workload}`, "container restarts", restarts);
}

/** Processes that began anew under the same instance; another instance is another pod or task. */
export function processRestarts(series: readonly Series[], service: Service): Change[] {
  const restarts = series
    .filter(({ labels }) => labels.__name__ === "process_start_time_seconds")
    .flatMap((each) =>
      stepsIn(each, (before, after) => (after - before) * second > wander).map(({ after }): Restart => {
        const at = fromUnixSeconds(after);
        return { at, notBefore: at, count: 1, reason: null };
      }),
    );
  return asChanges(service, `${serviceKey(service)} process`, "process start", restarts);
}

/** One restart seen by both is one: the process tells when, the cluster how often and why. */
export function unitedRestarts(containers: readonly Change[], processes: readonly Change[]): Change[] {
  const isSeen = (process: Change): boolean =>
    containers.some(
      ({ notBefore, until, at }) => process.at >= notBefore - together && process.at <= (until ?? at) + together,
    );
  const exact = containers.map((container) => {
    const process = processes.find(({ at }) => at >= container.notBefore - minute && at <= container.at);
    return process
      ? { ...container, at: process.at, notBefore: process.at, source: `${container.source}, process start` }
      : container;
  });
  return [...exact, ...processes.filter((process) => !isSeen(process))];
}
