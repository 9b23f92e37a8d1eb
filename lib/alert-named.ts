/** Whose alert it is: by configured mappings, which overrule what is inferred; then by its labels, then by its expression. */
import { matches } from "@/lib/identity/mapped";
import type { Subject } from "@/lib/identity/subject";
import { alertSubjects, type ExpressionNames, expressionNames } from "@/lib/query/alert-subjects";
import { keeping } from "@/lib/recipes/held";
import type { MappingSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";

export type Named = {
  readonly subject: Subject;
  /** That of the alert or its expression which names it; null = a mapping or the reader does. */
  readonly label: string | null;
  readonly why: string;
};

/** Whom the other side of a call or a queue names is asked about beside the alert's own service. */
const otherSides = new Set(["target", "server", "client", "consumergroup", "consumer_group"]);
const most = 4;

/** A mapping of the signal `alerts` means labels of alerts; one of another signal speaks where it names them exactly. */
const isOf = ({ signal, matchers }: MappingSetting, labels: Labels): boolean =>
  matchers.length > 0 &&
  matchers.every((matcher) => (signal === "alerts" || matcher.op === "=") && matches(labels, matcher));

/** Rules of one list: its alerts are many more. */
const kept = keeping<ExpressionNames>(500);

/** At most four, each with its why; no name twice. */
export function namedBy(mappings: readonly MappingSetting[], expression: string | null, labels: Labels): Named[] {
  const names = kept(expression ?? "", () => expressionNames(expression));
  const found = alertSubjects(names, labels);
  const [first] = found;
  const inferred = found.filter((each) => each === first || otherSides.has(each.label));
  const all = [
    ...mappings
      .filter((mapping) => isOf(mapping, labels))
      .map(({ service, matchers }) =>
        named(
          service.split("/").at(-1) ?? service,
          null,
          null,
          `mapping of ${[...new Set(matchers.map(({ label }) => label))].join(", ")}`,
        ),
      ),
    ...inferred.map(({ service, label, from }) =>
      named(
        service.name,
        service.namespace,
        label,
        from === "labels" ? `label ${label}` : `${label} in its expression`,
      ),
    ),
  ];
  return [...new Map(all.toReversed().map((each) => [each.subject.service.name, each])).values()]
    .toReversed()
    .slice(0, most);
}

/** As the address has it. */
export const chosenByReader = ({ name, namespace }: Service): Named => named(name, namespace, null, "your choice");

/** `shop/payment`, as the address has it. */
export const nameOf = ({ service, kubernetesNamespace }: Subject): string =>
  serviceKey({ name: service.name, namespace: kubernetesNamespace });

const named = (name: string, namespace: string | null, label: string | null, why: string): Named => ({
  subject: { service: { name, namespace: null }, kubernetesNamespace: namespace },
  label,
  why,
});
