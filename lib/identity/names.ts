/** How one service's name is spelt elsewhere: `ns/name`, and `.`, `_`, `-` for one another. */

import type { Subject } from "@/lib/identity/subject";
import { escapedRegex } from "@/lib/query/promql";

const spelling = (name: string): string => name.split(/[-_.]/).map(escapedRegex).join("[-_.]");

/** RE2 that matches any of the names, with or without `namespace/` before it. Anchored by Prometheus and Loki themselves. */
export const nameRegex = (names: readonly string[]): string =>
  `(?:[^/]+/)?(?:${[...new Set(names.map(spelling))].sort().join("|")})`;

export type NameMatch = "namespaced" | "exact" | "respelt";
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]/g, "-");

/** How `value` names the service, or undefined: another namespace before the slash is another service. */
export function matchName({ service, kubernetesNamespace }: Subject, value: string): NameMatch | undefined {
  const slash = value.lastIndexOf("/");
  const prefix = slash < 0 ? null : value.slice(0, slash);
  const name = value.slice(slash + 1);
  if (plain(name) !== plain(service.name)) return undefined;
  if (prefix !== null) {
    const namespaces = [service.namespace, kubernetesNamespace].filter((namespace) => namespace !== null);
    if (namespaces.length > 0 && !namespaces.includes(prefix)) return undefined;
    return namespaces.length > 0 ? "namespaced" : "exact";
  }
  return name === service.name ? "exact" : "respelt";
}
