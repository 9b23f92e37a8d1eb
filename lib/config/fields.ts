/** The kinds of value a person writes in the file, as zod schemas. Every message is the end of a sentence that begins
 * with the field's path and value, and none repeats the value. */
import "server-only";
import { z } from "zod";
import { parseSelector } from "@/lib/config/matchers";
import { unknownKey } from "@/lib/config/problems";
import { nearest } from "@/lib/signal/nearest";

/** A map with these keys and no others; a typo is answered with the nearest key (one line a key, see problems.ts). */
export const strict = <Shape extends z.core.$ZodLooseShape>(shape: Shape, what: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, Object.keys(shape))).join("\n")
        : `expected ${what}: a map with the keys ${Object.keys(shape).join(", ")}`,
  });

const isPlain = (input: unknown): boolean => typeof input === "number" || typeof input === "boolean";

/** A text that is not empty. YAML takes 12345 and no for a number and a boolean: those are asked for in quotes. */
export const text = (what: string) =>
  z
    .string({ error: ({ input }) => `expected ${what}${isPlain(input) ? ", in quotes" : ""}` })
    .min(1, { error: `expected ${what}, not an empty text`, abort: true });

export const listOf = <Item extends z.core.SomeType>(item: Item, what: string) =>
  z.array(item, { error: `expected a list of ${what}` });

/** One of `words`; the nearest is offered. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, {
    error: ({ input }) => {
      const meant = typeof input === "string" ? nearest(input, words) : undefined;
      return `expected one of ${words.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    },
  });

/** A text that `read` turns into something else, or into undefined: then `expected` is said. */
const read = <Value>(expected: string, reading: (written: string) => Value | undefined) =>
  z.string({ error: `expected ${expected}` }).transform((written, context): Value => {
    const value = reading(written);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: `expected ${expected}` });
    return z.NEVER;
  });

/** A number with a unit; `factors` by lower-case unit. */
function measure(written: string, factors: Readonly<Record<string, number>>): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(written.trim());
  const factor = Object.hasOwn(factors, (parts?.[2] ?? "").toLowerCase())
    ? factors[(parts?.[2] ?? "").toLowerCase()]
    : undefined;
  const value = Math.round(Number(parts?.[1]) * (factor ?? 0));
  return value > 0 && Number.isSafeInteger(value) ? value : undefined;
}

/** `500ms`, `10s`, `2m`, `1h` -> ms, at most `max`. */
export const duration = (max: string) => {
  const factors = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };
  const limit = measure(max, factors) ?? 0;
  return read(`a duration such as 500ms, 10s or 2m, at most ${max}`, (written) => {
    const value = measure(written, factors);
    return value !== undefined && value <= limit ? value : undefined;
  });
};

/** `50MB` (10^6), `50MiB` (2^20) -> bytes. */
export const bytes = read("a size such as 50MB, 50MiB or 5GB", (written) =>
  measure(written, {
    b: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
    tib: 2 ** 40,
  }),
);

/** A whole number; as text too, because `${PORT}` is one. */
export const count = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error });
};

/** A name that stands in URLs and ids: `production`, `prometheus-eu`. */
export const slug = (what: string) =>
  text(what).regex(/^[A-Za-z0-9][\w.-]{0,62}$/, {
    error: `expected ${what} of letters, digits, dot, dash and underscore, beginning with a letter or digit`,
  });

const parseUrl = (written: string): URL | undefined => {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
};

/** An http(s) address with path prefix -> the same without trailing slash. User info belongs under `basic`. */
export const address = (example: string) =>
  text(`an address such as ${example}`).transform((written, context): string => {
    const fail = (message: string): string => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    const url = parseUrl(written.trim());
    if (!url) return fail(`expected an address such as ${example}, with http:// or https://`);
    if (url.username || url.password) return fail("holds a user name or password: put them under basic");
    if (url.search || url.hash) return fail("expected an address without ? and #");
    return url.href.replace(/\/+$/, "");
  });

/** An http(s) address of a host alone, -> its origin. */
export const origin = (example: string) =>
  address(example).refine((href) => new URL(href).pathname === "/", { error: "expected an address without a path" });

/** `throughline.example.com` or `…:8443`; without port, any port is meant. */
export const hostName = read("a host name, with or without port, such as throughline.example.com", (written) =>
  /^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/i.test(written) ? written.toLowerCase() : undefined,
);

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};
/** An IANA zone. Offsets are refused: they know no summer time. */
export const zone = read("an IANA time zone such as Europe/Berlin or UTC", (written) =>
  /^[A-Za-z]/.test(written) && isZone(written) ? written : undefined,
);

/** Loki's and Mimir's own rule for a tenant id: https://grafana.com/docs/mimir/latest/configure/about-tenant-ids/ */
export const tenant = text("a tenant id").regex(/^(?!\.{1,2}$)[\w!.*'()-]{1,150}$/, {
  error: "expected a tenant id: at most 150 letters, digits and !-_.*'(); several are several entries of the list",
});

/** A text that fits into an HTTP header. */
export const headerValue = text("a text or file:<path>").regex(/^[\t\x20-\x7e\x80-\xff]*$/, {
  error: "holds a line break or another character that no HTTP header can carry",
});

// Set by the client itself; a second value would break the connection or smuggle a request.
const reserved = new Set(["host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer"]);
export const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: "expected the name of an HTTP header" })
  .refine((name) => !reserved.has(name.toLowerCase()), { error: "this header is set by Throughline itself" });

/** PEM text, after `file:` was read. */
export const pem = text("file:<path> of a PEM file, or its text").refine((value) => value.includes("-----BEGIN "), {
  error: "expected PEM: file:<path> of a file that begins with -----BEGIN …",
});

/** `{job="payment"}` -> matchers. */
export const selector = text('a selector such as {job="payment"}').transform((written, context) => {
  const found = parseSelector(written);
  if (found.ok && found.rest === "") return found.matchers;
  context.addIssue({ code: "custom", message: found.ok ? "expected nothing behind the closing brace" : found.text });
  return z.NEVER;
});

/** A LogQL log query: kept as written once its stream selector is readable. */
export const logQuery = text('a LogQL query such as {job="deployer"}').superRefine((written, context) => {
  const found = parseSelector(written);
  if (!found.ok) context.addIssue({ code: "custom", message: found.text });
  else if (found.rest !== "" && !found.rest.startsWith("|") && !found.rest.startsWith("!"))
    context.addIssue({
      code: "custom",
      message: "expected a line filter or parser (|=, !=, | json …) behind the selector",
    });
});

const placeholders = ["id", "service", "from", "to"] as const;
/** `https://sentry.example/?query={id}` */
export const linkTemplate = text("an address such as https://sentry.example/?query={id}").superRefine(
  (written, context) => {
    const unknown = [...written.matchAll(/\{([^{}]*)\}/g)]
      .map(([, name]) => name ?? "")
      .filter((name) => !placeholders.some((known) => known === name) && !/^line\.[\w.-]+$/.test(name));
    const filled = written.replace(/\{[^{}]*\}/g, "x");
    const url = parseUrl(filled);
    if (!url) context.addIssue({ code: "custom", message: "expected an address with http:// or https://" });
    else if (url.username || url.password)
      context.addIssue({ code: "custom", message: "holds a user name or password" });
    for (const name of unknown)
      context.addIssue({
        code: "custom",
        message: `unknown placeholder {${name}}; known are {id}, {service}, {from}, {to}, {line.…}`,
      });
  },
);
