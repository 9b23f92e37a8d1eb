/**
 * One thread answers for all backends: one question begins at a time, those that cost little before those that cost
 * much, and each answer is on its way before the next is thought about. Otherwise questions that come together are all
 * answered when the last of them is.
 */

export type Turns = <T>(kind: string, left: AbortSignal, work: () => Promise<T>) => Promise<T | null>;

/** More kinds of questions than there are paths; an odd caller may make some up. */
const mostKinds = 500;
/** Of the newest cost in the mean, so that a slow first time is soon forgotten. */
const weight = 0.3;

/** `kind` names questions that cost about the same; null: whoever asked has left before it was their turn. */
export function createTurns(): Turns {
  const costs = new Map<string, number>();
  const waiting: { readonly cost: number; readonly begin: () => void }[] = [];
  let isRunning = false;

  const next = (): void => {
    const best = waiting.reduce((found, each, i) => (each.cost < (waiting[found]?.cost ?? 0) ? i : found), 0);
    const [chosen] = waiting.splice(best, 1);
    chosen?.begin();
    isRunning = waiting.length > 0;
    if (isRunning) setImmediate(next);
  };
  const learn = (kind: string, took: number): void => {
    if (costs.size >= mostKinds) costs.clear();
    costs.set(kind, (costs.get(kind) ?? took) * (1 - weight) + took * weight);
  };

  return (kind, left, work) =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        if (left.aborted) {
          resolve(null);
          return;
        }
        const began = performance.now();
        work()
          .then(resolve, reject)
          .finally(() => learn(kind, performance.now() - began));
      };
      waiting.push({ cost: costs.get(kind) ?? 0, begin });
      if (isRunning) return;
      isRunning = true;
      setImmediate(next);
    });
}
