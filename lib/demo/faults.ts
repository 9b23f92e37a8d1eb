/** What can be wrong with one of the demo's backends, on demand: named in one word, played on an answer. */

export type UpstreamFault =
  | { readonly kind: "latency"; readonly ms: number }
  /** The connection is reset before the first byte: one listener serves all, so its port cannot be closed for one. */
  | { readonly kind: "reset" }
  | { readonly kind: "status"; readonly status: FaultStatus }
  /** The head promises all, the body ends half way. */
  | { readonly kind: "cut" }
  /** 200, and the page of a login in place of the answer. */
  | { readonly kind: "wrong-content" }
  | { readonly kind: "hang" };

const statuses = [401, 429, 500, 502] as const;
type FaultStatus = (typeof statuses)[number];

/** What a switchboard offers, in the words of `parseFault`, each with what it does. */
export const faultChoices: readonly (readonly [text: string, what: string])[] = [
  ["reset", "dead: connections are reset"],
  ["hang", "hangs: no answer ever"],
  ["latency=3000", "slow: three seconds more"],
  ["401", "401: credentials refused"],
  ["429", "429: too many requests"],
  ["500", "500: internal error"],
  ["502", "502: a proxy's HTML page"],
  ["cut", "cut: answers end half way"],
  ["wrong-content", "200 with a login page"],
];

/** `latency=<ms>` (at most ten minutes), `401`, `429`, `500`, `502`, `reset`, `cut`, `wrong-content`, `hang`;
 * anything else is undefined. */
export function parseFault(text: string): UpstreamFault | undefined {
  const ms = /^latency=(\d{1,6})$/.exec(text)?.[1];
  if (ms !== undefined) return Number(ms) <= 600_000 ? { kind: "latency", ms: Number(ms) } : undefined;
  const status = statuses.find((each) => `${each}` === text);
  if (status !== undefined) return { kind: "status", status };
  return text === "reset" || text === "cut" || text === "wrong-content" || text === "hang" ? { kind: text } : undefined;
}

export function printFault(fault: UpstreamFault): string {
  if (fault.kind === "latency") return `latency=${fault.ms}`;
  return fault.kind === "status" ? `${fault.status}` : fault.kind;
}

const html = (status: number, title: string): Response =>
  new Response(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
    { status, headers: { "content-type": "text/html" } },
  );
const plain = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });

/** The answer in place of the backend's own, for the faults that are one. */
export function answerOf(fault: UpstreamFault): Response | null {
  if (fault.kind === "wrong-content") return html(200, "Sign in");
  if (fault.kind !== "status") return null;
  switch (fault.status) {
    case 401:
      return plain(401, "Unauthorized\n", { "www-authenticate": 'Basic realm="demo"' });
    case 429:
      return plain(429, "too many outstanding requests", { "retry-after": "2" });
    case 500:
      return plain(500, "internal server error\n");
    case 502:
      return html(502, "502 Bad Gateway");
  }
}
