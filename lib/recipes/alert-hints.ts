/** Names that may be services' -> one question to each Prometheus, and which of them its series know. */
import type { Question } from "@/lib/evidence";
import { metricProbe, rowOfProbe } from "@/lib/identity/metric-probe";
import { readMetricRows } from "@/lib/identity/metrics";
import { type Facts, momentOf, upstreamsOf } from "@/lib/recipes/facts";
import { question } from "@/lib/recipes/question";
import { families } from "@/lib/recipes/red-groups";

/** A name that series carry: `as` = "job rewards-service in shop/prometheus". */
export type KnownName = { readonly name: string; readonly as: string };

const mostRows = 500;

/** `facts.subjects` are the names. */
export const hintQuestions = (facts: Facts): Question[] =>
  upstreamsOf(facts.environment, "prometheus").map((upstream) => {
    const query = metricProbe(families, facts.subjects);
    return question({
      ...{ upstream, slot: "spike", purpose: { kind: "identity", signal: "alerts", label: "any" } },
      call: { api: "prometheus-instant", query, at: momentOf(facts), limit: mostRows },
      ...{ window: null, why: "which service the alert's labels are named after", after: facts.cites },
    });
  });

/** By the server that was configured first; a name that is only alike is not known. */
export function namesKnown(facts: Facts): KnownName[] {
  const asked = hintQuestions(facts);
  const all = asked.flatMap(({ id, upstream }) => {
    const told = facts.evidence.filter(({ question }) => question.id === id);
    const rows = told.flatMap(({ answer }) =>
      answer.kind === "series" ? answer.series.map(({ labels, values }) => rowOfProbe(labels, values[0] ?? 0)) : [],
    );
    return readMetricRows(facts.subjects, rows, families, []).found.map(({ service, label, value }) => ({
      name: service.name,
      as: `${label} ${value} in ${upstream}`,
    }));
  });
  return [...new Map(all.toReversed().map((each) => [each.name, each])).values()].toReversed();
}
