/**
 * The stream, NDJSON: one definition of a line for both sides. The server validates each line it writes (`streamLine`);
 * the browser checks `type` and `version` and skips unknown types with a notice.
 *
 *   hello · window · identity · planned · evidence · trace-head, trace-rows, trace-attributes · findings · beat · end
 */
import type { Answer, Evidence, Question, QuestionId, Unasked } from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";
import type { Identity } from "@/lib/identity/identity";
import type { Lead } from "@/lib/lead";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Others, Whose } from "@/lib/signal/alert";
import type { Instant, Window } from "@/lib/signal/time";
import type { Trace, TraceDetails } from "@/lib/signal/trace";

/** Raised when an old browser could misread a new line. */
export const streamVersion = 1;
/** Spans in one `trace-rows` line. */
export const rowsPerBlock = 5_000;

/** A trace travels in lines of its own; its evidence says only which and how large. */
export type TraceReference = { readonly kind: "trace-reference"; readonly traceId: string; readonly spans: number };
export type WireEvidence = Omit<Evidence, "answer"> & {
  readonly answer: Exclude<Answer, { kind: "trace" }> | TraceReference;
};

type Columns = "spanId" | "parent" | "depth" | "resource" | "name" | "start" | "duration" | "kind" | "flags";

export type StreamLine =
  | {
      readonly type: "hello";
      readonly version: number;
      readonly now: Instant;
      readonly startedAt: Instant;
      /** With `startedAt` it tells two runs of one lead apart, even where the clock stands still. */
      readonly run: number;
      readonly lead: Lead;
      readonly environments: readonly EnvironmentSetting[];
    }
  /** May come again while a trace grows; the last one counts. `environment` is the one that answered, once known. */
  | {
      readonly type: "window";
      readonly environment: string | null;
      readonly window: Window | null;
      readonly because: string;
      /** Of an alert: the services it is about, each with its why. */
      readonly whose?: readonly Whose[];
      /** Where nothing names one: how all services fared, and which may be meant as well. */
      readonly others?: Others;
    }
  | { readonly type: "identity"; readonly identities: readonly Identity[] }
  /** Every `planned` carries all that is unasked and all that is superseded by then: asked, and no longer part of the answer. */
  | {
      readonly type: "planned";
      readonly questions: readonly Question[];
      readonly unasked: readonly Unasked[];
      readonly superseded?: readonly QuestionId[];
    }
  /** A later revision replaces an earlier one of the same question. */
  | {
      readonly type: "evidence";
      readonly question: QuestionId;
      readonly revision: number;
      readonly evidence: WireEvidence;
    }
  | {
      readonly type: "trace-head";
      readonly question: QuestionId;
      readonly revision: number;
      readonly spans: number;
      readonly head: Pick<Trace, "id" | "base" | "strings" | "resources">;
    }
  | {
      readonly type: "trace-rows";
      readonly question: QuestionId;
      readonly revision: number;
      readonly from: number;
      readonly rows: Pick<Trace, Columns>;
    }
  | {
      readonly type: "trace-attributes";
      readonly question: QuestionId;
      readonly revision: number;
      readonly from: number;
      /** Rows from..; `keys` and `values` are those first used in this block, appended to what came before. */
      readonly details: TraceDetails;
    }
  | { readonly type: "findings"; readonly explanation: Explanation }
  | { readonly type: "beat"; readonly now: Instant }
  | {
      readonly type: "end";
      readonly now: Instant;
      readonly reason: "complete" | "deadline";
      readonly unanswered: readonly QuestionId[];
    };
