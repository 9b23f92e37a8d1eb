/** Which labels name the service in a family of metrics, and how its name is written there. */
import { matchName, mayName, type NameMatch, nameRegex } from "@/lib/identity/names";
import { expectedNamespaces, type Subject } from "@/lib/identity/subject";
import { escapedRegex } from "@/lib/query/promql";

/**
 * A label that may name the service. `written`: how, where it is not the name alone: `{name}` is the service, `{namespace}`
 * the namespace of the subject, anything else in braces whatever stands there. `unless`: counts only where that label is
 * absent.
 */
export type ServiceLabel = {
  readonly label: string;
  readonly written?: readonly string[];
  readonly unless?: string;
};

export type Naming = {
  /** Strongest first. */
  readonly services: readonly ServiceLabel[];
  /** Labels that tell the subject's namespace here; in other families a label of this name may be the exporter's. */
  readonly namespaces: readonly string[];
  /** Series as targets expose them: then `exported_*` and its twin speak of two different things. */
  readonly scraped: boolean;
  /** Each request is counted by several reporters: the first of `order` that has series is taken, and no other. */
  readonly reporter: { readonly label: string; readonly order: readonly string[] } | null;
};

/** The metrics that are asked for, with how they name a service. */
export type Family = { readonly names: readonly string[]; readonly naming: Naming };

/**
 * As scrapes and OTLP name things. `exported_*` is what the target said itself where the scrape wanted the same label, and
 * wins over its twin, which names the exporter. Source: Prometheus, `honor_labels`.
 */
export const commonNaming: Naming = {
  services: [
    { label: "exported_service" },
    { label: "exported_job" },
    { label: "service_name" },
    { label: "service" },
    { label: "job" },
    { label: "app" },
    { label: "application" },
    { label: "app_kubernetes_io_name" },
    { label: "container" },
  ],
  namespaces: ["exported_namespace", "namespace", "k8s_namespace_name", "service_namespace"],
  scraped: true,
  reporter: null,
};

const slot = /\{(\w+)\}/g;
const filled = (template: string, parts: Readonly<Record<string, string>>): string => {
  let text = "";
  let from = 0;
  for (const hit of template.matchAll(slot)) {
    text += escapedRegex(template.slice(from, hit.index)) + (parts[hit[1] ?? ""] ?? "[^/@]+");
    from = hit.index + hit[0].length;
  }
  return text + escapedRegex(template.slice(from));
};

/** RE2 for the values of this label that may mean any of the subjects; where more is written there, whatever holds a name. */
export function labelRegex({ written }: ServiceLabel, subjects: readonly Subject[]): string {
  const names = nameRegex(subjects);
  return written ? `(?:.*[^a-zA-Z0-9])?(?:${names})(?:[^a-zA-Z0-9].*)?` : names;
}

/** How a value of this label names the service; undefined = another one, or nothing. */
export function matchLabel({ written }: ServiceLabel, subject: Subject, value: string): NameMatch | undefined {
  if (written === undefined) return matchName(subject, value);
  if (!mayName(subject, value)) return undefined;
  for (const template of written) {
    for (const namespace of template.includes("{namespace}") ? expectedNamespaces(subject) : []) {
      if (fits(template, subject, value, escapedRegex(namespace))) return "namespaced";
    }
    // `shop-web-payment-80` is payment in shop-web or web-payment in shop.
    if (fits(template, subject, value)) return template.includes("{namespace}") ? "akin" : "exact";
  }
  return undefined;
}

function fits(template: string, { service }: Subject, value: string, namespace = "[^/@]+"): boolean {
  const name = service.name.split(/[-_.]/).map(escapedRegex).join("[-_.]");
  return new RegExp(`^(?:${filled(template, { name, namespace })})$`, "i").test(value);
}
