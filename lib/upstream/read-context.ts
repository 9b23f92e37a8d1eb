/** What a reader needs to know beside the document. */
import "server-only";
import type { Question } from "@/lib/evidence";
import type { Instant } from "@/lib/signal/time";

export type ReadContext = {
  readonly question: Question;
  /** `<environment>/<name>`, for sentences. */
  readonly upstream: string;
  readonly now: Instant;
};
