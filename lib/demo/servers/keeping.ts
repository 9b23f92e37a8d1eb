/**
 * What a thread of many worlds keeps: each world's backends hold what they computed as long as they were among the last
 * to be asked; of the others it is let go, since all of it can be computed again.
 */

/** One world's part: its storages tell that they are used, and are told to forget. */
export type Keep = { readonly used: () => void; readonly onForget: (forget: () => void) => void };

/** For whoever has one world only. */
export const keepAlways: Keep = { used: () => {}, onForget: () => {} };

/** At most `most` worlds keep anything at a time. */
export function createKeeping(most: number): () => Keep {
  // Used last stands last.
  const keeping = new Set<() => void>();
  return () => {
    const forgets: (() => void)[] = [];
    const forget = (): void => {
      for (const each of forgets) each();
    };
    return {
      used: () => {
        keeping.delete(forget);
        keeping.add(forget);
        for (const oldest of keeping) {
          if (keeping.size <= most) break;
          keeping.delete(oldest);
          oldest();
        }
      },
      onForget: (own) => {
        forgets.push(own);
      },
    };
  };
}
