/** Reads a case file: `input => expected`, one a line; `#` begins a comment, `\n`, `\t`, `\r`, `\uXXXX` and `\\` are escapes. */
import { readFileSync } from "node:fs";

export type Case = { readonly input: string; readonly expected: string; readonly at: string };

const plain = (text: string): string =>
  text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_, code: string | undefined, sign: string) => {
    if (code) return String.fromCharCode(Number.parseInt(code, 16));
    return { n: "\n", t: "\t", r: "\r" }[sign] ?? sign;
  });

/** The cases of one file beside this one; the last ` => ` of a line divides it. A line without one is an error. */
export function casesOf(file: string, read: "escaped" | "verbatim" = "verbatim"): Case[] {
  const lines = readFileSync(new URL(file, import.meta.url), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "" || line.startsWith("# ")) return [];
    const middle = line.lastIndexOf(" => ");
    if (middle === -1) throw new Error(`${file}:${index + 1} holds no " => "`);
    const input = line.slice(0, middle);
    const expected = line.slice(middle + 4);
    return [{ input: read === "escaped" ? plain(input) : input, expected, at: `${file}:${index + 1}` }];
  });
}
