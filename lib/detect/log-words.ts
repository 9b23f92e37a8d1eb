/**
 * A log line -> the words of its message, with what looks like a value masked: numbers, ids, addresses, times, quoted
 * texts. Of a line of fields (JSON, logfmt) only message and error count: the rest is values. Pure.
 */

/** Characters that are read, and words that are kept: a pattern is a sentence, no dump. */
const mostRead = 2_000;
const mostWords = 40;

const mask = "<_>";
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const messageKeys = ["msg", "message", "body", "event"];
const errorKeys = ["error", "err", "exception", "error.message"];
const units =
  /^(?:ns|µs|us|ms|s|sec|secs|seconds?|m|min|minutes?|h|b|kb|mb|gb|bytes?|kib|mib|gib|items?|rows?|%)[,.;:)]*$/i;

function textOf(fields: ReadonlyMap<string, string>): string | undefined {
  const first = (keys: readonly string[]): string | undefined => {
    const key = keys.find((one) => (fields.get(one) ?? "") !== "");
    return key === undefined ? undefined : fields.get(key);
  };
  const [said, error] = [first(messageKeys), first(errorKeys)];
  if (said === undefined && error === undefined) return undefined;
  return [said, error].filter((part) => part !== undefined).join(" ");
}

function ofJson(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return undefined;
    const texts = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string");
    return textOf(new Map(texts));
  } catch {
    return undefined;
  }
}

const field = /(?:^|\s)(msg|message|event|body|error|err|exception)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;
/** Two fields at least, of which one leads the line: `amount=3` within a sentence makes no logfmt. */
function ofLogfmt(line: string): string | undefined {
  if (!/^[A-Za-z_][\w.-]*=(?:"|\S)/.test(line)) return undefined;
  return textOf(new Map([...line.matchAll(field)].map(([, key = "", quoted, bare = ""]) => [key, quoted ?? bare])));
}

/** `order=1033,` -> `order=<_>,`; words without a digit stay, unless they are long hexadecimal. */
function masked(word: string, next: string): string {
  if (word.length > 60) return mask;
  if (/^[45]\d\d[,;:.]?$/.test(word) && !units.test(next)) return word;
  if (!/\d/.test(word)) return word;
  return (
    word
      .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, mask)
      .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, mask)
      // Letters around a number are part of what is varied (`u161`, `pod-7d9f8-x2kp`), a unit behind it is not.
      .replace(/[A-Za-z]*\d[\w]*(?:[.:\-/]\d[\w]*)*/g, (part) => {
        const [, unit = ""] = /^\d[\d.,:]*(ns|µs|us|ms|s|m|h|kb|mb|gb|b|%)$/i.exec(part) ?? [];
        return `${mask}${unit}`;
      })
  );
}

/** Never empty. */
export function logWords(text: string): readonly string[] {
  const plain = text
    .slice(0, mostRead * 4)
    .replace(colours, "")
    .trimStart();
  const message = (ofJson(plain.trimEnd()) ?? ofLogfmt(plain) ?? plain).slice(0, mostRead);
  const [line = ""] = message.split(/[\r\n]/, 1);
  // A quoted text is a value whatever stands in it.
  const words = line
    .replace(/"[^"]*"|'[^' ][^']*'/g, mask)
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, mostWords);
  if (words.length === 0) return [""];
  return words.map((word, at) => masked(word, words[at + 1] ?? ""));
}
