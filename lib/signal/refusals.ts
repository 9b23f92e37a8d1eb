/** Answers by which an access log shows clients to be refused: whose they are, and to whom they went. */
import type { Window } from "@/lib/signal/time";

/**
 * `of`: the access log; `client`: the label with the address; `answered`: the status; `total`: answers to anybody.
 * `whose`: those of the path that sent them, as the log names them, none where the log is the path's own; null: everybody's.
 */
export type RefusedBy = Readonly<Record<"of" | "client" | "answered", string>> & {
  readonly total: number;
  readonly counted: Window;
  readonly whose: readonly string[] | null;
};

/**
 * Whom the lines of an access log say they served. "own": the log is itself a service that is looked at; "untold": they do
 * not say. Else `label`, of whose values those that match `own` (JavaScript, without case) name services of the path;
 * `isSeen`: some of the lines read are theirs.
 */
export type Served =
  | { readonly kind: "own" | "untold" }
  | { readonly kind: "told"; readonly label: string; readonly own: string; readonly isSeen: boolean };

/** What the few lines of an access log that were read hold themselves, should counting fail. */
export type LinesRead = {
  readonly lines: number;
  /** Refusing answers of them, by status and client; of the path alone where that is told. */
  readonly refused: readonly { readonly answered: string; readonly client: string; readonly count: number }[];
};

/** `of`: the access log; `status`: the label with the answer's status. */
export type RefusalsCounted = Readonly<Record<"of" | "status", string>> & {
  readonly served: Served;
  readonly read: LinesRead;
};
