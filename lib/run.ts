/**
 * Runs: one investigation with any number of readers. Lines are appended once and kept; a reader joins at any line.
 * Twenty readers of one link cost the upstream calls of one; when the last reader leaves, the work stops.
 */
import { isFailure } from "@/lib/evidence";
import type { RunLine } from "@/lib/investigate";
import type { Window } from "@/lib/signal/time";

export type RunKey = {
  readonly lead: string;
  readonly environment: string | null;
  readonly window: Window | null;
  readonly deep: boolean;
  /** What the reader said services are called, as an address spells it: another answer, so another run. */
  readonly mappings: readonly string[];
  /** The service looked at in place of an alert's own, as `serviceKey` prints it. */
  readonly service: string | null;
};

export type Run = {
  /** Of its own among the runs of this process. */
  readonly number: number;
  readonly lines: readonly RunLine[];
  readonly done: boolean;
  /**
   * All lines from the first, then each as it is written. The reader counts from this call on, and no longer once its
   * signal aborts or it returns; the first one starts the work.
   */
  readonly read: (signal: AbortSignal) => AsyncGenerator<RunLine>;
};

type OpenRun = Run & {
  readonly keys: string[];
  readonly startedAt: number;
  readonly endedAt: () => number | null;
  readonly isAbandoned: () => boolean;
  /** Bytes of the answers it holds. */
  readonly weight: () => number;
  readonly readers: () => number;
  /** ms after its end, where it waits longer than others. */
  readonly kept: () => number | null;
  readonly keepFor: (ms: number) => void;
};

export type RunsOptions = {
  readonly now: () => number;
  /** Finished runs are joined this long (ms), so that a link in a chat is one investigation. */
  readonly keepMs: number;
  /** Runs held at once, and bytes of answers in finished ones; the oldest finished ones go first. */
  readonly most: number;
  readonly mostBytes: number;
  /** Those that were made ahead of their first reader wait longer for it; at most so many of them. */
  readonly warm?: { readonly keepMs: number; readonly most: number };
};

const keyOf = ({ lead, environment, window, deep, mappings, service }: RunKey): string =>
  JSON.stringify([lead, environment, window?.from ?? null, window?.to ?? null, deep, mappings, service]);

const neverWarm = { keepMs: 0, most: 0 };

