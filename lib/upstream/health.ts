/**
 * How many may ask one upstream at once, and whether it should be asked at all. A backend that answered with overload
 * twice within a minute is spared for half a minute: those who wait and those who come get to know it at once.
 */
import "server-only";
import type { FailureCause } from "@/lib/upstream/reply";

const memory = 60_000;
const sparing = 30_000;
const overloads: ReadonlySet<FailureCause> = new Set(["rate-limited", "unavailable", "query-timeout", "timeout"]);

export type Turn =
  | { readonly kind: "go"; readonly leave: () => void }
  /** ms until it may be asked again */
  | { readonly kind: "spared"; readonly remaining: number }
  | { readonly kind: "cancelled" };

export type Health = {
  /** Waits for a place; every `go` must be left. Never rejects. */
  readonly enter: (signal: AbortSignal) => Promise<Turn>;
  /** What each exchange came to; null = an answer. */
  readonly observe: (cause: FailureCause | null) => void;
  /** ms until it may be asked again; 0 = now. */
  readonly sparedFor: () => number;
  readonly running: () => number;
  readonly queued: () => number;
};

/** `elapsed` is a monotonic clock in ms: a frozen page clock must not spare a backend for ever. */
export function createHealth(concurrency: number, elapsed: () => number = () => performance.now()): Health {
  let running = 0;
  let sparedUntil = 0;
  let recent: readonly number[] = [];
  const waiting = new Set<(turn: Turn) => void>();

  const sparedFor = (): number => Math.max(0, sparedUntil - elapsed());
  const spared = (): Turn => ({ kind: "spared", remaining: sparedFor() });

  function go(): Turn {
    running += 1;
    let left = false;
    return {
      kind: "go",
      leave: () => {
        if (left) return;
        left = true;
        running -= 1;
        const next = waiting.values().next().value;
        next?.(sparedFor() > 0 ? spared() : go());
      },
    };
  }

  function enter(signal: AbortSignal): Promise<Turn> {
    if (signal.aborted) return Promise.resolve({ kind: "cancelled" });
    if (sparedFor() > 0) return Promise.resolve(spared());
    if (running < concurrency) return Promise.resolve(go());
    return new Promise((resolve) => {
      const settle = (turn: Turn): void => {
        waiting.delete(settle);
        signal.removeEventListener("abort", cancel);
        resolve(turn);
      };
      const cancel = (): void => settle({ kind: "cancelled" });
      signal.addEventListener("abort", cancel, { once: true });
      waiting.add(settle);
    });
  }

  function observe(cause: FailureCause | null): void {
    if (cause === null || !overloads.has(cause)) return;
    const at = elapsed();
    recent = [...recent.filter((before) => at - before < memory), at];
    if (recent.length < 2) return;
    sparedUntil = at + sparing;
    recent = [];
    for (const settle of [...waiting]) settle(spared());
  }

  return { enter, observe, sparedFor, running: () => running, queued: () => waiting.size };
}
