/** What every plan is made of and from, whatever the lead. */
import { askedFor, type Evidence, type Question, type Unasked } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { metricIdentities } from "@/lib/identity/metrics";
import type { Lead } from "@/lib/lead";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { lineIdentitiesIn } from "@/lib/recipes/lines";
import { subjectsIn } from "@/lib/recipes/red";
import type { EnvironmentSetting, Setting } from "@/lib/setting";
import type { Others, Whose } from "@/lib/signal/alert";
import type { Service } from "@/lib/signal/service";
import type { Instant, Window } from "@/lib/signal/time";

export type PlanInput = {
  readonly lead: Lead;
  readonly setting: Setting;
  /** From the URL: kept as it is, so that a permalink stays equal. */
  readonly window: Window | null;
  readonly known: readonly Evidence[];
  readonly startedAt: Instant;
  readonly now: Instant;
  /** The reader asked to search Loki whatever it reads. */
  readonly deep: boolean;
  /** All that was asked, answered or not; `known` speaks for it unless told. */
  readonly asked?: readonly Question[];
  /** When the lead was first seen, and the environment an earlier plan settled on. */
  readonly foundAt?: Instant | null;
  readonly chosen?: string | null;
  /** Of an alert: whom the reader looks at in place of those inferred. */
  readonly service?: Service | null;
  /** Nothing more will be asked: what is still open stays so. */
  readonly closing?: boolean;
};

export type Plan = {
  readonly environment: EnvironmentSetting | null;
  readonly window: Window | null;
  readonly because: string;
  /** Of an alert alone, once it is known. */
  readonly whose?: readonly Whose[];
  readonly others?: Others;
  readonly identities: readonly Identity[];
  /** All that counts now, asked already or not; what was asked and is not among them is superseded. */
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
  /** Ask again at this instant even if no answer came by then. */
  readonly wake: Instant | null;
};

export function identitiesOf(facts: Facts): Identity[] {
  const probes = askedFor(facts.evidence, "identity");
  const metrics = upstreamsOf(facts.environment, "prometheus").flatMap((upstream) =>
    metricIdentities(
      subjectsIn(facts, upstream),
      upstream.id,
      probes.filter(({ question }) => question.upstream === upstream.id).map(({ question: { id } }) => id),
    ),
  );
  return [
    ...metrics,
    ...upstreamsOf(facts.environment, "loki").flatMap((upstream) => lineIdentitiesIn(facts, upstream)),
  ];
}
