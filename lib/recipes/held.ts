/** What an answer means is worked out again only when something else than the answer has changed: the plan is made after each. */
import type { Evidence } from "@/lib/evidence";
import type { Facts } from "@/lib/recipes/facts";
import type { UpstreamSetting } from "@/lib/setting";

export type Held<T> = (evidence: Evidence | undefined, key: string, make: () => T) => T;

/** What lies around an alert is planned for its own services and for those on the path of a trace: two keys take turns. */
const usual = 4;

/** The last few values, each by the `key` that tells all it was made of. */
export function keeping<T>(most: number = usual): (key: string, make: () => T) => T {
  const kept = new Map<string, { readonly value: T }>();
  return (key, make) => {
    const made = kept.get(key) ?? { value: make() };
    kept.delete(key);
    kept.set(key, made);
    const oldest = kept.keys().next();
    if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    return made.value;
  };
}

/** The same for each evidence; without evidence a value is made each time. */
export function holding<T>(): Held<T> {
  const held = new WeakMap<Evidence, ReturnType<typeof keeping<T>>>();
  return (evidence, key, make) => {
    if (!evidence) return make();
    const keep = held.get(evidence) ?? keeping<T>();
    held.set(evidence, keep);
    return keep(key, make);
  };
}

/** Made once for each object that alone tells what is made; forgotten with it. */
export function onceFor<Of extends object, T>(make: (of: Of) => T): (of: Of) => T {
  const made = new WeakMap<Of, { readonly value: T }>();
  return (of) => {
    const kept = made.get(of) ?? { value: make(of) };
    made.set(of, kept);
    return kept.value;
  };
}

/** Worked out once a plan, in however many places it is asked for: the facts are those of one plan, and stay as they are. */
export function oncePerPlan<T>(
  make: (facts: Facts, upstream: UpstreamSetting) => T,
): (facts: Facts, upstream: UpstreamSetting) => T {
  const made = onceFor((facts: Facts) => onceFor((upstream: UpstreamSetting) => make(facts, upstream)));
  return (facts, upstream) => made(facts)(upstream);
}
