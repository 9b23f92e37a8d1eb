/** A configured backend, credentials resolved: what a client needs to call it. Never leaves the server. */
import type { UpstreamKind } from "@/lib/setting";

export type UpstreamConfig = {
  /** `<environment>/<name>`, as in its setting. */
  readonly id: string;
  readonly kind: UpstreamKind;
  readonly name: string;
  /** With path prefix, without trailing slash. */
  readonly url: string;
  /** Authorization and whatever else is configured; secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** `X-Scope-OrgID` values; several are joined with `|`. */
  readonly tenants: readonly string[];
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
  readonly timeoutMs: number;
  /** Calls at once. */
  readonly concurrency: number;
  /** Decoded bytes of one answer. */
  readonly maxBytes: number;
  /** Questions put to it in one investigation. */
  readonly maxQuestions: number;
};
