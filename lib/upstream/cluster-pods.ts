/** Series of kube-state-metrics -> the lives of pods: whose they were, from when to when, with which images. Pure. */
import "server-only";
import type { NamedWorkload } from "@/lib/evidence";
import { instantOf, type Series } from "@/lib/signal/series";
import { serviceKey } from "@/lib/signal/service";
import { fromUnixSeconds, type Instant, toInstant } from "@/lib/signal/time";

export type Image = { readonly tag: string | null; readonly digest: string | null };

/** One pod from its creation until it was gone. */
export type Life = {
  readonly pod: string;
  /** The pods that are alike: a replica set, else an image. */
  readonly key: string;
  readonly created: Instant;
  /** Equal to `created` where that is known to the second. */
  readonly notBefore: Instant;
  /** null = still there when the series end. */
  readonly gone: Instant | null;
  readonly images: ReadonlyMap<string, Image>;
};

/** Where a series has samples: first and last index. */
export function extentOf({ values }: Series): { readonly first: number; readonly last: number } | undefined {
  let first = -1;
  let last = -1;
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] == null) continue;
    if (first < 0) first = index;
    last = index;
  }
  return first < 0 ? undefined : { first, last };
}

const anchored = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

/** Which labels carry the name, by family. */
const nameOf = ({ labels }: Series): { readonly label: "pod" | "workload"; readonly name: string } => {
  const { pod, deployment, replicaset, name } = labels;
  if (pod !== undefined) return { label: "pod", name: pod };
  return { label: "workload", name: deployment ?? replicaset?.replace(/-[a-z0-9]{1,10}$/, "") ?? name ?? "" };
};

/**
 * The series of each workload. Where its namespace is not known and its name is there in several, only that which the
 * service itself names, else none: another team's workload may be called the same.
 */
export function byWorkload(
  all: readonly Series[],
  workloads: readonly NamedWorkload[],
): { readonly workload: NamedWorkload; readonly series: readonly Series[] }[] {
  return workloads.map((workload) => {
    const pods = anchored(workload.pods);
    const own = all.filter((series) => {
      const { label, name } = nameOf(series);
      return label === "pod" ? pods.test(name) : name === workload.workload;
    });
    const here = own.filter(({ labels: { cluster } }) => isIn(workload, cluster));
    if (new Set(here.flatMap(({ labels }) => labels.cluster ?? [])).size > 1) return { workload, series: [] };
    const spaceOf = ({ labels }: Series): string | undefined => labels.namespace ?? labels.dest_namespace;
    const expected = namespaceOf(
      workload,
      here.flatMap((series) => spaceOf(series) ?? []),
    );
    return { workload, series: here.filter((series) => spaceOf(series) === (expected ?? undefined)) };
  });
}

/** A cluster that no one told fits any; several of them are for the caller to refuse. */
export const isIn = ({ clusters }: NamedWorkload, cluster: string | undefined): boolean =>
  clusters.length === 0 || cluster === undefined || clusters.includes(cluster);

/** The workload's namespace among those seen: as told, else the only one, else that which the service itself names. */
export function namespaceOf({ namespace, service }: NamedWorkload, seen: readonly string[]): string | null {
  const spaces = new Set(seen);
  return namespace ?? (spaces.size > 1 ? service.namespace : (seen[0] ?? null));
}

/** `registry/payment:9.2.0@sha256:…`; a tag that is moved from image to image tells no version. */
function imageOf({ image = "", image_id = "" }: Series["labels"]): Image {
  const tag = /:([\w][\w.+-]*)(?:@|$)/.exec(image.slice(image.lastIndexOf("/") + 1))?.[1] ?? null;
  const digest = /sha256:([0-9a-f]{12})/.exec(`${image_id} ${image}`)?.[1] ?? null;
  return { tag, digest: digest === null ? null : `sha256:${digest}` };
}

const setOf = (pod: string, { workload }: NamedWorkload): string | null => {
  const parts = pod.slice(workload.length + 1).split("-");
  return parts.length === 2 ? (parts[0] ?? null) : null;
};

/** `end` = the last instant at which anything was told: a pod without samples there is gone. */
export function livesOf(series: readonly Series[], workload: NamedWorkload, end: Instant): Life[] {
  const byPod = Map.groupBy(series, ({ labels }) => labels.pod ?? "");
  return [...byPod].flatMap(([pod, own]) => {
    if (pod === "") return [];
    const infos = own.filter(({ labels }) => labels.__name__ === "kube_pod_container_info");
    return spansOf(own).map(({ first, last, created }): Life => {
      const within = infos.filter((info) => {
        const extent = extentOf(info);
        return extent && instantOf(info, extent.first) <= last && instantOf(info, extent.last) >= first;
      });
      const latest = within.toSorted((a, b) => (extentOf(a)?.last ?? 0) - (extentOf(b)?.last ?? 0));
      const images = new Map(latest.map((info) => [info.labels.container ?? "", imageOf(info.labels)]));
      const told = [...images].map(([container, { tag, digest }]) => `${container} ${tag} ${digest}`).sort();
      const step = own[0]?.step ?? 0;
      return {
        pod,
        key: setOf(pod, workload) ?? told.join(", "),
        created: created ?? first,
        notBefore: created ?? toInstant(first - step),
        gone: last + step <= end ? toInstant(last + step) : null,
        images,
      };
    });
  });
}

/** A pod of a StatefulSet keeps its name: each creation time begins another life. */
function spansOf(
  own: readonly Series[],
): { readonly first: Instant; readonly last: Instant; readonly created: Instant | null }[] {
  const told = own.filter(({ labels }) => labels.__name__ === "kube_pod_created");
  const spans = new Map<number, { first: Instant; last: Instant; created: Instant | null }>();
  for (const series of told.length > 0 ? told : own) {
    for (let index = 0; index < series.values.length; index += 1) {
      const value = series.values[index];
      if (value == null) continue;
      const created = told.length > 0 ? fromUnixSeconds(value) : null;
      const at = instantOf(series, index);
      const held = spans.get(created ?? 0);
      spans.set(created ?? 0, {
        first: toInstant(Math.min(held?.first ?? at, at)),
        last: toInstant(Math.max(held?.last ?? at, at)),
        created,
      });
    }
  }
  return [...spans.values()];
}

const moving = /^(?:latest|stable|main|master|prod|production|staging|dev|edge|nightly)$/;
/** A sidecar that came with the platform is no version of the service. */
const sidecars = /^(?:istio-proxy|linkerd-proxy|envoy|vault-agent|otc-container|POD)$/;

/** What to call what these pods run: the tag of the service's own container, its digest where the tag tells nothing. */
export function versionOf(life: Life | undefined, { service, workload }: NamedWorkload): string | null {
  if (!life) return null;
  const own = [...life.images].filter(([container]) => !sidecars.test(container));
  const named = own.find(([container]) => container === workload || container === service.name) ?? own[0];
  const image = named?.[1];
  return image === undefined ? null : image.tag !== null && !moving.test(image.tag) ? image.tag : image.digest;
}

export const workloadKey = ({ service, workload, namespace }: NamedWorkload): string =>
  `${serviceKey(service)} ${namespace ?? ""}/${workload}`;
