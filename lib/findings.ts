/** Evidence -> what can be said of it, ranked. Composes lib/finding/; pure and independent of the order of arrival. */
import type { Finding, FindingKind, Movement, Onset, Phrase } from "@/lib/finding/finding";

export type { Finding, FindingKind, Movement, Onset, Phrase };

export type Explanation = {
  /** One or two sentences for the top of the page. */
  readonly story: readonly Phrase[];
  /** "onset, trace and 37 log lines agree" */
  readonly strong: string;
  /** "Kubernetes events are missing, so a restart cannot be ruled out" */
  readonly weak: string;
  readonly onset: Onset | null;
  /** By how much they changed; the quiet ones last. */
  readonly movements: readonly Movement[];
  readonly findings: readonly Finding[];
};

export const nothingYet: Explanation = { story: [], strong: "", weak: "", onset: null, movements: [], findings: [] };
