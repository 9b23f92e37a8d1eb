/** A service as one metric family names it. */
import type { Identity } from "@/lib/identity/identity";
import type { Labels, Matcher } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

/** One service in one family: `value` of `label`, narrowed by `extra`. A mapping may give a service several values. */
export type MetricSubject = {
  readonly service: Service;
  readonly family: string;
  readonly label: string;
  readonly value: string;
  readonly extra: readonly Matcher[];
  readonly basis: Identity["basis"];
  /** The matchers as configured or chosen; null = inferred. */
  readonly mapping: readonly Matcher[] | null;
  readonly because: string;
  /** How many series the family has of it. */
  readonly series: number;
  /** What it would be else; for a mapping: what was seen without it. */
  readonly runnerUp: { readonly matchers: readonly Matcher[]; readonly because: string } | null;
};

/** What the probe tells: one label set of a family, and how many series have it. */
export type ProbeRow = { readonly labels: Labels; readonly series: number };
