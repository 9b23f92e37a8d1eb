/**
 * An alert as the lead: found by name and labels wherever it may be known, its own expression drawn first, then all that
 * stands around its onset.
 *
 *   lead ─▶ who knows it now, its rule, its record ─▶ one firing ─▶ window, expression, services ─▶ everything around
 */
import { ownLabels } from "@/lib/alert-incidents";
import { type KnownAlert, knownAlert } from "@/lib/alert-lead";
import { type Named, nameOf } from "@/lib/alert-named";
import type { Summed } from "@/lib/alert-split";
import { whoseAlert } from "@/lib/alert-whose";
import { evidenceIn } from "@/lib/answering";
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { alertMovementOf } from "@/lib/finding/alert-onset";
import type { AlertReading } from "@/lib/lead-kinds";
import { nearOnset, planAround } from "@/lib/plan-around";
import type { Plan, PlanInput } from "@/lib/planning";
import type { AlertExpression } from "@/lib/query/alert-expression";
import { labelsNamed } from "@/lib/query/alert-subjects";
import { isLogExpression } from "@/lib/query/logql-alert";
import { expressionQuestions, expressionRead } from "@/lib/recipes/alert-expression";
import {
  activeQuestions,
  grafanaRuleQuestion,
  pastQuestions,
  recordOfLead,
  ruleQuestions,
} from "@/lib/recipes/alert-lead";
import { upstreamsOf } from "@/lib/recipes/facts";
import { readBudget } from "@/lib/recipes/read-budget";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { hour, type Instant, minute, printClock, printDuration, second, shift, type Window } from "@/lib/signal/time";

/** So long every source may still tell of it; then what is known counts. */
const patience = 2 * second;
/** A rule over three days must not make a page of nine. */
const mostBefore = 6 * hour;
/** What crept up for longer than this began where no question around its start would look. */
const slowly = 10 * minute;

export function planAlert(input: PlanInput, reading: AlertReading): Plan {
  const { lead, setting, known, startedAt, now, chosen = null } = input;
  const names = setting.environments.map(({ name }) => name);
  const candidates = setting.environments.filter(({ name }) => lead.environment === null || name === lead.environment);
  const looked = candidates.map((environment) => look(input, reading, environment, names));
  const asked = looked.flatMap(({ questions }) => questions);
  const answered = new Set(known.map(({ question }) => question.id));
  const isSettled = asked.every(({ id }) => answered.has(id)) || now >= shift(startedAt, patience);
  const holders = looked.filter(({ alert }) => alert?.isSeen || alert?.rule);
  const best = holders.find(({ environment }) => environment.name === chosen) ?? bestOf(holders) ?? alone(looked);
  if (!isSettled || !best?.alert) {
    const isOver = isSettled && asked.every(({ id }) => answered.has(id));
    return {
      environment: candidates.length === 1 ? (candidates[0] ?? null) : null,
      window: input.window,
      because: "not known yet: this alert has not been found",
      identities: [],
      questions: asked,
      unasked: isOver || input.closing ? neverSeen(reading, candidates) : [],
      wake: isSettled ? null : shift(startedAt, patience),
    };
  }
  const also = holders.filter((each) => each !== best).map(({ environment }) => environment.name);
  return planKnown(input, reading, { ...best, alert: best.alert }, also);
}

type Looked = {
  readonly environment: EnvironmentSetting;
  readonly evidence: readonly Evidence[];
  readonly questions: readonly Question[];
  readonly alert: KnownAlert | null;
};

function look(
  { known, startedAt }: PlanInput,
  reading: AlertReading,
  environment: EnvironmentSetting,
  names: readonly string[],
): Looked {
  const evidence = evidenceIn(environment, known);
  const questions = [
    ...activeQuestions(environment),
    ...ruleQuestions(environment, reading.name),
    ...recordOfLead(environment, reading, startedAt),
  ];
  const alert = knownAlert(reading, evidence, startedAt, names, environment.ignoredAlertLabels);
  const provisioned = alert?.rule?.uid
    ? upstreamsOf(environment, "grafana")
        .filter(({ id }) => id === alert.rule?.source)
        .map((upstream) => grafanaRuleQuestion(upstream, alert.rule?.uid ?? "", []))
    : [];
  return { environment, evidence, questions: [...questions, ...provisioned], alert };
}

/** Where this very firing was seen, else where its rule is; of equals the first as configured. */
const bestOf = (holders: readonly Looked[]): Looked | undefined =>
  holders.find(({ alert }) => alert?.isSeen) ?? holders[0];
/** Nobody knows it, but there is only one place it can be of. */
const alone = (looked: readonly Looked[]): Looked | undefined => (looked.length === 1 ? looked[0] : undefined);

