/**
 * Who calls the path and whom it calls -> what those who are not on it are asked, behind all else: a consumer that sends no
 * spans may be the cause, a caller tells who is hurt. Nothing is asked where nobody is known.
 *
 *   path ─▶ neighbours ─┬▶ down, up: rate, errors, latency, what runs full
 *                       ├▶ who reads what it publishes: whether their traces go on from this one
 *                       └▶ those left out, those nobody has heard of, in words
 */
import { askedFor, type Evidence, type Question, type Unasked } from "@/lib/evidence";
import { neighboursOf, topicsOf } from "@/lib/neighbours";
import { planReaders } from "@/lib/plan-readers";
import { identitiesOf, type Plan } from "@/lib/planning";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { neighbourQuestions } from "@/lib/recipes/neighbours";
import { listed, planRed, subjectsIn } from "@/lib/recipes/red";
import { planSaturation } from "@/lib/recipes/saturation";
import { besides, type Edge } from "@/lib/signal/edge";
import { type Service, serviceKey } from "@/lib/signal/service";

/** Services beside the path that are asked about; the path itself may have sixty. */
const mostNeighbours = 6;

/** `facts.subjects`: all services of the path, once no more of them can come. */
export function planNeighbours(facts: Facts): Pick<Plan, "identities" | "questions" | "unasked"> {
  const { environment, subjects } = facts;
  const first = neighbourQuestions(facts, topicsOf(facts.evidence));
  const nothing = { identities: [], questions: first, unasked: [] };
  const told = first.flatMap(({ id }) => facts.evidence.find(({ question }) => question.id === id) ?? []);
  // As long as one store may still name somebody, the choice would depend on who was first.
  if (subjects.length === 0 || told.length < first.length) return nothing;
  const path = subjects.map(({ service }) => service);
  const seen = [...told, ...askedFor(facts.evidence, "trace-by-id")];
  const edges = neighboursOf(seen, environment.neighbours ?? [], path);
  const readers = planReaders({ ...facts, cites: [...facts.cites, ...first.map(({ id }) => id)] }, edges);
  const all = besides(edges, path).filter(({ edge }) => !edge.outside && mayMatter(facts, edge));
  const near = all.slice(0, mostNeighbours);
  if (near.length === 0) return { ...nothing, questions: [...first, ...readers.questions], unasked: readers.unasked };
  const beside: Facts = {
    ...facts,
    trace: null,
    subjects: near.map(({ service }) => ({ service, kubernetesNamespace: null })),
    cites: [...facts.cites, ...first.map(({ id }) => id)],
  };
  const red = planRed(beside).questions.filter(({ purpose }) => purpose.kind !== "exemplars");
  const saturation = planSaturation(beside).questions;
  return {
    identities: identitiesOf(beside),
    questions: [...first, ...[...red, ...saturation].map(asBeside), ...readers.questions],
    unasked: [
      ...readers.unasked,
      ...leftOut(all.slice(mostNeighbours).map(({ service }) => service)),
      ...unheardOf(
        beside,
        near.map(({ edge, service }) => ({ edge, service })),
        [...red, ...saturation],
      ),
    ],
  };
}

/** A call that only numbers tell of was made by other requests: the trace would hold it. What reads a queue sends no span. */
const mayMatter = ({ trace }: Facts, { via, told }: Edge): boolean =>
  trace === null || via === "queue" || told.some((source) => source !== "metrics");

const asBeside = (question: Question): Question => {
  const { purpose } = question;
  return purpose.kind === "red" || purpose.kind === "saturation"
    ? { ...question, purpose: { ...purpose, beside: true } }
    : question;
};

const gap = (reason: Unasked["reason"], text: string, next: string): Unasked => ({
  ...{ kind: "gap", slot: "spike", reason, text, next },
});

const leftOut = (services: readonly Service[]): Unasked[] =>
  services.length === 0
    ? []
    : [
        gap(
          "over-budget",
          `Not asked for ${services.length} more ${services.length === 1 ? "neighbour" : "neighbours"} of this path: ${listed(services.map(serviceKey))}.`,
          "Open one of them by its name.",
        ),
      ];

/** Named by the configuration alone, and no series tells of them: perhaps they are called otherwise. */
function unheardOf(
  facts: Facts,
  near: readonly { readonly edge: Edge; readonly service: Service }[],
  asked: readonly Question[],
): Unasked[] {
  const answers = asked.map(({ id }) => facts.evidence.find(({ question }) => question.id === id));
  const isTold = (each: Evidence | undefined): each is Evidence =>
    each !== undefined && (each.answer.kind !== "gap" || each.answer.reason === "none-in-window");
  if (!answers.every(isTold)) return [];
  const stores = upstreamsOf(facts.environment, "prometheus");
  const heard = new Set([
    ...stores.flatMap((upstream) => subjectsIn(facts, upstream).map(({ service }) => serviceKey(service))),
    ...answers.flatMap(namedIn),
  ]);
  return near.flatMap(({ edge, service }) =>
    edge.told.some((source) => source !== "configuration") || heard.has(serviceKey(service)) || stores.length === 0
      ? []
      : [
          gap(
            "not-linked",
            `The configuration says that ${edge.from.name} calls ${edge.to.name}${edge.through === null ? "" : ` through ${edge.through}`}, but no metrics and no span here name ${service.name}.`,
            "Correct the name under neighbours, or name its labels in a mapping of this environment.",
          ),
        ],
  );
}

/** Services of which a series of what runs full is there. */
function namedIn({ question: { purpose }, answer }: Evidence): string[] {
  if (purpose.kind !== "saturation" || answer.kind !== "series") return [];
  return purpose.services
    .filter(({ where }) =>
      answer.series.some(({ labels }) => Object.entries(where).every(([label, value]) => labels[label] === value)),
    )
    .map(({ service }) => serviceKey(service));
}
