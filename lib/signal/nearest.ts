/** Words that were probably meant. Pure. */

/** Edits between two words, a swap of neighbours counting as one (Damerau, optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? i) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

const thirdOf = ({ length }: string): number => Math.max(1, Math.ceil(length / 3));

/** Nobody types a longer name by hand, and comparing two of kilobytes takes seconds. */
const longest = 200;

/** The known word that was probably meant: within a third of its length, unless told; undefined where none is near. */
export function nearest(
  word: string,
  known: readonly string[],
  most: (candidate: string) => number = thirdOf,
): string | undefined {
  if (word.length > longest) return undefined;
  const ranked = known
    .filter((candidate) => Math.abs(candidate.length - word.length) <= most(candidate))
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= most(candidate))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}
