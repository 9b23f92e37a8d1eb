/** An identity as the configuration would say it, to be copied and corrected: what was inferred here can be settled there. */
import type { Identity } from "@/lib/identity/identity";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

/** Bare names as Prometheus 2 and Loki take them; what needs quotes gets them. JSON's escapes are those of both languages. */
const printMatcher = ({ label, op, value }: Matcher): string =>
  `${/^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label)}${op}${JSON.stringify(value)}`;

/** YAML's single quotes: nothing is an escape in them but two of themselves. A plain word needs none. */
const scalar = (text: string): string =>
  /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : /[\p{Cc}\u2028\u2029]/u.test(text)
      ? JSON.stringify(text)
      : `'${text.replaceAll("'", "''")}'`;

/**
 * One entry of an environment's `mappings`: `- { service: shop/payment, signal: metrics, match: '{job="shop/payment"}' }`.
 * What the loader reads of it are the same matchers.
 */
export const printMapping = ({
  service,
  signal,
  matchers,
}: Pick<Identity, "service" | "signal" | "matchers">): string =>
  `- { service: ${scalar(serviceKey(service))}, signal: ${signal}, match: ${scalar(`{${matchers.map(printMatcher).join(",")}}`)} }`;
