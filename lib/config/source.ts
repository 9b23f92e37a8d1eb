/** YAML text -> plain data and the line of every path. Never repeats the text of the file: it may hold a secret. */
import "server-only";
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Path, Problem } from "@/lib/config/problems";

export type Source = {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Line of a path, or of its nearest ancestor that the file holds. */
  readonly lineOf: (path: Path) => number | null;
};

// The library's own messages quote the text they stumble over, so each code has our words instead.
const words: Readonly<Record<string, string>> = {
  BAD_INDENT: "the indentation does not fit the lines above, or a ] or } is missing",
  BLOCK_AS_IMPLICIT_KEY: "a nested value stands where a plain value was expected; check indentation and quotes",
  DUPLICATE_KEY: "this key stands here a second time",
  MISSING_CHAR: "a quote, bracket, comma or colon is missing",
  MULTILINE_IMPLICIT_KEY: "a key must be on one line; is a colon missing?",
  MULTIPLE_DOCS: "only one document is read; remove what follows ---",
  TAB_AS_INDENT: "tabs cannot indent YAML; use spaces",
  BAD_ALIAS: "this alias (*name) has no anchor (&name) above it",
  TAG_RESOLVE_FAILED: "tags (!name) are not known here; a text beginning with ! needs quotes",
  BAD_SCALAR_START: "a text beginning with @ or ` needs quotes",
  BAD_DQ_ESCAPE: "this escape is not known in double quotes; single quotes take a backslash as it is",
};

/** Offset in the text at which the value of `path` (its key, in a map) begins; of its nearest ancestor where absent. */
function offsetOf(document: Document, path: Path): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!isPair(pair)) return offset;
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      node = node.items[part];
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

/** Reads one YAML 1.2 document; an empty file is an empty map. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  const lineAt = (offset: number | undefined): number | null => {
    const line = offset === undefined ? 0 : lines.linePos(offset).line;
    return line === 0 ? null : line;
  };
  const problems = [...document.errors, ...document.warnings].map(
    ({ code, pos }): Problem => ({
      path: "",
      line: lineAt(pos[0]),
      value: null,
      text: words[code] ?? "this cannot be read as YAML; check indentation, quotes and colons",
    }),
  );
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      problems.push({ path: "", line: lineAt(alias.range?.[0]), value: null, text: words.BAD_ALIAS ?? "" });
    },
  });
  const lineOf = (path: Path): number | null => lineAt(offsetOf(document, path));
  // A syntax error drags others behind it: one a line is enough.
  const first = problems.filter(({ line }, index) => problems.findIndex((other) => other.line === line) === index);
  if (first.length > 0) return { value: {}, problems: first, lineOf };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {}, problems, lineOf };
  } catch {
    return {
      value: {},
      problems: [{ path: "", line: null, value: null, text: "aliases (*name) are nested too deeply" }],
      lineOf,
    };
  }
}
