/** How one service's name is spelt elsewhere: `ns/name`, `.`, `_`, `-` for one another, a prefix, a version, a pod's hash. */
import { alternatives } from "@/lib/identity/alternatives";
import { expectedNamespaces, type Subject } from "@/lib/identity/subject";
import { workloadOfPod } from "@/lib/identity/workload";
import { escapedRegex } from "@/lib/query/promql";

/** `akin`: a name that could be this service's, which takes a second witness to be believed. */
export type NameMatch = "namespaced" | "exact" | "respelt" | "akin";

/** Of several names at once; a separator stands for any of them. */
const spellings = (names: readonly string[]): string =>
  alternatives(
    names.map((name) => name.replaceAll(/[-_.]/g, "-")),
    (sign) => (sign === "-" ? "[-_.]" : escapedRegex(sign)),
  );
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]/g, "-");

const version = /[-_.]v\d+$/i;
/** What may follow a name in another's spelling of it: a version, or what Kubernetes appends to pods and replica sets. */
const tail = "(?:[-_.]v[0-9]+|-(?:[a-z0-9]{1,10}-)?[a-z0-9]{5}|-[a-z0-9]{6,10}|-[0-9]+)?";

/** The name without what is not the service: its version, the hash of its pod, the namespace before it. */
function cores(subject: Subject): string[] {
  const { name } = subject.service;
  const bare = workloadOfPod(name)?.name ?? name.replace(version, "");
  const inside = expectedNamespaces(subject).flatMap((namespace) =>
    plain(bare).startsWith(`${plain(namespace)}-`) ? [bare.slice(namespace.length + 1)] : [],
  );
  return [...new Set([name, bare, ...inside])].filter((each) => each !== "");
}

/**
 * RE2 that matches whatever may name any of the subjects: `namespace/` or `namespace-` before, a version or a hash behind.
 * Wider than what is believed in the end. Anchored by Prometheus and Loki themselves.
 */
export function nameRegex(subjects: readonly Subject[]): string {
  const names = spellings(subjects.flatMap(cores));
  const spaces = subjects.flatMap(expectedNamespaces);
  const prefix = spaces.length === 0 ? "" : `(?:(?:${spellings(spaces)})[-_.])?`;
  // Not `[^/]+`: Loki 3.7 takes 0.1 s of a core to make sense of a class that leaves signs out, for each selector.
  const text = `(?:.+/)?${prefix}(?:${names})${tail}`;
  return /\p{Lu}/u.test(names) ? `(?i:${text})` : text;
}

type Prepared = { readonly namespaces: readonly string[]; readonly name: string; readonly cores: readonly string[] };
const preparedOf = new WeakMap<Subject, Prepared>();
/** Sixty services are compared with thousands of values: what does not depend on the value is made once. */
function prepared(subject: Subject): Prepared {
  const held = preparedOf.get(subject);
  if (held) return held;
  const fresh = {
    namespaces: expectedNamespaces(subject),
    name: plain(subject.service.name),
    cores: [...new Set(cores(subject).map(plain))],
  };
  preparedOf.set(subject, fresh);
  return fresh;
}

/** Whether the value holds any of the subject's names at all: what does not needs no closer look. */
export function mayName(subject: Subject, value: string): boolean {
  const text = plain(value);
  return prepared(subject).cores.some((core) => text.includes(core));
}

/** The name that Kubernetes or a deployer made `value` of: without version, pod's hash, namespace before it. */
function coreOf(namespaces: readonly string[], value: string): string {
  const bare =
    workloadOfPod(value)?.name ?? value.replace(version, "").replace(/-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/, "");
  const space = namespaces.find((namespace) => plain(bare).startsWith(`${plain(namespace)}-`));
  return plain(space === undefined ? bare : bare.slice(space.length + 1));
}

/**
 * How `value` names the service, or undefined: another namespace before the slash is another service. "akin" are names
 * that share what remains without version, hash and namespace: `payment-v2`, `shop-payment`, `payment-7d9f8c6b5-x2x4z`.
 */
export function matchName(subject: Subject, value: string): NameMatch | undefined {
  if (!mayName(subject, value)) return undefined;
  const { namespaces, name: own, cores: ownCores } = prepared(subject);
  const slash = value.lastIndexOf("/");
  const prefix = slash < 0 ? null : value.slice(0, slash);
  const name = value.slice(slash + 1);
  if (prefix !== null && namespaces.length > 0 && !namespaces.includes(prefix)) return undefined;
  if (plain(name) !== own)
    return ownCores.includes(coreOf(namespaces, name)) || ownCores.includes(plain(name)) ? "akin" : undefined;
  if (prefix !== null) return namespaces.length > 0 ? "namespaced" : "exact";
  return name === subject.service.name ? "exact" : "respelt";
}
