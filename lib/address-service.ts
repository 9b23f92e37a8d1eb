/**
 * The service that the reader looks at in place of those inferred, as an address carries it, and back: `payment`,
 * `shop/payment`. Pure; also runs in the browser. `printAddressService` is `serviceKey`.
 */
import type { Service } from "@/lib/signal/service";

/** Characters: what Kubernetes lets a namespace and a name be, twice over. */
export const longestService = 200;

export type ReadService =
  | { readonly ok: true; readonly service: Service }
  /** "expected …", to be read behind the name of the field. */
  | { readonly ok: false; readonly error: string };

/** Any name that could be a service's: queries and pages escape it. Blanks around it are a slip of the hand. */
export function parseAddressService(text: string): ReadService {
  if (text.length > longestService) return { ok: false, error: `expected at most ${longestService} characters` };
  const parts = text.trim().split("/");
  const name = parts.at(-1) ?? "";
  const namespace = parts.length > 1 ? (parts[0] ?? "") : null;
  if (parts.length > 2 || name === "" || namespace === "" || /[\p{Cc}\p{Cf}]/u.test(text))
    return { ok: false, error: "expected a service such as payment or shop/payment" };
  return { ok: true, service: { name, namespace } };
}
