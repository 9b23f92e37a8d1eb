/** Rate, errors and latency of every service on the path: identity -> how it is sampled -> one question a role. */
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { mappingsOf } from "@/lib/identity/mapped";
import { metricProbe, rowOfProbe } from "@/lib/identity/metric-probe";
import type { MetricSubject, ProbeRow } from "@/lib/identity/metric-subject";
import { type MetricReading, readMetricRows } from "@/lib/identity/metrics";
import type { Doubt } from "@/lib/identity/weigh";
import { selector } from "@/lib/query/promql";
import { evidenceOf, type Facts, momentOf, upstreamsOf } from "@/lib/recipes/facts";
import { holding, keeping, onceFor, oncePerPlan } from "@/lib/recipes/held";
import { question } from "@/lib/recipes/question";
import { exemplarQuestions } from "@/lib/recipes/red-exemplars";
import { families, type Group, groupsOf } from "@/lib/recipes/red-groups";
import { chosen, intervalQuestion, type Measured, measured } from "@/lib/recipes/red-interval";
import { affordable, mostSeries, redQuestions } from "@/lib/recipes/red-questions";
import { planByRule } from "@/lib/recipes/red-recorded";
import { callsInSpans } from "@/lib/recipes/span-metrics";
import { witnessed } from "@/lib/recipes/witness";
import type { UpstreamSetting } from "@/lib/setting";
import { type Service, serviceKey } from "@/lib/signal/service";
import { printClock } from "@/lib/signal/time";

const probes = keeping<string>();
/** Fourteen kilobytes of names, the same at each look while the path is. */
const probeOf = ({ subjects, environment: { mappings } }: Facts): string =>
  probes(JSON.stringify([subjects, mappings]), () => metricProbe(families, subjects, mappings));

/** Label sets: sixty services in four families of eight label sets each are two thousand. */
const mostRows = 5_000;

export const identityQuestion = oncePerPlan((facts: Facts, upstream: UpstreamSetting): Question => {
  const query = probeOf(facts);
  return question({
    upstream,
    slot: "spike",
    purpose: { kind: "identity", signal: "metrics", label: "any" },
    call: { api: "prometheus-instant", query, at: momentOf(facts), limit: mostRows },
    window: null,
    why: "which label of which known metric family names the services on the path, and how many series they have",
    after: facts.cites,
  });
});

const rowsOfProbe = (evidence: readonly Evidence[]): ProbeRow[] =>
  evidence.flatMap(({ answer }) =>
    answer.kind === "series" ? answer.series.map(({ labels, values }) => rowOfProbe(labels, values[0] ?? 0)) : [],
  );

const held = holding<MetricReading>();

/** Those the rows leave in doubt are weighed again with what their lines with the id tell. */
const readingsIn = oncePerPlan((facts: Facts, upstream: UpstreamSetting): MetricReading => {
  const probes = evidenceOf(facts, upstream.id, "identity").filter(
    ({ question: { purpose } }) => purpose.kind === "identity" && purpose.signal === "metrics",
  );
  const { mappings } = facts.environment;
  const read = (subjects: Facts["subjects"]): MetricReading =>
    readMetricRows(subjects, rowsOfProbe(probes), families, mappings);
  const key = JSON.stringify([facts.subjects, mappings, probes.map(({ question: { id } }) => id)]);
  const reading = held(probes[0], key, () => read(facts.subjects));
  const inDoubt = new Set(reading.doubts.map(({ service }) => serviceKey(service)));
  let isBetter = false;
  const subjects = facts.subjects.map((subject) => {
    const better = inDoubt.has(serviceKey(subject.service)) ? witnessed(facts, subject) : null;
    isBetter ||= better !== null;
    return better ?? subject;
  });
  return isBetter ? read(subjects) : reading;
});

export const subjectsIn = (facts: Facts, upstream: UpstreamSetting): readonly MetricSubject[] =>
  readingsIn(facts, upstream).found;

/** Whose series one reading can afford, and how they are asked for together. */
const partedIn = onceFor(({ found }: MetricReading) => {
  const { asked, tooMany } = affordable(groupsOf(found));
  return { asked, tooMany, groups: groupsOf(asked) };
});
const chosenOf = onceFor((groups: readonly Group[]) =>
  onceFor((evidence: Evidence) => chosen(measured(groups, evidence))),
);

