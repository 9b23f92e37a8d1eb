/**
 * Answers a view: remembers the series questions of the investigations, and puts them again at another step or time. A
 * reader names questions, never queries; what was answered within a minute is not asked twice.
 */
import type { Evidence, Question, QuestionId } from "@/lib/evidence";
import type { Setting } from "@/lib/setting";
import type { Instant, Window } from "@/lib/signal/time";
import type { Earlier, SeriesAgain } from "@/lib/view";
import { viewQuestion } from "@/lib/view-questions";

export type ViewRequest = {
  readonly questions: readonly QuestionId[];
  readonly view: Window;
  readonly earlier: Earlier | null;
};

export type SeriesAgainOptions = {
  readonly setting: Setting;
  /** Of the process, ms: how old a kept answer is. */
  readonly clock: () => number;
  readonly keepMs: number;
  /** Questions remembered, and answers kept; the oldest go first. */
  readonly most: { readonly questions: number; readonly answers: number };
};

export function createSeriesAgain({ setting, clock, keepMs, most }: SeriesAgainOptions) {
  const asked = new Map<QuestionId, Question>();
  const kept = new Map<QuestionId, { readonly evidence: Promise<Evidence>; readonly at: number }>();

  /** Asked once, whoever waits for it; what is a gap is not kept. */
  function once(question: Question, ask: (question: Question) => Promise<Evidence>): Promise<Evidence> {
    const hit = kept.get(question.id);
    if (hit && clock() - hit.at < keepMs) return hit.evidence;
    const evidence = ask(question);
    put(kept, question.id, { evidence, at: clock() }, most.answers);
    void evidence.then(({ answer }) => {
      if (answer.kind === "gap" && kept.get(question.id)?.evidence === evidence) kept.delete(question.id);
    });
    return evidence;
  }

  /** Of each question that is put; only series are remembered. */
  const remember = (question: Question): void => {
    if (question.call.api !== "prometheus-range" && question.call.api !== "loki-range") return;
    put(asked, question.id, question, most.questions);
  };

  /** `ask` never rejects, does not stop with this reader and brings its own budget; `now` is the investigations' clock. */
  async function answer(
    { questions, view, earlier }: ViewRequest,
    ask: (question: Question) => Promise<Evidence>,
    now: Instant,
  ): Promise<SeriesAgain> {
    const answers = await Promise.all(
      questions.map(async (id): Promise<SeriesAgain["answers"]> => {
        const known = asked.get(id);
        const upstream = setting.environments
          .flatMap(({ upstreams }) => upstreams)
          .find((each) => each.id === known?.upstream);
        const again = known && upstream ? viewQuestion(known, upstream, view, earlier, now) : null;
        if (again === null) return [];
        return [{ question: id, evidence: await once(again, ask) }];
      }),
    );
    return { answers: answers.flat(), unknown: questions.filter((id) => !asked.has(id)) };
  }
  return { remember, answer };
}

function put<Value>(map: Map<QuestionId, Value>, key: QuestionId, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && !oldest.done) map.delete(oldest.value);
}
