/** Long work in slices: a generator that stops for a moment every so many traces, so that whoever drives it may let others in between. */
export type Slices<T> = Generator<undefined, T>;

/** Some 5 ms of work. */
export const tracesASlice = 250;

/** All slices one after the other. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
