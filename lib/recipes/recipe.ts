/** What a family of metric conventions looks like: read the tables beside this file as such. */
import type { Matcher } from "@/lib/signal/labels";

export type Recipe = {
  /** Short and stable: part of questions. */
  readonly name: string;
  /** "HTTP requests served" */
  readonly title: string;
  /** The counter whose presence shows the family, and whose rate is the traffic. */
  readonly counter: string;
  /** What narrows it to user traffic, counted once. */
  readonly only: readonly Matcher[];
  /** A failure is a series where one of these labels exists and matches. The first that exists is used. */
  readonly errors: readonly { readonly label: string; readonly failed: string }[];
  /** The errors' label is always there when the family is (span metrics); else its presence is asked for. */
  readonly errorsCertain: boolean;
  readonly latency: { readonly bucket: string; readonly perSecond: number } | null;
  /** Where the names come from. */
  readonly source: string;
};

/** Routes that no user calls; an absent label matches, so naming several is safe. */
const healthRoutes = ".*/(?:health|healthz|livez|readyz|ready|live|ping|metrics|actuator(?:/.*)?)";
export const noHealthRoutes = (...labels: readonly string[]): Matcher[] =>
  labels.map((label) => ({ label, op: "!~", value: healthRoutes }));
