/** Go's regular expressions as TraceQL uses them: the whole text has to match, and a dot is any sign. */

/** Undefined where it is none. Leading flags `(?i)` are understood; what only Go knows (`\C`, `\pN` in short) is not. */
export function patternOf(text: string): RegExp | undefined {
  const [whole = "", flags = ""] = /^\(\?([imsU]+)\)/.exec(text) ?? [];
  const body = text
    .slice(whole.length)
    .replaceAll("(?P<", "(?<")
    .replaceAll(/\\([Az])/g, (_, end: string) => (end === "A" ? "^" : "$"));
  try {
    return new RegExp(`^(?:${body})$`, `s${flags.includes("i") ? "i" : ""}${flags.includes("m") ? "m" : ""}`);
  } catch {
    return undefined; // the caller says so in Tempo's words
  }
}
