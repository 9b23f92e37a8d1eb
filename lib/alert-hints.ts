/**
 * Labels of an alert whose value is named after a service without being its name: a consumer group, a queue, a probed
 * address. Labels -> the names that may stand in front; which of them is a service, the series must say. Pure.
 */
import type { Labels } from "@/lib/signal/labels";

/** `names`: the whole value, then what is left as parts fall away at its separators; the longest first. */
export type Hint = { readonly label: string; readonly value: string; readonly names: readonly string[] };

export const hintLabels: readonly string[] = [
  "consumergroup",
  "consumer_group",
  "group",
  "queue",
  "queue_name",
  "QueueName",
  "dimension_QueueName",
  "application_name",
  "target",
  "destination",
];
/** Blackbox exporter: the address is the target's, the job is named after it. */
const ofProbes: readonly string[] = ["instance", "target", "job"];
/** Each name makes the question longer. */
const mostHints = 3;
const mostNames = 6;
const shortest = 3;
/** Never a service of its own: who measures, and words in front of any address. */
const noNames = /^(?:blackbox|probe|www|http|https|prod|production|staging|dev|default|kafka|queue|group|consumer)$/i;

/** At most three, in the order above. `isProbe`: the alert's expression looks at `probe_…`. */
export function hintsOf(labels: Labels, isProbe: boolean): Hint[] {
  const wanted = isProbe ? ofProbes : hintLabels;
  return wanted
    .flatMap((label): Hint[] => {
      const value = labels[label] ?? "";
      const names = namesIn(value);
      return names.length > 0 ? [{ label, value, names }] : [];
    })
    .slice(0, mostHints);
}

function namesIn(value: string): string[] {
  const host = /^[a-z][\w+.-]*:\/\/([^/?#:]+)/i.exec(value)?.[1] ?? value.replace(/:\d+$/, "");
  if (host.length > 200 || /^[\d.]+$/.test(host) || host.includes("[")) return [];
  const names: string[] = [];
  for (let rest = host; rest.length >= shortest; ) {
    if (!noNames.test(rest) && !/^\d/.test(rest)) names.push(rest);
    const cut = rest.search(/[-_.:/][^-_.:/]*$/);
    if (cut < 0) break;
    rest = rest.slice(0, cut);
  }
  // A long value keeps its shortest names: what follows a service's is longer than what stands before.
  return names.length <= mostNames ? names : [...names.slice(0, 1), ...names.slice(1 - mostNames)];
}