/** Where each service's numbers come from in one Prometheus, as far as both probes have told. */
export const measuredIn = oncePerPlan((facts: Facts, upstream: UpstreamSetting): readonly Measured[] => {
  const identity = identityQuestion(facts, upstream);
  if (!facts.evidence.some(({ question: { id } }) => id === identity.id)) return [];
  const { groups } = partedIn(readingsIn(facts, upstream));
  if (groups.length === 0) return [];
  const interval = intervalQuestion(facts, upstream, groups, [identity.id]);
  const evidence = facts.evidence.find(({ question: { id } }) => id === interval.id);
  if (!evidence) return [];
  const known = chosenOf(groups)(evidence);
  return [...known, ...(callingIn(facts, upstream, silentOf(groups)(evidence), interval.id)?.known ?? [])];
});

/** Whose spans serve nobody, to be asked for the calls they make: those tell how such a service fares. */
const silentOf = onceFor((groups: readonly Group[]) =>
  onceFor((evidence: Evidence) => {
    const isKnown = keysOf(chosenOf(groups)(evidence));
    const subjects = groups.flatMap((group) => group.subjects);
    return groupsOf(
      subjects.filter(({ service }) => !isKnown.has(serviceKey(service))),
      callsInSpans,
    );
  }),
);

/** null = there are none such. */
function callingIn(
  facts: Facts,
  upstream: UpstreamSetting,
  silent: readonly Group[],
  after: string,
): { readonly question: Question; readonly isTold: boolean; readonly known: readonly Measured[] } | null {
  if (silent.length === 0) return null;
  const asked = intervalQuestion(facts, upstream, silent, [after]);
  const evidence = facts.evidence.find(({ question: { id } }) => id === asked.id);
  return { question: asked, isTold: evidence !== undefined, known: evidence ? chosenOf(silent)(evidence) : [] };
}

/** What can be asked of one Prometheus now, and what cannot be asked at all. */
export function planRed(facts: Facts): { readonly questions: Question[]; readonly unasked: Unasked[] } {
  const questions: Question[] = [];
  const unasked: Unasked[] = [];
  for (const upstream of upstreamsOf(facts.environment, "prometheus")) {
    if (facts.subjects.length === 0) continue;
    const identity = identityQuestion(facts, upstream);
    questions.push(identity);
    const answered = facts.evidence.find(({ question: { id } }) => id === identity.id);
    if (!answered) continue;
    const reading = readingsIn(facts, upstream);
    const { found, doubts } = reading;
    if (answered.partial) unasked.push(inPart(upstream));
    unasked.push(...doubts.map(inDoubt), ...missingIn(facts, upstream, answered, found, doubts));
    const { asked, tooMany, groups } = partedIn(reading);
    const told = new Set(asked.map(({ service }) => serviceKey(service)));
    const byRule = planByRule(
      facts,
      upstream,
      tooMany.filter(({ service }) => !told.has(serviceKey(service))),
      [identity.id],
    );
    questions.push(...byRule.questions);
    unasked.push(...byRule.unasked);
    const left = [...byRule.left, ...tooMany.filter(({ service }) => told.has(serviceKey(service)))];
    const interval = groups.length > 0 ? intervalQuestion(facts, upstream, groups, [identity.id]) : null;
    if (interval === null) {
      unasked.push(...overMany(left, []));
      continue;
    }
    questions.push(interval);
    const evidence = facts.evidence.find(({ question: { id } }) => id === interval.id);
    if (!evidence) continue;
    const serving = chosenOf(groups)(evidence);
    const calling = callingIn(facts, upstream, silentOf(groups)(evidence), interval.id);
    if (calling) questions.push(calling.question);
    for (const part of [serving, calling?.known ?? []])
      questions.push(...redQuestions(facts, upstream, part), ...exemplarQuestions(facts, upstream, part));
    const known = [...serving, ...(calling?.known ?? [])];
    const isSick = evidence.answer.kind === "gap" && evidence.answer.reason !== "none-in-window";
    unasked.push(
      ...overMany(left, known),
      ...known.filter(({ error }) => error === null).map(noErrors),
      ...(isSick || calling?.isTold === false ? [] : silentIn(facts, asked, known)),
    );
  }
  return { questions, unasked };
}

const gap = (text: string, next: string, reason: Unasked["reason"] = "not-linked"): Unasked => ({
  kind: "gap",
  slot: "spike",
  reason,
  text,
  next,
});

