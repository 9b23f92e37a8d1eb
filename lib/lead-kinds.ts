/** Leads that are no ids: an alert, a service, a change; and the one way each of them is printed. */
import type { Reading } from "@/lib/lead-reading";
import type { Labels } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";
import { type Instant, printInstant } from "@/lib/signal/time";

/** What a link or a message told of an alert: any part of it may be missing, but never all. */
export type AlertReading = {
  readonly kind: "alert";
  /** As printed: the name and labels, or what else there is. */
  readonly spelling: string;
  readonly name: string | null;
  /** Without `alertname`. A part of the alert's own labels: it is meant by whatever has them all. */
  readonly labels: Labels;
  /** When it began to fire, as Alertmanager tells it. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  /** 16 hex digits; the same for every firing of one alert. */
  readonly fingerprint: string | null;
  /** Uid of a Grafana rule, or `<dashboard uid>/<panel id>`. */
  readonly rule: string | null;
  /** The whole expression with its threshold, kept where no name is known. */
  readonly expression: string | null;
  readonly from: string;
};

/** A service, lately or at a time. */
export type ServiceReading = {
  readonly kind: "service";
  readonly spelling: string;
  readonly service: Service;
  readonly at: Instant | null;
  readonly from: string;
};

/** "What did this deploy do?" */
export type ChangeReading = {
  readonly kind: "change";
  readonly spelling: string;
  readonly service: Service;
  readonly version: string | null;
  readonly at: Instant | null;
  readonly from: string;
};

/** Every way to understand what was pasted: an id, or one of the leads that are none. */
export type LeadReading = Reading | AlertReading | ServiceReading | ChangeReading;

export const isIdReading = (reading: LeadReading): reading is Reading =>
  reading.kind === "trace-id" || reading.kind === "correlation-id";

/** Escapes all that the paste box would take for something else: quotes, entities, percent escapes, what cannot be seen. */
const quoted = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(/[“”„‘’&%]|[^\P{C}\n]|\p{Zl}|\p{Zp}/gu, (sign) =>
    Array.from({ length: sign.length }, (_, at) => code(sign.charCodeAt(at))).join(""),
  );
const code = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

const plainName = /^[A-Za-z_][\w:.-]{0,127}$/;
/** `http_requests_total{…}` is a series; an alert may be called so, but then it says `alertname=`. */
export const isMetricName = (name: string): boolean =>
  /^(?:[a-z][a-z0-9]*|\w+_(?:total|bucket|count|sum|seconds|bytes|info|ratio))$/.test(name);
const plainLabel = /^[A-Za-z_]\w*$/;

/** `HighErrorRate{service="payment"} since 2026-11-21T14:03:00.000Z`; `alert fingerprint 764c888e53942f3c`. */
export function printAlert(reading: Omit<AlertReading, "kind" | "spelling" | "from">): string {
  const { name, labels, startsAt, endsAt, fingerprint, rule, expression } = reading;
  const isPlain = name !== null && plainName.test(name) && !isMetricName(name);
  const pairs = Object.entries(name === null || isPlain ? labels : { alertname: name, ...labels })
    .sort(([a], [b]) => (a === "alertname" ? -1 : b === "alertname" ? 1 : a < b ? -1 : 1))
    .map(([label, value]) => `${plainLabel.test(label) ? label : quoted(label)}=${quoted(value)}`);
  const what = name === null && pairs.length === 0 ? "alert" : `${isPlain ? name : ""}{${pairs.join(",")}}`;
  return [
    what,
    ...(startsAt === null ? [] : [`since ${printInstant(startsAt)}`]),
    ...(endsAt === null ? [] : [`until ${printInstant(endsAt)}`]),
    ...(fingerprint === null ? [] : [`fingerprint ${fingerprint}`]),
    ...(rule === null ? [] : [`rule ${rule}`]),
    ...(expression === null ? [] : [`expression ${quoted(expression)}`]),
  ].join(" ");
}

export function alertReading(
  told: Partial<Omit<AlertReading, "kind" | "spelling" | "from">>,
  from: string,
): AlertReading {
  const { name = null, startsAt = null, endsAt = null, fingerprint = null, rule = null } = told;
  const expression = name === null && rule === null ? (told.expression ?? null) : null;
  const whole = { name, labels: bounded(told.labels ?? {}), startsAt, endsAt, fingerprint, rule, expression };
  return { kind: "alert", spelling: printAlert(whole), ...whole, from };
}

/** A link must stay below 2,000 characters; what is left out only makes the lead less particular. */
const longestValue = 200;
const longestAll = 1_500;
const mostLabels = 30;
function bounded(labels: Labels): Labels {
  const weight = (label: string, value: string): number => encodeURIComponent(`${label}="${value}",`).length;
  let left = longestAll;
  const kept = Object.entries(labels)
    .filter(([label, value]) => label !== "alertname" && value !== "" && value.length <= longestValue)
    .toSorted(([a, x], [b, y]) => weight(a, x) - weight(b, y) || (a < b ? -1 : 1))
    .slice(0, mostLabels)
    .filter(([label, value]) => {
      left -= weight(label, value.toWellFormed());
      return left >= 0;
    });
  return Object.fromEntries(
    kept.map(([label, value]) => [label, value.toWellFormed()] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function serviceReading(service: Service, at: Instant | null, from: string): ServiceReading {
  const spelling = `service:${serviceKey(service)}${at === null ? "" : ` at ${printInstant(at)}`}`;
  return { kind: "service", spelling, service, at, from };
}

export function changeReading(told: Pick<ChangeReading, "service" | "version" | "at">, from: string): ChangeReading {
  const { service, version, at } = told;
  const spelling = `change:${serviceKey(service)}${version === null ? "" : `@${version}`}${at === null ? "" : ` at ${printInstant(at)}`}`;
  return { kind: "change", spelling, ...told, from };
}
