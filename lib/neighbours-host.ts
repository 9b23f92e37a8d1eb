/** An address a client calls -> the service behind it, as far as its name tells. Pure. */
import type { Service } from "@/lib/signal/service";

/** Names that only a cluster or a private network resolves. Source: Kubernetes, Consul, RFC 6762, RFC 9476 and custom. */
const inner = /\.(?:svc|svc\.cluster\.local|cluster\.local|internal|local|localdomain|lan|consul|private)$/;

/** `payment.shop.svc:8080`, `dns:///payment:443`; null = an address that names nobody. `outside`: a public host. */
export function hostOf(address: string): { readonly service: Service; readonly outside: boolean } | null {
  if (/^unix:/i.test(address)) return null;
  const host = address
    .replace(/^[a-z][a-z0-9+.-]*:\/+/i, "")
    .replace(/[/?#].*$/, "")
    .replace(/:\d*$/, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (host === "" || host === "localhost" || /^[\d.]+$/.test(host) || host.includes(":") || host.includes("["))
    return null;
  const first = host.split(".")[0] ?? host;
  const outside = host.includes(".") && !inner.test(host);
  return { service: { name: outside ? host : first, namespace: null }, outside };
}
