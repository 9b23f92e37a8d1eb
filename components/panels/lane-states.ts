/** A series of noughts and ones -> stretches of up and down. Pure. */
import type { Points } from "@/components/panels/lane-points";
import { type Instant, shift } from "@/lib/signal/time";

export type Stretch = { readonly from: Instant; readonly to: Instant; readonly up: boolean };

/** Each sample holds until the next; a hole belongs to neither. */
export function stretchesOf({ at, value, step }: Points): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, from] of at.entries()) {
    const here = value[index] ?? null;
    if (here === null) continue;
    const to = at[index + 1] ?? shift(from, step);
    const last = stretches.at(-1);
    if (last && last.to === from && last.up === (here === 1)) stretches[stretches.length - 1] = { ...last, to };
    else stretches.push({ from, to, up: here === 1 });
  }
  return stretches;
}
