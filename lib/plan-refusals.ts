/** Which refusals rose, by the answers of these facts' own questions: then it is asked to whom they went. */
import { answersOf, type Question } from "@/lib/evidence";
import { risenRefusals } from "@/lib/finding/refusals";
import type { Facts } from "@/lib/recipes/facts";
import type { ReadBudget } from "@/lib/recipes/read-budget";
import { clientsQuestion, planAccess } from "@/lib/recipes/refusals";

export function planRefusals(facts: Facts, budget: ReadBudget): Question[] {
  const { questions, logs } = planAccess(facts, budget);
  const more = logs.flatMap((log) => {
    const [told] = answersOf(facts.evidence, "series").filter(({ question }) => question.id === log.counts.id);
    const risen = told ? risenRefusals(told) : null;
    return risen ? [clientsQuestion(log, risen)] : [];
  });
  return [...questions, ...more];
}
