/**
 * What must exist once in the process. Next loads the same module several times (instrumentation, route handlers,
 * reloads in development); connection pools and memories of overload would multiply with it.
 */
import "server-only";
import type { Agent } from "undici";
import type { DecodePool } from "@/lib/upstream/decode-pool";
import type { Health } from "@/lib/upstream/health";

type Shared = {
  readonly agents: Map<string, Agent>;
  readonly healths: Map<string, Health>;
  readonly decoders: Map<string, DecodePool>;
};

declare global {
  var throughlineUpstreams: Shared | undefined;
}

export function shared(): Shared {
  globalThis.throughlineUpstreams ??= { agents: new Map(), healths: new Map(), decoders: new Map() };
  return globalThis.throughlineUpstreams;
}

/** The one value under `key`, made at first use. */
export function once<T>(held: Map<string, T>, key: string, make: () => T): T {
  const there = held.get(key);
  if (there !== undefined) return there;
  const made = make();
  held.set(key, made);
  return made;
}
