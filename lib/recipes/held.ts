/** What an answer means is worked out again only when something else than the answer has changed: the plan is made after each. */
import type { Evidence } from "@/lib/evidence";

export type Held<T> = (evidence: Evidence | undefined, key: string, make: () => T) => T;

/** One value an evidence; `key` tells what else it was made of. Without evidence it is made each time. */
export function holding<T>(): Held<T> {
  const held = new WeakMap<Evidence, { readonly key: string; readonly value: T }>();
  return (evidence, key, make) => {
    const known = evidence && held.get(evidence);
    if (known?.key === key) return known.value;
    const value = make();
    if (evidence) held.set(evidence, { key, value });
    return value;
  };
}
