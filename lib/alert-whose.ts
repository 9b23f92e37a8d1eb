/**
 * Whose alert it is: whom the reader looks at, else who is named (`alert-named.ts`), and where a label is only named after
 * a service, the one whose name the series know; where nothing names one, those whose part of the alert's value moved with
 * it (`alert-split.ts`), else those whose requests did (`alert-moved.ts`). Evidence so far -> services, each with its why,
 * and what is still to be asked.
 */
import { type Began, noOthers } from "@/lib/alert-apart";
import { hintLabels, hintsOf } from "@/lib/alert-hints";
import { movedWith } from "@/lib/alert-moved";
import { chosenByReader, type Named, namedBy } from "@/lib/alert-named";
import { type Summed, splitBy } from "@/lib/alert-split";
import type { Question } from "@/lib/evidence";
import { selectorsOf } from "@/lib/query/promql";
import { hintQuestions, namesKnown } from "@/lib/recipes/alert-hints";
import type { Facts } from "@/lib/recipes/facts";
import type { Others } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

export type Asked = {
  readonly expression: string | null;
  readonly labels: Labels;
  readonly service: Service | null;
  /** Without subjects; its focus is the onset. */
  readonly facts: Omit<Facts, "subjects">;
  /** `waiting`: its own series are still to come; `never`: it fires always. */
  readonly began: Began | "waiting" | "never";
  /** null = it has no value that could be drawn. */
  readonly summed: Summed | null;
};
/** `isOpen`: who it is may still be told by an answer that is waited for. */
export type Told = {
  readonly subjects: readonly Named[];
  readonly questions: readonly Question[];
  readonly isOpen: boolean;
  readonly others: Others;
};

const most = 4;

export function whoseAlert(asked: Asked): Told {
  const named = namedAlert(asked);
  if (named.isOpen || named.subjects.length > 0) return named;
  const { facts, began, summed } = asked;
  if (began === "never") return named;
  if (began === "waiting") return { ...named, isOpen: true };
  const split = summed ? splitBy(facts, began, summed) : null;
  const before = [...named.questions, ...(split?.questions ?? [])];
  if (split && (split.isOpen || split.subjects.length > 0 || split.others.text !== ""))
    return { ...split, questions: before };
  const moved = movedWith(facts, began, summed?.unit === "seconds");
  return { ...moved, questions: [...before, ...moved.questions] };
}

function namedAlert({ expression, labels, service, facts }: Asked): Told {
  const alone = { questions: [], isOpen: false, others: noOthers };
  if (service) return { ...alone, subjects: [chosenByReader(service)] };
  const named = namedBy(facts.environment.mappings, expression, labels);
  const selectors = expression === null ? [] : selectorsOf(expression);
  const isProbe = selectors.some(({ name }) => name?.startsWith("probe_"));
  const written = selectors.flatMap(({ matchers }) => matchers.filter(({ op }) => op === "="));
  const all = { ...Object.fromEntries(written.map(({ label, value }) => [label, value])), ...labels };
  const hints = named.some(({ label }) => label === null) ? [] : hintsOf(all, isProbe);
  const names = [...new Set(hints.flatMap((hint) => hint.names))];
  const looked: Facts = {
    ...facts,
    subjects: names.map((name) => ({ service: { name, namespace: null }, kubernetesNamespace: null })),
  };
  const questions = names.length === 0 ? [] : hintQuestions(looked);
  if (questions.length === 0) return { ...alone, subjects: named };
  const isOpen = !questions.every(({ id }) => facts.evidence.some(({ question }) => question.id === id));
  // What a label is named after takes the place of its bare value: until that is known, neither is asked about.
  const sure = named.filter(({ label }) => !hintLabels.includes(label ?? ""));
  if (isOpen) return { ...alone, subjects: sure, questions, isOpen };
  const known = namesKnown(looked);
  const found = hints.flatMap(({ label, value, names: own }): Named[] => {
    const best = own.flatMap((name) => known.find((each) => each.name === name) ?? [])[0];
    if (!best) return [];
    const subject = { service: { name: best.name, namespace: null }, kubernetesNamespace: null };
    return [{ subject, label, why: `${label} ${value}, as ${best.as}` }];
  });
  const replaced = new Set(found.map(({ label }) => label));
  const both = [...named.filter(({ label }) => !replaced.has(label)), ...found];
  const once = new Map(both.toReversed().map((each) => [each.subject.service.name, each]));
  return { ...alone, subjects: [...once.values()].toReversed().slice(0, most), questions };
}
