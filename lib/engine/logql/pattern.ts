/** `<ip> - <_> "<method> <path>"`: captures between literal texts, of the parser and of the `|>` filter. */
import { refuse } from "@/lib/engine/logql/refusal";

type Part = { readonly capture: string } | { readonly literal: string };

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let at = 0; at < pattern.length; ) {
    const capture = /^<([A-Za-z_]\w*)>/.exec(pattern.slice(at));
    if (capture) {
      if (literal !== "") parts.push({ literal });
      literal = "";
      parts.push({ capture: capture[1] ?? "_" });
      at += capture[0].length;
    } else {
      literal += pattern[at];
      at += 1;
    }
  }
  return literal === "" ? parts : [...parts, { literal }];
}

const printed = (part: Part): string => ("capture" in part ? `<${part.capture}>` : part.literal);

function checkNeighbours(parts: readonly Part[]): void {
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (next && "capture" in part && "capture" in next)
      refuse(`found consecutive capture '${printed(part)}${printed(next)}': invalid expression`);
  }
}

/** Text -> what was captured, by name, in order. A capture that finds no end takes the rest. */
export function patternParser(pattern: string): (text: string) => [name: string, value: string][] {
  const parts = partsOf(pattern);
  const names = parts.flatMap((part) => ("capture" in part && part.capture !== "_" ? [part.capture] : []));
  if (names.length === 0) refuse("at least one capture is required");
  checkNeighbours(parts);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) refuse(`duplicate capture name (${twice}): invalid expression`);
  return (text) => {
    const found: [string, string][] = [];
    let at = 0;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i];
      if (part === undefined || text === "") return found;
      if ("literal" in part) {
        // Only the first: the others are found together with the capture before them.
        if (!text.startsWith(part.literal)) return found;
        at = part.literal.length;
        continue;
      }
      const next = parts[i + 1];
      const end = next && "literal" in next ? text.indexOf(next.literal, at) : -1;
      if (part.capture !== "_") found.push([part.capture, end === -1 ? text.slice(at) : text.slice(at, end)]);
      if (end === -1 || !next || !("literal" in next)) return found;
      at = end + next.literal.length;
      i += 1;
    }
    return found;
  };
}

/** Whether a whole line is of this shape; every `<_>` holds at least one sign. */
export function patternFilter(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern);
  checkNeighbours(parts);
  const named = parts.find((part) => "capture" in part && part.capture !== "_");
  if (named) refuse(`named captures are not allowed: found '${printed(named)}'`);
  const last = parts.at(-1);
  return (text) => {
    if (text === "" || last === undefined) return text === "" && last === undefined;
    let at = 0;
    for (const [i, part] of parts.entries()) {
      if (!("literal" in part)) continue;
      const found = text.indexOf(part.literal, at);
      if (found === -1 || (i !== 0 && found === at)) return false;
      at = found + part.literal.length;
    }
    return "capture" in last === (at !== text.length);
  };
}
