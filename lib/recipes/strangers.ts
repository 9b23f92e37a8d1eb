/** What the reader chose, and what nothing here answers to: said, since silence would look like following it. */
import type { Unasked } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { strangersAmong } from "@/lib/identity/mapped";
import type { Subject } from "@/lib/identity/subject";
import { streamSelector } from "@/lib/query/logql";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import { nearest } from "@/lib/signal/nearest";
import { serviceKey } from "@/lib/signal/service";

/** Once all services are known: choices for none of them. */
export const strangers = ({ mappings }: EnvironmentSetting, subjects: readonly Subject[]): Unasked[] =>
  strangersAmong(subjects, mappings).map(({ service, signal, matchers }) => {
    const names = subjects.flatMap((each) => [each.service.name, serviceKey(each.service)]);
    const meant = nearest(service, [...new Set(names)].sort());
    return {
      kind: "gap",
      slot: signal === "metrics" ? "spike" : "lines",
      reason: "not-linked",
      text: `No service here is called ${service}, so ${streamSelector(matchers)}, chosen for it, was not asked for.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
      next: "Take the choice back under Services, or name a service of this path.",
    };
  });

/** Mappings whose labels no stream of this Loki has; they are followed all the same. */
export const strangeLabels = (
  identities: readonly Identity[],
  existing: readonly string[],
  { name }: UpstreamSetting,
): Unasked[] =>
  identities.flatMap(({ service, basis, matchers }): Unasked[] => {
    const absent = matchers.filter(
      ({ label, op, value }) => (op === "=" || op === "=~") && value !== "" && !existing.includes(label),
    );
    if (basis === "inferred" || absent.length === 0) return [];
    const labels = absent.map(({ label }) => label).join(", ");
    return [
      {
        kind: "gap",
        slot: "lines",
        reason: "not-linked",
        text: `${name} has no stream label ${labels}; ${streamSelector(matchers)} is what ${basis === "chosen" ? "you chose" : "the configuration says"} for ${service.name}.`,
        next:
          basis === "chosen" ? "Take the choice back under Services, or choose another label." : "Correct the mapping.",
      },
    ];
  });
