/** What was made of one signal of one world, and how that compares with what its drawing expects. */
import type { Investigated } from "@/test/worlds/investigated";
import type { Placed } from "@/test/worlds/placed";

/** `wrong`: a decoy or another service was used, a number is not the drawn one, or nothing is said at all. */
export type Cell = { readonly verdict: "found" | "gap" | "wrong"; readonly words: string };

export type Judged = { readonly placed: Placed; readonly seen: Investigated };

export const found = (words: string): Cell => ({ verdict: "found", words });
export const gap = (words: string): Cell => ({ verdict: "gap", words });
export const wrong = (words: string): Cell => ({ verdict: "wrong", words });

/** The service under test by the drawing's word for it: `bank/ledger`, or `ledger` where spans tell no namespace. */
export const isUnderTest = (
  { drawing }: Placed,
  service: { readonly name: string; readonly namespace: string | null } | null,
): boolean => {
  const [first = "", second] = drawing.service.split("/");
  const [namespace, name] = second === undefined ? [null, first] : [first, second];
  if (service === null || service.name !== name) return false;
  return namespace === null || service.namespace === null || service.namespace === namespace;
};
