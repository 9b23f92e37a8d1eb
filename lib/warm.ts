/**
 * Investigations made ahead of their first reader, because an alert was just sent: one at a time, few in a minute, and only
 * while nobody waits and no upstream is spared. What waits is bounded, and what waited too long is let go.
 */
import { minute, second } from "@/lib/signal/time";

/** `group` = what was sent as one message; only its latest link counts. */
export type Warming<Task> = { readonly group: string; readonly task: Task };
export type Taken = "queued" | "queued before" | "made lately" | "queue full";

export type WarmerOptions<Task> = {
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Calls back after `ms`; nobody waits for it to end the process. */
  readonly later: (ms: number, then: () => void) => void;
  /** Why none may begin just now; null = one may. */
  readonly heldBack: () => string | null;
  /** Never rejects. */
  readonly make: (task: Task) => Promise<void>;
  /** Equal tasks have equal names. */
  readonly nameOf: (task: Task) => string;
};

const mostInAMinute = 4;
const mostWaiting = 20;
/** By then the link was opened, or will not be. */
const longestWait = 5 * minute;
/** Alertmanager sends the same again and again; what was made is kept about as long. */
const lately = 10 * minute;
/** Between two looks at whether one may begin. */
const pause = second;

type Waiting<Task> = Warming<Task> & { readonly since: number };

export function createWarmer<Task>({ now, later, heldBack, make, nameOf }: WarmerOptions<Task>) {
  let waiting: readonly Waiting<Task>[] = [];
  let begun: readonly { readonly name: string; readonly at: number }[] = [];
  let isMaking = false;
  let isWatching = false;

  /** ms until one may begin; 0 = now. */
  function pauseBefore(): number {
    const last = begun.slice(-mostInAMinute);
    const oldest = last.length === mostInAMinute ? last[0] : undefined;
    const due = oldest ? oldest.at + minute - now() : 0;
    return due > 0 ? due : heldBack() === null ? 0 : pause;
  }

  function next(): void {
    waiting = waiting.filter(({ since }) => now() - since < longestWait);
    const [first, ...rest] = waiting;
    if (!first || isMaking) return;
    const ms = pauseBefore();
    if (ms > 0) {
      if (isWatching) return;
      isWatching = true;
      later(ms, () => {
        isWatching = false;
        next();
      });
      return;
    }
    waiting = rest;
    isMaking = true;
    const at = now();
    begun = [...begun.filter((each) => at - each.at < lately), { name: nameOf(first.task), at }];
    void make(first.task).finally(() => {
      isMaking = false;
      next();
    });
  }

  function offer({ group, task }: Warming<Task>): Taken {
    const at = now();
    const name = nameOf(task);
    if (begun.some((each) => each.name === name && at - each.at < lately)) return "made lately";
    const before = waiting.find((each) => each.group === group);
    if (!before && waiting.length >= mostWaiting) {
      next();
      if (waiting.length >= mostWaiting) return "queue full";
    }
    waiting = before
      ? waiting.map((each) => (each === before ? { group, task, since: before.since } : each))
      : [...waiting, { group, task, since: at }];
    next();
    return before ? "queued before" : "queued";
  }

  return { offer, waiting: () => waiting.length };
}
