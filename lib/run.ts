/**
 * Runs: one investigation with any number of readers. Lines are appended once and kept; a reader joins at any line.
 * Twenty readers of one link cost the upstream calls of one; when the last reader leaves, the work stops.
 */
import type { RunLine } from "@/lib/investigate";
import type { Window } from "@/lib/signal/time";

export type RunKey = {
  readonly lead: string;
  readonly environment: string | null;
  readonly window: Window | null;
  readonly deep: boolean;
};

export type Run = {
  readonly lines: readonly RunLine[];
  readonly done: boolean;
  /** All lines from the first, then each as it is written; leaving early counts the reader out. */
  readonly read: (signal: AbortSignal) => AsyncGenerator<RunLine>;
};

type OpenRun = Run & {
  readonly keys: string[];
  readonly startedAt: number;
  readonly endedAt: () => number | null;
  readonly isAbandoned: () => boolean;
};

export type RunsOptions = {
  readonly now: () => number;
  /** Finished runs are joined this long (ms), so that a link in a chat is one investigation. */
  readonly keepMs: number;
  /** Runs held at once; the oldest finished ones go first. */
  readonly most: number;
};

const keyOf = ({ lead, environment, window, deep }: RunKey): string =>
  JSON.stringify([lead, environment, window?.from ?? null, window?.to ?? null, deep]);

export function createRuns({ now, keepMs, most }: RunsOptions) {
  const runs = new Map<string, OpenRun>();

  const forget = (run: OpenRun): void => {
    for (const key of run.keys) if (runs.get(key) === run) runs.delete(key);
  };
  const expire = (): void => {
    const all = [...new Set(runs.values())];
    for (const run of all) {
      const ended = run.endedAt();
      if (run.isAbandoned() || (ended !== null && now() - ended > keepMs)) forget(run);
    }
    const finished = [...new Set(runs.values())].filter(({ done }) => done).sort((a, b) => a.startedAt - b.startedAt);
    for (const run of finished.slice(0, Math.max(0, new Set(runs.values()).size - most + 1))) forget(run);
  };

  /** The run for `key`: one under way, one just finished, or a new one from `start`. */
  function join(key: RunKey, start: (signal: AbortSignal) => AsyncGenerator<RunLine>, fresh = false): Run {
    expire();
    const text = keyOf(key);
    const current = runs.get(text);
    if (current && !(fresh && current.done)) return current;
    const run = open(key, start, runs);
    runs.set(text, run);
    return run;
  }

  function open(
    key: RunKey,
    start: (signal: AbortSignal) => AsyncGenerator<RunLine>,
    all: Map<string, OpenRun>,
  ): OpenRun {
    const lines: RunLine[] = [];
    const keys = [keyOf(key)];
    const stop = new AbortController();
    const waiting = new Set<() => void>();
    let readers = 0;
    let endedAt: number | null = null;
    let failure: unknown;
    const wakeAll = (): void => {
      for (const wake of waiting) wake();
      waiting.clear();
    };
    const run: OpenRun = {
      lines,
      keys,
      startedAt: now(),
      endedAt: () => endedAt,
      isAbandoned: () => stop.signal.aborted && endedAt === null,
      get done() {
        return endedAt !== null;
      },
      async *read(signal) {
        readers += 1;
        try {
          for (let at = 0; !signal.aborted; ) {
            const line = lines[at];
            if (line) {
              at += 1;
              yield line;
            } else if (endedAt !== null) {
              if (failure !== undefined) throw failure;
              return;
            } else {
              await new Promise<void>((resolve) => {
                waiting.add(resolve);
                signal.addEventListener("abort", () => resolve(), { once: true });
              });
            }
          }
        } finally {
          readers -= 1;
          if (readers === 0 && endedAt === null) {
            stop.abort();
            forget(run);
          }
        }
      },
    };
    const drive = async (): Promise<void> => {
      for await (const line of start(stop.signal)) {
        lines.push(line);
        // The permalink that this run writes leads to this run.
        if (line.type === "window" && line.window && line.environment) {
          const resolved = keyOf({ ...key, environment: line.environment, window: line.window });
          if (!all.has(resolved)) {
            all.set(resolved, run);
            keys.push(resolved);
          }
        }
        wakeAll();
      }
    };
    drive()
      .catch((cause: unknown) => {
        failure = cause;
        forget(run);
      })
      .finally(() => {
        endedAt = now();
        wakeAll();
      });
    return run;
  }

  return { join, size: () => new Set(runs.values()).size };
}