function planKnown(
  input: PlanInput,
  reading: AlertReading,
  { environment, evidence, questions, alert }: Looked & { readonly alert: KnownAlert },
  also: readonly string[],
): Plan {
  const { startedAt, known } = input;
  const { incident, rule, expression } = alert;
  const onset = incident.activeAt ?? shift(incident.startsAt, -(rule?.for ?? 0));
  const labels = seriesLabels(alert);
  const unsure = maybeOfRule(alert, labels);
  const owner = ownerOf(environment, rule?.source ?? null, expression);
  const read = expression === null ? null : expressionRead(owner?.kind ?? "prometheus", { expression, labels, unsure });
  const before = Math.min(mostBefore, Math.max(30 * minute, 3 * ((rule?.for ?? 0) + (read?.reach ?? 0))));
  const end = Math.min(incident.endsAt ?? startedAt, startedAt);
  const whole: Window = { from: shift(onset, -before), to: shift(Math.max(end, onset) as Instant, 5 * minute) };
  const window = input.window ?? { from: whole.from, to: Math.min(whole.to, startedAt) as Instant };
  const cites = questions.filter(({ id }) => evidence.some(({ question }) => question.id === id)).map(({ id }) => id);
  const isTooFar = owner?.kind === "loki" && (read?.reach ?? 0) > mostOfLines;
  const drawn =
    expression === null || !owner || isTooFar
      ? []
      : expressionQuestions({
          ...{ upstream: owner, name: incident.name, expression, labels, unsure, interval: rule?.interval ?? null },
          ...{
            window: owner.kind === "loki" ? nearTo(onset, window) : window,
            now: startedAt,
            activeAt: onset,
            endsAt: incident.endsAt,
            after: cites,
          },
        });
  const seen = alertMovementOf(evidence, startedAt)?.onset?.at;
  const begun = seen ?? onset;
  const isDrawn = drawn.every(({ id }) => evidence.some(({ question }) => question.id === id));
  const whose = whoseAlert({
    ...{ expression, labels: incident.labels, service: input.service ?? null },
    began: read?.kind === "always" ? "never" : isDrawn ? { at: begun, isSeen: seen !== undefined } : "waiting",
    summed: owner && read ? summedBy(owner, read, rule?.interval ?? null) : null,
    facts: {
      environment,
      evidence,
      startedAt,
      now: startedAt,
      focus: { from: onset, to: onset },
      window,
      trace: null,
      cites,
    },
  });
  const { subjects, others } = whose;
  const moment = onset - begun > slowly ? begun : onset;
  const [bound] = read?.drawn[0]?.unit === "seconds" ? (read.drawn[0]?.limits ?? []) : [];
  const around = planAround({
    ...{ environment, evidence, startedAt, window, near: nearOnset(moment, startedAt), onset: moment },
    ...{ subjects: subjects.map(({ subject }) => subject), cites },
    knowsActive: true,
    slowerThan: bound?.bound.kind === "number" && bound.bound.value > 0 ? bound.bound.value : null,
    budget: readBudget(input.asked ?? known.map(({ question }) => question), known, input.deep),
  });
  const past = pastQuestions(environment, [{ label: "alertname", op: "=", value: incident.name }], onset);
  return {
    environment,
    window,
    because: becauseOf(input, alert, onset, before, subjects, also),
    whose: subjects.map(({ subject, why }) => ({ service: nameOf(subject), why })),
    others,
    identities: around.identities,
    questions: [...drawn, ...questions, ...whose.questions, ...around.questions, ...past],
    unasked: [
      ...aboutRule(reading, alert, read?.kind ?? null, owner),
      ...(isTooFar ? [tooFar(incident.name, read?.reach ?? 0)] : []),
      ...(whose.isOpen && !input.closing ? [] : aboutServices(subjects, incident.name, others.text)),
      ...around.unasked,
    ],
    wake: null,
  };
}

function summedBy(upstream: UpstreamSetting, { drawn }: AlertExpression, interval: number | null): Summed | null {
  const [main] = drawn;
  if (!main) return null;
  const isLow = main.isAbsence || main.limits[0]?.op.startsWith("<") === true;
  return { upstream, query: main.query, unit: main.unit, isLow, reach: main.reach, interval };
}

/** The server that evaluates the rule; one of Grafana or of nobody known is asked of the first that reads its language. */
const ownerOf = (
  environment: EnvironmentSetting,
  source: string | null,
  expression: string | null,
): UpstreamSetting | undefined => {
  const [servers, stores] = [upstreamsOf(environment, "prometheus"), upstreamsOf(environment, "loki")];
  const own = [...servers, ...stores].find(({ id }) => id === source);
  return own ?? (expression !== null && isLogExpression(expression) ? stores[0] : servers[0]);
};

