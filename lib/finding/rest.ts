/** The series that are not shown, in words. */
import type { Movement } from "@/lib/finding/finding";
import { list, nounOf } from "@/lib/finding/words";

export const nameOf = ({ role, title }: Pick<Movement, "role" | "title">): string =>
  role === "error-ratio" ? "error ratio" : nounOf(role, title);

/** `2 more changed: …; 12 other series quiet: gateway p99 latency, cart error ratio and 10 others`. "" for none. */
export function restInWords(rest: readonly Pick<Movement, "service" | "role" | "title" | "verdict">[]): string {
  const say = (verdict: Movement["verdict"], head: string): string[] => {
    const own = rest.filter((each) => each.verdict === verdict);
    const names = own.map((each) => [each.service?.name, nameOf(each)].filter(Boolean).join(" "));
    return own.length === 0 ? [] : [`${own.length} ${head}: ${list(names)}`];
  };
  return [
    ...say("changed", "more changed"),
    ...say("quiet", "other series quiet"),
    ...say("too-few", "with too few samples"),
  ].join("; ");
}
