/** Bytes -> lines of the stream, one batch for each network chunk. A line may span any number of chunks. */
import type { StreamLine } from "@/lib/stream/lines";

export type Batch = {
  readonly lines: readonly StreamLine[] /** Lines that were no JSON object with a type. */;
  readonly unreadable: number;
};

/**
 * Feeds text in, gets whole lines out. Pieces of a line under way are kept in a list: a line of many megabytes arrives in
 * hundreds of chunks, and joining at each would copy it as often.
 */
export function lineReader(): { readonly push: (text: string) => Batch; readonly rest: () => Batch } {
  let pieces: string[] = [];
  const read = (texts: readonly string[]): Batch => {
    const lines: StreamLine[] = [];
    let unreadable = 0;
    for (const text of texts) {
      if (text.trim() === "") continue;
      const line = parseLine(text);
      if (line) lines.push(line);
      else unreadable += 1;
    }
    return { lines, unreadable };
  };
  return {
    push: (text) => {
      const parts = text.split("\n");
      const last = parts.pop() ?? "";
      if (parts.length === 0) {
        pieces.push(last);
        return { lines: [], unreadable: 0 };
      }
      const first = pieces.join("") + (parts[0] ?? "");
      pieces = [last];
      return read([first, ...parts.slice(1)]);
    },
    rest: () => {
      const text = pieces.join("");
      pieces = [];
      return read([text]);
    },
  };
}

function parseLine(text: string): StreamLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The server validates what it writes; here only the tag is looked at, and `reduce` skips tags it does not know. */
const isLine = (value: unknown): value is StreamLine =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
