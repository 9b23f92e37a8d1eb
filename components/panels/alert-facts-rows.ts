/** What is known of the alert that is the lead -> what its panel says. Pure. */
import { serviceOf, severityOf } from "@/components/alert-list-words";
import { type AlertFacts, alertFacts } from "@/lib/alert-facts";
import { type Incident, incidentsOf, isSubset, isWatcher, ownLabels } from "@/lib/alert-incidents";
import { knownAlert } from "@/lib/alert-lead";
import { alertsOf } from "@/lib/alerts";
import type { Evidence } from "@/lib/evidence";
import type { AlertReading } from "@/lib/lead-kinds";
import { type Instant, minute, printDuration, shift } from "@/lib/signal/time";

export type Neighbour = {
  readonly name: string;
  readonly about: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** Of all on the path, this alert among them, it fired first. */
  readonly isEarliest: boolean;
};
export type FactsShown = {
  readonly facts: AlertFacts;
  readonly expression: string | null;
  /** "alert above 5 %", as its lane calls it; null = not drawn. */
  readonly threshold: string | null;
  /** "firing for 12 min", "ended 3 h ago after 22 min, its value fell". */
  readonly state: string;
  readonly isOn: boolean;
  readonly severity: ReturnType<typeof severityOf>;
  /** Fires on a service of this path; the earliest first. */
  readonly beside: readonly Neighbour[];
  readonly isEarliest: boolean;
  /** Of what is said here. */
  readonly evidence: readonly Evidence[];
};

type Known = {
  readonly evidence: readonly Evidence[];
  readonly now: Instant;
  /** Names of all that are configured. */
  readonly environments: readonly string[];
  /** Configured labels that say who watches, not what is watched. */
  readonly ignored?: readonly string[];
  /** Names of the services this page looks at. */
  readonly services: readonly string[];
};

/** null as long as nothing of the alert is known. `evidence` of its own environment. */
export function factsShown(reading: AlertReading, known: Known): FactsShown | null {
  const { evidence, now, environments, ignored = [] } = known;
  const facts = alertFacts(reading, evidence, now, environments, ignored);
  if (!facts) return null;
  const { incident } = facts;
  const drawn = evidence.flatMap(({ question: { purpose } }) =>
    purpose.kind === "alert-expression" && purpose.part === 0 && purpose.of === "value" ? [purpose.words] : [],
  );
  const beside = besides(known, incident);
  const isEarliest = beside.length > 0 && beside.every(({ startsAt }) => startsAt >= incident.startsAt);
  return {
    facts,
    expression: knownAlert(reading, evidence, now, environments, ignored)?.expression ?? null,
    threshold: drawn[0] ?? null,
    state: stateWords(facts, now),
    isOn: incident.endsAt === null,
    severity: severityOf(incident.labels),
    beside: beside.map((each, at) => ({ ...each, isEarliest: !isEarliest && at === 0 })),
    isEarliest,
    evidence: evidence.filter(({ question }) =>
      ["alerts", "alert-rules", "alert-record"].includes(question.purpose.kind),
    ),
  };
}

const endings: Readonly<Record<NonNullable<AlertFacts["ended"]>, string>> = {
  "value fell": ", its value fell",
  "series vanished": ", its series vanished",
  "rule server gone": ", whoever evaluated it was gone",
  resolved: "",
  "not known": "; how is not known",
};
export function stateWords({ incident, ended }: Pick<AlertFacts, "incident" | "ended">, now: Instant): string {
  const { state, startsAt, activeAt, endsAt } = incident;
  const length = (from: Instant, to: Instant): string => printDuration(Math.max(0, to - from));
  if (endsAt !== null)
    return `ended ${length(endsAt, now)} ago, after ${length(startsAt, endsAt)}${ended === null ? "" : endings[ended]}`;
  if (state === "pending") return `pending for ${length(activeAt ?? startsAt, now)}, not firing yet`;
  if (state === "resolved") return "no source knows whether it still fires";
  return `${state === "suppressed" ? "firing, but silenced or inhibited, " : "firing "}for ${length(startsAt, now)}`;
}

/** Starts this far apart are told by servers that evaluate at different moments. */
const apart = 15 * minute;
const most = 8;

/** Those of a service on this path, or of this alert's name, that fire while it does or began shortly before it ended. */
function besides({ evidence, now, services, ignored = [] }: Known, incident: Incident): Neighbour[] {
  const own = ownLabels(incident.labels, ignored);
  const path = new Set([...services, ...(serviceOf(incident.labels) ?? "").split("\n")].filter(Boolean));
  const [from, to] = [shift(incident.activeAt ?? incident.startsAt, -apart), incident.endsAt ?? now];
  return firingsIn(evidence, now, ignored)
    .filter((each) => !isWatcher(each))
    .filter((each) => each.startsAt <= to && (each.endsAt ?? now) >= from)
    .filter((each) => !(each.name === incident.name && isSubset(ownLabels(each.labels, ignored), own)))
    .filter((each) => each.name === incident.name || path.has(namedIn(each, path) ?? ""))
    .toSorted((a, b) => a.startsAt - b.startsAt || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((each) => ({
      name: each.name,
      about: namedIn(each, path) ?? aboutOf(each, own),
      ...{ startsAt: each.startsAt, endsAt: each.endsAt, isEarliest: false },
    }));
}

type Fired = Pick<Incident, "name" | "labels" | "startsAt" | "endsAt">;
/** All that fired, as lists and rules tell it, and what the record of the window alone knows. */
function firingsIn(evidence: readonly Evidence[], now: Instant, ignored: readonly string[]): Fired[] {
  const told: readonly Fired[] = incidentsOf(evidence, now, ignored).filter(({ state }) => state !== "pending");
  const isTold = ({ name, labels, startsAt, endsAt }: Fired): boolean =>
    told.some(
      (each) =>
        each.name === name &&
        isSubset(ownLabels(each.labels, ignored), ownLabels(labels, ignored)) &&
        each.startsAt <= (endsAt ?? now) &&
        (each.endsAt ?? now) >= startsAt,
    );
  const recorded = alertsOf(evidence, now).filter(({ state }) => state !== "pending");
  return [...told, ...recorded.filter((each) => !isTold(each))];
}

/** A job is often whoever scrapes; one that is called like a service of the path is that service. */
const namedIn = ({ labels }: Fired, path: ReadonlySet<string>): string | null =>
  serviceOf(labels) ?? (labels.job !== undefined && path.has(labels.job) ? labels.job : null);

/** The labels by which it differs. */
const aboutOf = ({ labels }: Fired, own: Incident["labels"]): string =>
  Object.entries(labels)
    .filter(([label, value]) => label !== "alertname" && own[label] !== value)
    .map(([label, value]) => `${label}=${value}`)
    .join(" ");
