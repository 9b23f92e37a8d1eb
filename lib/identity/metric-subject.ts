/** A service as one metric family names it. */
import type { Matcher } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

/** One service in one family: `value` of `label`, narrowed by `extra`. A mapping may give a service several values. */
export type MetricSubject = {
  readonly service: Service;
  readonly family: string;
  readonly label: string;
  readonly value: string;
  readonly extra: readonly Matcher[];
  /** The matchers as configured; null = inferred. */
  readonly mapping: readonly Matcher[] | null;
  readonly because: string;
};
