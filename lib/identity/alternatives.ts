/** Words -> one expression that matches these and nothing else, as short as their common beginnings allow. */
import { escapedRegex } from "@/lib/query/promql";

type Node = { readonly next: Map<string, Node>; isEnd: boolean };
const emptyNode = (): Node => ({ next: new Map(), isEnd: false });

/** A node a character: a name of four kilobytes, which anyone may send, would be as deep. It is spelt as it is. */
const deepest = 200;

/**
 * `pay`, `payment`, `order` -> `order|pay(?:ment)?`, in RE2 and JavaScript; put it into a group before anything else follows.
 * Sixty services in thirty selectors are 60 kB one by one. `print` spells a character, itself unless told. None match nothing.
 */
export function alternatives(words: readonly string[], print: (sign: string) => string = escapedRegex): string {
  if (words.length === 0) return "a^";
  const root = emptyNode();
  const long = [...new Set(words.filter((word) => word.length > deepest))].sort();
  for (const word of [...new Set(words.filter(({ length }) => length <= deepest))].sort()) {
    let node = root;
    for (const sign of word) {
      const next = node.next.get(sign) ?? emptyNode();
      node.next.set(sign, next);
      node = next;
    }
    node.isEnd = true;
  }
  return [...branches(root, print), ...long.map((word) => [...word].map(print).join(""))].join("|");
}

const branches = (node: Node, print: (sign: string) => string): string[] =>
  [...node.next].map(([sign, next]) => {
    const rest = branches(next, print);
    const [only = ""] = rest;
    if (rest.length === 0) return print(sign);
    return `${print(sign)}${next.isEnd ? `(?:${rest.join("|")})?` : rest.length === 1 ? only : `(?:${rest.join("|")})`}`;
  });
