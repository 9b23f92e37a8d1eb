/**
 * The configuration names a service that nothing knows: a typo, said with the field, the value and the name that was
 * probably meant. Said only where something speaks for it: a name of this path is spelt nearly so, its labels are another's
 * here, or it was asked for by that very name. Of all else it is not known whether it exists. Pure.
 */
import { type Answer, answersOf, type Evidence, isFailure, type Unasked } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { matches } from "@/lib/identity/mapped";
import { rowOfProbe } from "@/lib/identity/metric-probe";
import { matchName } from "@/lib/identity/names";
import { neighboursOf } from "@/lib/neighbours";
import { printSelector } from "@/lib/query/selector";
import type { Facts } from "@/lib/recipes/facts";
import type { EnvironmentSetting, MappingSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { nearest } from "@/lib/signal/nearest";
import { type Service, serviceKey } from "@/lib/signal/service";
import { printClock } from "@/lib/signal/time";
import { servicesOf } from "@/lib/signal/trace";

/** One name in the configuration, where it stands, and what it is good for. */
type Said = {
  readonly field: string;
  readonly name: string;
  readonly slot: Unasked["slot"];
  readonly mapping: MappingSetting | null;
};

const slotOf = { metrics: "spike", lines: "lines", alerts: "alerts" } as const;

/** Fields as the file has them: what the reader chose stands in the address, and is spoken of as such. */
function saidIn({ name: environment, mappings, neighbours = [] }: EnvironmentSetting, isOnPath: IsOnPath): Said[] {
  const mapped = mappings
    .filter(({ by }) => by !== "reader")
    .map(
      (mapping, index): Said => ({
        ...{ field: `environments.${environment}.mappings[${index}].service`, name: mapping.service },
        ...{ slot: slotOf[mapping.signal], mapping },
      }),
    );
  const near = neighbours.flatMap(({ service, calls }, index): Said[] => {
    // Whoever stands beside the path was asked for, and is said there.
    if (isOnPath(service) || isOnPath(calls)) return [];
    const field = `environments.${environment}.neighbours[${index}]`;
    return Object.entries({ service, calls }).map(([key, name]) => ({
      ...{ field: `${field}.${key}`, name, slot: "spike", mapping: null },
    }));
  });
  return [...mapped, ...near];
}

type IsOnPath = (name: string) => boolean;
const bareOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
const isCalled = (service: Service, name: string): boolean =>
  matchName(subjectOf(name), serviceKey(service)) !== undefined;

function subjectOf(name: string) {
  const slash = name.lastIndexOf("/");
  return {
    service: { name: bareOf(name), namespace: slash > 0 ? name.slice(0, slash) : null },
    kubernetesNamespace: null,
  };
}

/** Every value of a label, and every name, that an answer tells: whatever is called so may be the service. */
function valuesOf(answer: Answer): readonly string[] {
  const all = (sets: readonly Labels[]): string[] => sets.flatMap((labels) => Object.values(labels));
  switch (answer.kind) {
    case "series":
      return all(answer.series.map(({ labels }) => labels));
    case "exemplars":
      return all(answer.exemplars.map(({ labels }) => labels));
    case "label-sets":
      return all(answer.sets);
    case "lines":
      return all([...answer.lines.streams, ...answer.lines.metadata.filter((labels) => labels !== null)]);
    case "trace":
      return servicesOf(answer.trace).map(serviceKey);
    case "trace-hits":
      return answer.hits.flatMap(({ rootService }) => rootService ?? []);
    case "changes":
      return answer.changes.flatMap(({ service, tags }) => [...(service ? [serviceKey(service)] : []), ...tags]);
    case "alerts":
      return all(answer.alerts.map(({ labels }) => labels));
    default:
      return [];
  }
}

/** Rows by which one signal was told who is who. */
function rowsIn(evidence: readonly Evidence[], signal: MappingSetting["signal"]): readonly Labels[] {
  const own = evidence.filter(({ question: { purpose } }) => purpose.kind === "identity" && purpose.signal === signal);
  return own.flatMap(({ answer }): readonly Labels[] => {
    if (answer.kind === "label-sets") return answer.sets;
    return answer.kind === "series" ? answer.series.map(({ labels }) => rowOfProbe(labels, 1).labels) : [];
  });
}

/** Of a short name one sign, of a longer one two: `cart` is no `mail`. */
const slips = ({ length }: string): number => (length < 5 ? 1 : 2);
const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");

/** `facts`: all services of the path, once every answer is there; `identities`: what they are called. */
export function misnamed(facts: Facts, identities: readonly Identity[]): Unasked[] {
  const { environment, evidence, subjects, window, now } = facts;
  const path = subjects.map(({ service }) => service);
  const isOnPath: IsOnPath = (name) => path.some((service) => isCalled(service, name));
  const told = saidIn(environment, isOnPath);
  if (told.length === 0) return [];
  const values = [...new Set(evidence.flatMap(({ answer }) => valuesOf(answer)))];
  const isHeard = (name: string): boolean => {
    const subject = subjectOf(name);
    return values.some((value) => matchName(subject, value) !== undefined);
  };
  const said = told.filter(({ name }) => !isHeard(name));
  if (said.length === 0) return [];
  const traced = answersOf(evidence, "trace").flatMap(({ answer }) => servicesOf(answer.trace));
  const edges = neighboursOf(evidence, [], path).flatMap(({ from, to }) => [from, to]);
  const known = [...new Set([...path, ...traced, ...edges].map(({ name }) => name))].filter(isHeard).sort();
  const nameOf = (id: string): string => environment.upstreams.find((each) => each.id === id)?.name ?? id;
  const failed = new Set(
    evidence.flatMap(({ question, answer }) =>
      answer.kind === "gap" && isFailure(answer) ? [nameOf(question.upstream)] : [],
    ),
  );
  const read = [...new Set(evidence.map(({ question }) => nameOf(question.upstream)))]
    .filter((name) => !failed.has(name))
    .sort();
  const isMappedItself = (name: string, { signal }: MappingSetting): boolean =>
    environment.mappings.some((each) => each.signal === signal && bareOf(each.service) === name);

  return said.flatMap(({ field, name, slot, mapping }): Unasked[] => {
    const isAsked = isOnPath(name);
    // Followed where it says what the path's own service is called; that it matches nothing is said there.
    const isUsed =
      isAsked && (mapping?.signal !== "alerts" || identities.some(({ service }) => isCalled(service, name)));
    if (isUsed || read.length === 0) return [];
    const owner = mapping ? ownerOf(mapping, evidence, identities) : null;
    const spelt = nearest(bareOf(name), known, slips);
    const meant = [spelt, owner].find((each) => each && !(mapping && isMappedItself(each, mapping)));
    if (!meant && !isAsked) return [];
    const when = `from ${printClock(window.from, now)} to ${printClock(window.to, now)}`;
    const what = mapping ? printSelector(mapping.matchers) : "";
    const sentences = [
      `${field} is ${quoted(name)}, and no service is called so in what was read of ${listed(read)} ${when}.`,
      ...(failed.size > 0 ? [`${listed([...failed].sort())} could not be read in full and may name it.`] : []),
      ...(mapping && owner && owner === meant ? [`Its ${what} is what ${owner} has here.`] : []),
      ...(mapping && !isAsked && owner !== meant ? [`So its ${what} was not followed.`] : []),
      ...(meant ? [`Did you mean ${meant}?`] : []),
    ];
    return [
      {
        ...{ kind: "gap", slot, reason: "not-linked", text: sentences.join(" ") },
        next: `Correct the name in the configuration; where it is that of a service which was silent then, nothing is wrong.`,
      },
    ];
  });
}

/** The service of the path whose series or streams these labels are. */
function ownerOf(
  { signal, matchers }: MappingSetting,
  evidence: readonly Evidence[],
  identities: readonly Identity[],
): string | null {
  const own = rowsIn(evidence, signal).filter((row) => matchers.every((matcher) => matches(row, matcher)));
  const owner = identities.find(
    (each) => each.signal === signal && own.some((row) => each.matchers.every((matcher) => matches(row, matcher))),
  );
  return owner?.service.name ?? null;
}
