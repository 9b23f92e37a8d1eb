/** Something that altered the system at an instant. */
import type { Service } from "@/lib/signal/service";
import type { Instant } from "@/lib/signal/time";

export type ChangeKind =
  | "deploy"
  | "rollback"
  | "restart"
  | "rollout"
  /** Pods more, fewer or replaced, of the same version. */
  | "scale"
  | "event"
  | "config"
  | "flag"
  | "migration"
  | "job";

export type Change = {
  /** Stable for the same change from the same source. */
  readonly id: string;
  readonly kind: ChangeKind;
  readonly at: Instant;
  /** How early it may have happened (a version first seen at `at` came after this); equal to `at` where known exactly. */
  readonly notBefore: Instant;
  readonly until: Instant | null;
  readonly title: string;
  readonly service: Service | null;
  readonly version: string | null;
  readonly previousVersion: string | null;
  /** Where it is known from, in words: "Grafana annotation", "target_info", "spans", "Loki stream k8s-events". */
  readonly source: string;
  readonly link: string | null;
  readonly tags: readonly string[];
};

/** `payment 9.2.0`, else its title: how a change is called wherever it is spoken of. */
export const nameOfChange = ({ service, version, title }: Change): string =>
  service && version ? `${service.name} ${version}` : title;
