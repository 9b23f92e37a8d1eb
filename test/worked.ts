/** How long work takes, told so that a busy machine does not matter: time this thread has worked, and the least of several rounds. */

/** Milliseconds this thread has worked so far: what other processes take of the machine does not count. */
export const worked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/** The clock of worked time ticks coarsely: a measurement shorter than this is none. */
const stretchMs = 40;

/** ms of the quickest of `rounds`; the first run is for the compiler. */
export function leastWork(work: () => unknown, rounds = 5): number {
  work();
  const times = Array.from({ length: rounds }, () => {
    const began = worked();
    let runs = 0;
    do {
      work();
      runs += 1;
    } while (worked() - began < stretchMs);
    return (worked() - began) / runs;
  });
  return Math.min(...times);
}

/** Time of `large` over time of `small`; measured again, up to thrice, while over `most`: growth of ours comes every time. */
export function growthOf(small: () => unknown, large: () => unknown, most: number, rounds = 5): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && best > most; attempt += 1)
    best = Math.min(best, leastWork(large, rounds) / leastWork(small, rounds));
  return best;
}
