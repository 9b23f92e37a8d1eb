/**
 * What the reader says a service is called in one signal, as an address carries it, and back:
 * `metrics:shop/payment:job=shop/payment-v2,namespace=shop`. Pure; also runs in the browser.
 */
import { anchored } from "@/lib/identity/mapped";
import type { MappingSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";

/** An address is to be pasted into a chat: no more of them, none longer (characters), no selector wider. */
export const mostMappings = 8;
export const longestMapping = 600;
const mostMatchers = 8;

// What separates, and what could be taken for a part of an operator. Never an escape by hand: the URL's own come on top.
const escaped = (text: string): string =>
  text.replace(/[%:,=!~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const printAddressMapping = ({
  service,
  signal,
  matchers,
}: Pick<MappingSetting, "service" | "signal" | "matchers">): string =>
  `${signal}:${escaped(service)}:${matchers.map(({ label, op, value }) => `${escaped(label)}${op}${escaped(value)}`).join(",")}`;

export type ReadMapping =
  | { readonly ok: true; readonly mapping: MappingSetting }
  /** "expected …", to be read behind the name of the field. */
  | { readonly ok: false; readonly error: string };

const wrong = (error: string): ReadMapping => ({ ok: false, error });

function matcherOf(text: string): Matcher | undefined {
  const [, before = "", op, after = ""] = /^([^=!~]*)(=~|!~|!=|=)([^=!~]*)$/s.exec(text) ?? [];
  const [label, value] = [unescaped(before), unescaped(after)];
  if (!label || value === undefined) return undefined;
  return op === "=" || op === "!=" || op === "=~" || op === "!~" ? { label, op, value } : undefined;
}

/** Strict: what an address says wrongly is named, never guessed. */
export function parseAddressMapping(text: string): ReadMapping {
  if (text.length > longestMapping) return wrong(`expected at most ${longestMapping} characters`);
  const [signal, name, selector, ...more] = text.split(":");
  if (signal !== "metrics" && signal !== "lines") return wrong("expected metrics: or lines: in front");
  const service = unescaped(name ?? "");
  if (!service || !selector || more.length > 0)
    return wrong(`expected ${signal}:<service>:<label>=<value>, with a colon in a name written %3A`);
  const matchers = selector.split(",").map(matcherOf);
  const read = matchers.flatMap((matcher) => matcher ?? []);
  if (read.length < matchers.length) return wrong("expected <label>=<value>, several of them with commas between");
  if (read.length > mostMatchers) return wrong(`expected at most ${mostMatchers} labels`);
  // Loki refuses a selector that every stream may match, and a mapping of everything maps nothing.
  if (!read.some(({ op, value }) => (op === "=" || op === "=~") && value !== ""))
    return wrong("expected one label with = or =~ and a value");
  // One that no server can read would fail the question of all services.
  if (read.some(({ op, value }) => op.endsWith("~") && anchored(value) === null))
    return wrong("expected a regular expression behind =~ and !~");
  if (signal === "lines" && !read.every(({ label }) => /^[A-Za-z_]\w*$/.test(label)))
    return wrong("expected the name of a stream label: letters, digits and underscores");
  return { ok: true, mapping: { service, signal, matchers: read, by: "reader" } };
}