/** Services without series here. Of those with a mapping it is the mapping that matches nothing. */
function missingIn(
  facts: Facts,
  upstream: UpstreamSetting,
  { answer }: Evidence,
  subjects: readonly MetricSubject[],
  doubts: readonly Doubt[],
): Unasked[] {
  // An upstream without series says so in a gap as well, but a sick one denies nothing.
  if (answer.kind === "gap" && answer.reason !== "none-in-window") return [];
  const seen = new Set([...subjects, ...doubts].map(({ service }) => serviceKey(service)));
  const missing = facts.subjects.filter(({ service }) => !seen.has(serviceKey(service)));
  const mapped = (subject: (typeof missing)[number]) => mappingsOf(subject, facts.environment.mappings, "metrics");
  const isMapped = (subject: (typeof missing)[number]): boolean => mapped(subject).length > 0;
  const unnamed = missing.filter((subject) => !isMapped(subject)).map(({ service }) => service.name);
  return [
    ...(unnamed.length > 0
      ? [
          gap(
            `No known metric family in ${upstream.name} names ${listed(unnamed)}.`,
            "If it has metrics, name its label in a mapping of this environment.",
          ),
        ]
      : []),
    ...missing.filter(isMapped).map((subject) => {
      const mappings = mapped(subject);
      const all = mappings.map(({ matchers }) => selector(null, matchers)).join(" or ");
      const isChosen = mappings.some(({ by }) => by === "reader");
      return gap(
        `No series of a known metric family in ${upstream.name} matches ${isChosen ? "what you chose," : "the mapping"} ${all}${isChosen ? ", for" : " of"} ${subject.service.name}.`,
        isChosen
          ? "Take the choice back under Services, or choose another."
          : "Correct the mapping, or remove it to have the label inferred.",
      );
    }),
  ];
}

/** Where one store of several keeps silent, another service of the same name may be there. */
const inPart = ({ name }: UpstreamSetting): Unasked =>
  gap(
    `${name} told only a part of what names these services: series of theirs may be missing, or be another's of the same name.`,
    "Look at its warnings in the receipt; a mapping in this environment settles who is who.",
  );

const inDoubt = ({ text, next }: Doubt): Unasked => gap(text, next);

const noErrors = ({ group: { recipe, subjects } }: Measured): Unasked =>
  gap(
    `${recipe.counter} of ${listed(distinct(subjects).map(({ name }) => name))} carries no status label, so failures cannot be counted.`,
    `Looked for ${recipe.errors.map(({ label }) => label).join(", ")}.`,
  );

const keysOf = (known: readonly Measured[]): Set<string> =>
  new Set(known.flatMap(({ group }) => group.subjects.map(({ service }) => serviceKey(service))));

/** What would cost more than all the rest is not asked for; where another family tells of the service, nothing is missing. */
function overMany(tooMany: readonly MetricSubject[], known: readonly Measured[]): Unasked[] {
  const isKnown = keysOf(known);
  return [...Map.groupBy(tooMany, ({ service }) => serviceKey(service))].flatMap(([key, all]) => {
    const [least] = all.toSorted((a, b) => a.series - b.series);
    return least && !isKnown.has(key)
      ? [
          gap(
            `${least.family} of ${least.service.name} has ${least.series.toLocaleString("en-US")} series; with those of the other services that is more than the ${mostSeries.toLocaleString("en-US")} looked at.`,
            "Record their sum by a rule, drop a label of many values, or map the service to fewer series.",
            "over-budget",
          ),
        ]
      : [];
  });
}

/** Found by name, yet without a sample that counts a user's request: health checks only, or nothing in those minutes. */
function silentIn(facts: Facts, asked: readonly MetricSubject[], known: readonly Measured[]): Unasked[] {
  const isKnown = keysOf(known);
  const counted = groupsOf(asked).flatMap(({ subjects }) => subjects);
  return [...Map.groupBy(counted, ({ service }) => serviceKey(service))].flatMap(([key, all]) => {
    const [head] = all;
    return head && !isKnown.has(key)
      ? [
          gap(
            `${[...new Set(all.map(({ family }) => family))].join(", ")} of ${head.service.name} told of no user's request in the five minutes before ${printClock(momentOf(facts), facts.now)}.`,
            "It may serve health checks alone, or have been sampled less often than every five minutes.",
          ),
        ]
      : [];
  });
}

/** A mapping may give one service several values. */
const distinct = (subjects: readonly MetricSubject[]): Service[] => [
  ...new Map(subjects.map(({ service }) => [serviceKey(service), service])).values(),
];

export const listed = (names: readonly string[], most = 4): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} others`;