/** Lines are read to draw a rule of Loki's: an hour before and after its onset, and no value that looks back further. */
const mostOfLines = hour;
const nearTo = (onset: Instant, { from, to }: Window): Window => ({
  from: shift(onset, -Math.min(mostOfLines, Math.max(0, onset - from))),
  to: shift(onset, Math.min(mostOfLines, Math.max(0, to - onset))),
});
const tooFar = (name: string, reach: number): Unasked => ({
  ...{ kind: "gap", slot: "spike", reason: "over-budget" },
  text: `${name} looks back ${printDuration(reach)} over lines at each point; that is not read again to draw it.`,
  next: "When it was pending and firing is known from its record: see Alerts.",
});

function becauseOf(
  { window, startedAt }: PlanInput,
  { incident, isSeen }: KnownAlert,
  onset: Instant,
  before: number,
  subjects: readonly Named[],
  also: readonly string[],
): string {
  const told = window
    ? "as given by the link"
    : `from ${printDuration(before)} before ${incident.name} became active at ${printClock(onset, startedAt)}`;
  const whose = subjects.map(({ subject, why }) => `${subject.service.name} by ${why}`).join(", ");
  return [
    told,
    ...(isSeen ? [] : ["no source knows of this firing any more, so what the link tells is taken for it"]),
    ...(whose === "" ? [] : [`its services: ${whose}`]),
    ...(also.length > 0 ? [`also known in ${also.join(", ")}`] : []),
  ].join("; ");
}

const unasked = (slot: Unasked["slot"], text: string, next: string): Unasked => ({
  kind: "gap",
  slot,
  reason: "not-linked",
  text,
  next,
});

function aboutRule(
  { name }: AlertReading,
  { rule, expression, doubts, incident }: KnownAlert,
  kind: AlertExpression["kind"] | null,
  owner: UpstreamSetting | undefined,
): Unasked[] {
  const called = incident.name || name || "this alert";
  const rest = doubts.map((text) => unasked("alerts", text, "What is drawn is the rule as it is now."));
  if (expression === null || expression === "")
    return [
      ...rest,
      unasked(
        "spike",
        `${rule ? `The source of ${called} does not tell its expression` : `No rule called ${called} is there now`}, so it cannot be drawn.`,
        "When it was pending and firing is known from its record: see Alerts.",
      ),
    ];
  if (kind === "unreadable" || kind === "always")
    return [
      ...rest,
      unasked(
        "spike",
        kind === "always"
          ? `${called} always fires: its expression looks at no series.`
          : `The expression of ${called} is no query that could be read: ${expression.slice(0, 200)}`,
        "When it was pending and firing is known from its record: see Alerts.",
      ),
    ];
  return owner
    ? rest
    : [
        ...rest,
        unasked("spike", `There is no server to draw ${called} from.`, "Add an upstream of kind prometheus or loki."),
      ];
}

const aboutServices = (subjects: readonly Named[], name: string, others: string): Unasked[] =>
  subjects.length > 0
    ? []
    : [
        unasked(
          "lines",
          `Neither the labels nor the expression of ${name} name a service whose lines could be read.${others === "" ? "" : ` ${others}`}`,
          "Name the service in a mapping of this environment, with the labels of this alert.",
        ),
      ];

function neverSeen(
  { spelling, name, fingerprint }: AlertReading,
  environments: readonly EnvironmentSetting[],
): Unasked[] {
  const where = environments.map(({ name }) => name).join(", ");
  const text = `No source in ${where || "any environment"} knows of ${spelling.slice(0, 160)}, neither now nor in the record of that time.`;
  const next =
    name === null && fingerprint !== null
      ? "A fingerprint is over all labels, those that Alertmanager alone is sent among them: when it has forgotten the alert they are known only while another alert of the same server fires. Its name, or its whole link, is found in the record."
      : "Check its name and labels; a record reaches back as far as Prometheus keeps its data.";
  return (["spike", "lines", "trace", "changes", "alerts"] as const).map((slot) => unasked(slot, text, next));
}

/** Labels that say which server told, by custom; an alert's series do not carry them unless its expression names them. */
const external = ["cluster", "prometheus", "region", "env", "environment", "monitor", "datacenter", "grafana_folder"];

/** Labels of the alert's series alone: neither the rule's own, nor the server's, nor the alert's name. */
function seriesLabels({ incident, rule, expression }: KnownAlert): Labels {
  const told = incident.ruleLabels;
  const named = expression === null ? [] : labelsNamed(expression);
  const own = ownLabels(told ?? incident.labels);
  return Object.fromEntries(
    Object.entries(own).filter(
      ([label]) =>
        label !== "alertname" &&
        !(label in (rule?.labels ?? {})) &&
        (told !== null || named.includes(label) || !external.includes(label)),
    ),
  );
}

/** Each target has them, so no rule does. */
const ofTargets = ["job", "instance"];

/** Where no server has the rule (any more), nobody tells `severity="critical"` of the rule from a label of its series. */
function maybeOfRule({ rule, expression }: KnownAlert, labels: Labels): string[] {
  if (rule !== null || expression === null) return [];
  const sure = [...ofTargets, ...labelsNamed(expression)];
  return Object.keys(labels).filter((label) => !sure.includes(label));
}
