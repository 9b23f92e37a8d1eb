/** The lines of an investigation -> the value of one field in them, for a link to somewhere else. Pure. */
import { answersOf, type Evidence } from "@/lib/evidence";
import { lineLabels } from "@/lib/signal/lines";

/** Lines are many and a link is one: no more of them are opened, and no longer ones. */
const mostLines = 500;
const longest = 20_000;
const longestValue = 200;

const plain = (value: unknown): string | null => {
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  return text !== "" && text.length <= longestValue ? text : null;
};

/** `a.b` is the field `a.b`, else `b` of the object `a`. */
function within(value: unknown, path: string): string | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map(Object.entries(value));
  const dot = path.indexOf(".");
  return plain(fields.get(path)) ?? (dot > 0 ? within(fields.get(path.slice(0, dot)), path.slice(dot + 1)) : null);
}

function fieldOf(text: string, path: string): string | null {
  // Most lines hold no such name: they are not parsed.
  const last = path.slice(path.lastIndexOf(".") + 1);
  if (text.length > longest || !text.includes(last)) return null;
  if (!text.startsWith("{")) {
    const [, quoted, bare] =
      new RegExp(`(?:^|\\s)${path.replace(/\W/g, "\\$&")}=(?:"([^"]*)"|(\\S+))`).exec(text) ?? [];
    return plain(quoted ?? bare);
  }
  try {
    return within(JSON.parse(text), path);
  } catch {
    return null;
  }
}

/** Of the lines with the id first, then those around; errors before others. null = none carries it. */
export function lineField(evidence: readonly Evidence[], path: string): string | null {
  const all = answersOf(evidence, "lines");
  let left = mostLines;
  for (const kind of ["lines-of-id", "lines-around"] as const)
    for (const isError of [true, false])
      for (const { question, answer } of all) {
        if (question.purpose.kind !== kind) continue;
        const { lines } = answer;
        for (let row = 0; row < lines.text.length && left > 0; row += 1) {
          const level = lines.level[row];
          if ((level === "error" || level === "fatal") !== isError) continue;
          left -= 1;
          const value = fieldOf(lines.text[row] ?? "", path) ?? plain(lineLabels(lines, row)[path]);
          if (value !== null) return value;
        }
      }
  return null;
}
