/** An alert as its source tells it, and the rule that raises it. */
import type { Labels } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";

export type AlertState = "pending" | "firing" | "suppressed" | "resolved";

export type Silence = {
  readonly id: string;
  readonly by: string;
  readonly until: Instant | null;
  readonly comment: string;
};

export type Alert = {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  readonly startsAt: Instant;
  /** null while it fires. Alertmanager's lease into the future is no end. */
  readonly endsAt: Instant | null;
  readonly expression: string | null;
  readonly link: string | null;
  readonly source: string;
  /** Since when its condition holds, where the source tells: `for` before it fires. */
  readonly activeAt?: Instant;
  /** 16 hex digits, where the source tells. */
  readonly fingerprint?: string;
  readonly receivers?: readonly string[];
  /** Who silenced it, until when and why. */
  readonly silences?: readonly Silence[];
  /** Fingerprints of the alerts that inhibit it. */
  readonly inhibitedBy?: readonly string[];
};

export type AlertRule = {
  readonly name: string;
  readonly group: string;
  /** PromQL or LogQL with its threshold; "" where the source does not tell. */
  readonly expression: string;
  /** ms */
  readonly for: number;
  readonly keepFiringFor: number;
  /** Between two evaluations, ms; null = not told. */
  readonly interval: number | null;
  /** The rule's own; its alerts carry them beside those of their series. */
  readonly labels: Labels;
  /** As written: templates are not filled in. */
  readonly annotations: Labels;
  /** What it said when it was evaluated last; null = it went well. */
  readonly problem: string | null;
  /** Active now, pending ones too. Without the server's external labels. */
  readonly alerts: readonly Alert[];
  /** The upstream that evaluates it. */
  readonly source: string;
  /** Grafana's own, for its threshold and links. */
  readonly uid: string | null;
};

export const ownerNames = ["team", "owner", "owned_by", "squad", "on_call"];
/** Whose it is, by the names people give that; an alert's labels speak before its annotations. */
export const ownerOf = ({ labels, annotations }: Pick<Alert, "labels" | "annotations">): string | null =>
  ownerNames.map((name) => labels[name]).find(Boolean) ??
  ownerNames.map((name) => annotations[name]).find(Boolean) ??
  null;

/** A service that an alert is about, as `serviceKey` prints it, and how that is known: "label service", "your choice". */
export type Whose = { readonly service: string; readonly why: string };
/** Where nothing names a service: how all fared when the alert's value moved, and who may be meant as well, the likeliest first. */
export type Others = { readonly text: string; readonly services: readonly string[] };
