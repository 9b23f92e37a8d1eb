/** How many questions one investigation may put to each upstream. Made anew for every investigation. */
import "server-only";

export type Budget = {
  /** Takes one question from the upstream's allowance; false = nothing left. */
  readonly take: (upstream: string, most: number) => boolean;
  readonly asked: (upstream: string) => number;
};

export function createBudget(): Budget {
  const asked = new Map<string, number>();
  const count = (upstream: string): number => asked.get(upstream) ?? 0;
  return {
    take: (upstream, most) => {
      if (count(upstream) >= most) return false;
      asked.set(upstream, count(upstream) + 1);
      return true;
    },
    asked: count,
  };
}
