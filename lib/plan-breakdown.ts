/** Whose errors rose, by the answers to these facts' own questions alone: then it is asked which pods and routes they are of. */
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { movementsOf } from "@/lib/finding/movements";
import type { Judged } from "@/lib/finding/seen";
import { type Failing, planBreakdown as planOf } from "@/lib/recipes/breakdown";
import type { Facts } from "@/lib/recipes/facts";
import { holding } from "@/lib/recipes/held";
import { type Service, serviceKey } from "@/lib/signal/service";
import { minute, second, toInstant } from "@/lib/signal/time";

/** The services whose errors changed most. */
const mostServices = 3;
/** Of a counter sampled each 15 s, eight samples; and no more of a long incident than its first half hour. */
const least = 2 * minute;
const most = 30 * minute;
const grid = 15 * second;

const rose = ({ role, verdict, direction }: Judged): boolean =>
  (role === "error-ratio" || role === "errors") && verdict === "changed" && direction === "up";

/** null = the errors of none rose. Some of the window before the onset belongs to it: only failures are counted. */
function failingOf(answers: readonly Evidence[], { window, now }: Facts): Failing | null {
  const risen = movementsOf(answers, now).filter(rose);
  const services = new Map<string, Service>();
  for (const { service } of risen)
    if (service && services.size < mostServices) services.set(serviceKey(service), service);
  const own = risen.filter(({ service }) => service && services.has(serviceKey(service)));
  const [head] = own;
  if (!head) return null;
  const last = Math.min(window.to, now);
  const from = Math.floor(Math.min(...own.flatMap(({ onset }) => onset?.from ?? [])) / grid) * grid;
  const end = Math.max(...own.map((each) => each.end ?? last));
  const to = Math.floor(Math.min(last, end, from + most) / grid) * grid;
  return {
    services: [...services.values()],
    window: { from: toInstant(Math.min(from, to - least)), to: toInstant(to) },
    cites: [...new Set(own.flatMap(({ cites }) => cites))].sort(),
  };
}

const held = holding<Failing | null>();

/** `asked`: what rate, errors, latency and saturation are asked with now; as long as one has no answer, the rest may change. */
export function planBreakdown(
  facts: Facts,
  asked: readonly Question[],
): { readonly questions: readonly Question[]; readonly unasked: readonly Unasked[] } {
  const nothing = { questions: [], unasked: [] };
  const answers = asked.flatMap(({ id }) => facts.evidence.find(({ question }) => question.id === id) ?? []);
  const judged = answers.filter(({ question: { purpose } }) => purpose.kind === "red" || purpose.kind === "saturation");
  if (answers.length < asked.length || judged.length === 0) return nothing;
  const key = JSON.stringify([facts.window, judged.map(({ question: { id } }) => id)]);
  const failing = held(judged[0], key, () => failingOf(judged, facts));
  return failing ? planOf(facts, failing) : nothing;
}
