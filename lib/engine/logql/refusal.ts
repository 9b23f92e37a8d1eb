/** What a query is refused with, in the real server's words. Thrown inside the engine, a value at its edge. */

export type Refused = { readonly ok: false; readonly status: number; readonly text: string };
export type Attempt<T> = { readonly ok: true; readonly value: T } | Refused;

const mark = Symbol("refusal");

/** Ends the attempt around it; 400 is what Loki says to all that is the asker's own doing. */
export function refuse(text: string, status = 400): never {
  throw new Error(text, { cause: { mark, status } });
}

/** Runs `work`; what it refuses is a value, any other failure is a bug and goes on. */
export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    const status = error instanceof Error ? statusOf(error.cause) : undefined;
    if (!(error instanceof Error) || status === undefined) throw error;
    return { ok: false, status, text: error.message };
  }
}

function statusOf(cause: unknown): number | undefined {
  const isOurs = typeof cause === "object" && cause !== null && "mark" in cause && cause.mark === mark;
  return isOurs && "status" in cause && typeof cause.status === "number" ? cause.status : undefined;
}
