/** An alert as its source tells it. */
import type { Labels } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";

export type AlertState = "pending" | "firing" | "suppressed" | "resolved";

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
};
