/** Which label in one signal of one upstream means this service, and why. */
import type { QuestionId } from "@/lib/evidence";
import type { Matcher } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

export type Identity = {
  readonly service: Service;
  readonly signal: "metrics" | "lines";
  readonly upstream: string;
  readonly matchers: readonly Matcher[];
  /** "configured" overrules "inferred", which is shown with its reason; what the reader has "chosen" overrules both. */
  readonly basis: "inferred" | "configured" | "chosen";
  /** "job equals service.namespace/service.name; 412 series of 3 families carry it" */
  readonly because: string;
  readonly runnerUp: { readonly matchers: readonly Matcher[]; readonly because: string } | null;
  readonly cites: readonly QuestionId[];
  /** Set where the matchers may mean several services of one name: then only what carries the id itself is asked of them. */
  readonly doubt?: string;
};