export function createRuns({ now, keepMs, most, mostBytes, warm = neverWarm }: RunsOptions) {
  const runs = new Map<string, OpenRun>();
  let opened = 0;
  const distinct = (): OpenRun[] => [...new Set(runs.values())];

  const forget = (run: OpenRun): void => {
    for (const key of run.keys) if (runs.get(key) === run) runs.delete(key);
  };
  const expire = (): void => {
    for (const run of distinct()) {
      const ended = run.endedAt();
      if (run.isAbandoned() || (ended !== null && now() - ended > (run.kept() ?? keepMs))) forget(run);
    }
    const made = distinct().filter((run) => run.kept() !== null);
    for (const run of made.sort((a, b) => b.startedAt - a.startedAt).slice(warm.most)) forget(run);
    const finished = distinct()
      .filter(({ done }) => done)
      .sort((a, b) => a.startedAt - b.startedAt);
    let count = distinct().length;
    let bytes = finished.reduce((sum, run) => sum + run.weight(), 0);
    for (const run of finished) {
      if (count < most && bytes <= mostBytes) break;
      forget(run);
      count -= 1;
      bytes -= run.weight();
    }
  };

  /** The run for `key`: one under way, one just finished, or a new one from `start`. Nothing begins before it is read. */
  function join(key: RunKey, start: (signal: AbortSignal) => AsyncGenerator<RunLine>, fresh = false): Run {
    expire();
    const text = keyOf(key);
    const current = runs.get(text);
    if (current && !(fresh && current.done)) return current;
    const run = open(key, start);
    runs.set(text, run);
    return run;
  }

  function open(key: RunKey, start: (signal: AbortSignal) => AsyncGenerator<RunLine>): OpenRun {
    const lines: RunLine[] = [];
    const keys = [keyOf(key)];
    const stop = new AbortController();
    const waiting = new Set<() => void>();
    let readers = 0;
    let isStarted = false;
    let endedAt: number | null = null;
    let weight = 0;
    let failure: unknown;
    let kept: number | null = null;
    opened += 1;
    const wakeAll = (): void => {
      for (const wake of waiting) wake();
      waiting.clear();
    };

    /** Counts a reader in; the answer counts it out, once. */
    const enter = (): (() => void) => {
      readers += 1;
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        readers -= 1;
        if (readers > 0 || endedAt !== null) return;
        stop.abort();
        forget(run);
      };
    };

    async function* follow(signal: AbortSignal, out: () => void): AsyncGenerator<RunLine> {
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
            await new Promise<void>((resolve) => waiting.add(resolve));
          }
        }
      } finally {
        // A listener left behind keeps its signal, and so this run, alive for good.
        signal.removeEventListener("abort", out);
        out();
      }
    }

    const drive = async (): Promise<void> => {
      for await (const line of start(stop.signal)) {
        lines.push(line);
        if (line.type === "evidence") weight += line.evidence.receipt.bytes;
        // The permalink that this run writes leads to this run.
        if (line.type === "window" && line.window && line.environment) {
          const resolved = keyOf({ ...key, environment: line.environment, window: line.window });
          const other = runs.get(resolved);
          if (!other || other.done) {
            runs.set(resolved, run);
            keys.push(resolved);
          }
        }
        wakeAll();
      }
    };
    const begin = (): void => {
      isStarted = true;
      drive()
        .catch((cause: unknown) => {
          failure = cause;
          forget(run);
        })
        .finally(() => {
          endedAt = now();
          wakeAll();
          setTimeout(expire, keepMs + 1_000).unref();
        });
    };

    const run: OpenRun = {
      number: opened,
      lines,
      keys,
      startedAt: now(),
      endedAt: () => endedAt,
      isAbandoned: () => stop.signal.aborted && endedAt === null,
      weight: () => weight,
      readers: () => readers,
      kept: () => kept,
      keepFor: (ms) => {
        kept = ms;
        setTimeout(expire, ms + 1_000).unref();
      },
      get done() {
        return endedAt !== null;
      },
      read(signal) {
        const leave = enter();
        const out = (): void => {
          leave();
          wakeAll();
        };
        if (signal.aborted) leave();
        // A reader that is held up elsewhere cannot come here to leave: its signal says it.
        else signal.addEventListener("abort", out, { once: true });
        if (!isStarted) begin();
        return follow(signal, out);
      },
    };
    return run;
  }

  /**
   * Makes a run ahead of its first reader and keeps it until that one comes. Nothing is made where one is held already.
   * One that was cut off, or in which an upstream failed, is forgotten: minutes later it may be well.
   */
  async function prepare(
    key: RunKey,
    start: (signal: AbortSignal) => AsyncGenerator<RunLine>,
    signal: AbortSignal,
  ): Promise<"made" | "there" | "unfinished"> {
    expire();
    if (runs.has(keyOf(key))) return "there";
    const run = open(key, start);
    runs.set(keyOf(key), run);
    let last: RunLine | null = null;
    for await (const line of run.read(signal)) last = line;
    const isSick = run.lines.some(
      (line) => line.type === "evidence" && line.evidence.answer.kind === "gap" && isFailure(line.evidence.answer),
    );
    if (last?.type !== "end" || last.reason !== "complete" || isSick) {
      forget(run);
      return "unfinished";
    }
    run.keepFor(warm.keepMs);
    expire();
    return "made";
  }

  /** Investigations under way that somebody follows. */
  const underWay = (): number => distinct().filter((run) => !run.done && run.readers() > 0).length;
  const readersOf = (key: RunKey): number => runs.get(keyOf(key))?.readers() ?? 0;

  return { join, prepare, underWay, readersOf, size: () => distinct().length };
}
