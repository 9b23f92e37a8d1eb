/** One service, one colour on the whole page: the trace's services in order of appearance, then the others by name. */
import type { Evidence } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { servicesOf } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";

/** How many `--service-n` tokens there are; beyond them colours repeat. */
export const toneCount = 8;

/** Service name -> `var(--service-n)`; a name that is not known gets the muted colour. */
export type ServiceTones = (name: string) => string;

export function serviceTones(state: {
  readonly evidence: readonly Evidence[];
  readonly identities: readonly Identity[];
}): ServiceTones {
  const trace = traceOf(state.evidence)?.answer.trace;
  const onPath = trace ? servicesOf(trace).map(({ name }) => name) : [];
  const others = state.identities.map(({ service }) => service.name).sort();
  const names = [...new Set([...onPath, ...others])];
  const tones = new Map(names.map((name, index) => [name, `var(--service-${index % toneCount})`]));
  return (name) => tones.get(name) ?? "var(--muted)";
}
