/**
 * Names of pods, as Kubernetes makes them -> the workload they belong to, and the set of equal pods within it.
 *
 *   payment-7d9c5b8f6-kvkzh   Deployment, Rollout: replica set 7d9c5b8f6      payment-0       StatefulSet
 *   payment-12-kvkzh          DeploymentConfig, Job: run 12                   payment-kvkzh   DaemonSet
 */

/** What Kubernetes generates has neither vowels nor 0, 1, 3: `payment-worker` is no pod of `payment`. Source: apimachinery, util/rand. */
const letter = "[bcdfghjklmnpqrstvwxz2456789]";
const set = `${letter}{6,10}|[0-9]{1,10}`;
/** What stands behind the workload's name; the same words in RE2 and here. */
export const podSuffix = `(?:-(?:${set})-${letter}{5}|-${letter}{5}|-[0-9]{1,4})`;

const pod = new RegExp(`^(.+?)(?:-(${set})-${letter}{5}|-${letter}{5}|-[0-9]{1,4})$`);
const replicaSet = new RegExp(`^(.+)-(${letter}{6,10})$`);

export type Owner = {
  readonly workload: string;
  /** The replica set's own part of the name; null where pods are replaced in place. */
  readonly set: string | null;
};

/** undefined = no name that Kubernetes generates. */
export function ownerOfPod(name: string): Owner | undefined {
  const [, workload, generation = null] = pod.exec(name) ?? [];
  return workload === undefined ? undefined : { workload, set: generation };
}

export function ownerOfReplicaSet(name: string): Owner | undefined {
  const [, workload, generation = null] = replicaSet.exec(name) ?? [];
  return workload === undefined ? undefined : { workload, set: generation };
}
