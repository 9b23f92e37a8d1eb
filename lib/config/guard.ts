/** Who may ask: decisions over a request's headers, and the headers of every answer. Pure; proxy.ts applies them. */
import "server-only";
import type { Listen } from "@/lib/config/derive";

/** An answer in place of the page. `field` is the header that is to blame. */
export type Refusal = { readonly status: 400 | 403 | 421; readonly error: string; readonly field: string };

export type Asked = {
  readonly path: string;
  /** Header by lower-case name; null where absent. */
  readonly header: (name: string) => string | null;
};

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);
const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
/** Host and port of a `Host` header; a port that is the scheme's own falls away. */
const parseHost = (host: string, scheme = "http:"): URL | undefined =>
  /^[\w.:[\]-]+$/.test(host) && URL.canParse(`${scheme}//${host}`) ? new URL(`${scheme}//${host}`) : undefined;

/** Against DNS rebinding: a page of another name that resolves to this server must not be answered. */
function refuseHost(host: string | null, listen: Listen): Refusal | null {
  const url = host === null ? undefined : parseHost(host.toLowerCase());
  if (!url) return { status: 400, field: "Host", error: "The Host header is missing or unreadable." };
  const own = bracketed(listen.host.toLowerCase());
  // Names of this machine are let in only where this machine alone can connect.
  if (loopback.has(own) && loopback.has(url.hostname)) return null;
  // An address that was asked to listen on cannot be another's name; 0.0.0.0 and [::] are no address to call.
  if (url.hostname === own && own !== "0.0.0.0" && own !== "[::]") return null;
  const allowed = listen.allowedHosts.some((name) => name === url.hostname || parseHost(name)?.host === url.host);
  if (allowed) return null;
  const error = `This server does not answer to ${JSON.stringify(url.hostname)}. Add it to listen.allowed_hosts.`;
  return { status: 421, field: "Host", error };
}

/** Cross-site requests to the API: a browser says who asks; curl and bots say nothing and are let in. */
function refuseOrigin({ path, header }: Asked, host: string, listen: Listen): Refusal | null {
  if (path !== "/api" && !path.startsWith("/api/")) return null;
  const site = header("sec-fetch-site");
  // Another port of localhost is "same-site" and still another program, so only the page itself may ask.
  if (site !== null && site !== "same-origin" && site !== "none")
    return { status: 403, field: "Sec-Fetch-Site", error: "Requests from other sites are refused." };
  const origin = header("origin");
  if (origin === null || origin === listen.publicUrl) return null;
  const asking = URL.canParse(origin) ? new URL(origin) : undefined;
  if (asking && asking.host !== "" && asking.host === parseHost(host.toLowerCase(), asking.protocol)?.host) return null;
  return { status: 403, field: "Origin", error: "Requests from other origins are refused." };
}

/** Why this request is not answered, or null. */
export function refuse(asked: Asked, listen: Listen): Refusal | null {
  const host = asked.header("host");
  // A probe calls by whatever address the machine has, and learns a version and two counts.
  const refusedHost = asked.path === "/api/health" ? null : refuseHost(host, listen);
  return refusedHost ?? refuseOrigin(asked, host ?? "", listen);
}

/** `strict-dynamic` lets Next's own scripts, which carry the nonce, load the rest. Inline styles are React's `style`
 * attributes. In development React needs `eval` for its stacks. */
export const contentSecurityPolicy = (nonce: string, development: boolean): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/** On every answer. Ids stand in URLs, hence the referrer policy. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
