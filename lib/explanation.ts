/** What is said of the evidence, as it travels to the page; how it is found out is `findings.ts`'s affair, on the server. */
import type { Finding, FindingKind, Movement, Onset, Phrase } from "@/lib/finding/finding";
import { restInWords } from "@/lib/finding/rest";

export type { Finding, FindingKind, Movement, Onset, Phrase };
export { restInWords };

export type Explanation = {
  /** One or two sentences for the top of the page. */
  readonly story: readonly Phrase[];
  /** "onset, trace and 37 log lines agree" */
  readonly strong: string;
  /** "Kubernetes events are missing, so a restart cannot be ruled out" */
  readonly weak: string;
  readonly onset: Onset | null;
  /** By rank: how much they changed, how near the onset, how close to the request; the quiet ones last. */
  readonly movements: readonly Movement[];
  readonly findings: readonly Finding[];
};

export const nothingYet: Explanation = { story: [], strong: "", weak: "", onset: null, movements: [], findings: [] };
