/** A line whose message is JSON again, as runtimes and shippers wrap it. */
type Fields = Readonly<Record<string, unknown>>;

/** In this order; the last is how Docker names what a container wrote. */
export const messageKeys = ["msg", "message", "body", "event", "error", "log"] as const;
const deepest = 3;

const objectOf = (text: string): Fields | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
};

/** `{"log":"{\"msg\":\"no\",\"user\":7}","stream":"stderr"}` -> msg, user and stream: three deep at most. */
export function unwrapped(fields: Fields): Fields {
  let whole = fields;
  for (let depth = 0; depth < deepest; depth += 1) {
    const key = messageKeys.find((one) => typeof whole[one] === "string" && /^\s*\{/.test(String(whole[one])));
    const inner = key === undefined ? null : objectOf(String(whole[key]));
    if (key === undefined || inner === null) return whole;
    const { [key]: _, ...around } = whole;
    whole = { ...around, ...inner };
  }
  return whole;
}
