/** The body of a refusal -> what the server said, fit for a page: one line, bounded, no control characters, no secrets. */
import "server-only";
import type { UpstreamConfig } from "@/lib/config/upstream-config";

const longest = 400;

export type ServerWords = {
  readonly said: string;
  /** Prometheus' `errorType`. */
  readonly type: string | null;
  /** false: HTML or nothing, so a proxy spoke and not the backend. */
  readonly own: boolean;
};

/** One line of printable text; bidirectional controls would let a server rewrite the words around its own. */
export function cleanText(text: string, limit = longest): string {
  const line = text
    .slice(0, limit * 8)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\p{Cf}/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

export const looksLikeHtml = (text: string): boolean => /^\s*<(?:!doctype|html|head|body|\?xml|!--)/i.test(text);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Prometheus' envelope, Alertmanager's bare string or {code,message}, Grafana's {message}, Jaeger's two forms. */
function fromJson(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return undefined;
  const nested = isRecord(value.error) ? textOf(value.error.message) : textOf(value.error);
  const first: unknown = Array.isArray(value.errors) ? value.errors[0] : undefined;
  return nested ?? textOf(value.message) ?? (isRecord(first) ? textOf(first.msg) : undefined);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // text/plain that merely starts like JSON
  }
}

/** Loki's pipeline errors carry labels and the parsed values of a log line: nothing behind the words is shown. */
const withoutLines = (text: string): string => {
  const at = text.search(/pipeline error/i);
  return at < 0 ? text : `${text.slice(0, at)}pipeline error (details hold log content and are not shown)`;
};

/** Every credential of the configuration, as it could come back in an echo. */
function secretsOf({ headers, url }: UpstreamConfig): string[] {
  const out: string[] = [];
  const { username, password } = URL.canParse(url) ? new URL(url) : { username: "", password: "" };
  out.push(password, username && password ? `${username}:${password}` : "");
  for (const value of Object.values(headers)) {
    const token = value.replace(/^(?:Bearer|Basic|Token)\s+/i, "");
    out.push(value, token);
    if (/^Basic\s/i.test(value)) {
      const pair = Buffer.from(token, "base64").toString();
      out.push(pair, pair.slice(pair.indexOf(":") + 1));
    }
  }
  return out.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
}

/** Replaces every configured credential by `•••`. */
export const withoutSecrets = (text: string, config: UpstreamConfig): string =>
  secretsOf(config).reduce((out, secret) => out.replaceAll(secret, "•••"), text);

/** Looks at the body before parsing: content types lie (Jaeger sends JSON as text/plain, proxies HTML as anything). */
export function serverWords(body: string, config: UpstreamConfig): ServerWords {
  const text = body.trim();
  if (text === "") return { said: "", type: null, own: false };
  if (looksLikeHtml(text)) {
    const title = /<title[^>]*>([^<]*)</i.exec(text)?.[1] ?? "";
    return { said: cleanText(withoutSecrets(title, config), 120), type: null, own: false };
  }
  const json = /^[{["]/.test(text) ? parsed(text) : undefined;
  const type = isRecord(json) ? (textOf(json.errorType) ?? null) : null;
  const said = fromJson(json) ?? text;
  return { said: cleanText(withoutSecrets(withoutLines(said), config)), type, own: true };
}
