/** Short text that names something: a service, a change, an alert's bare name. Printed forms are exact; others are likely. */
import {
  alertReading,
  type ChangeReading,
  changeReading,
  type LeadReading,
  type ServiceReading,
  serviceReading,
} from "@/lib/lead-kinds";
import { parseTime } from "@/lib/lead-time";
import type { Service } from "@/lib/signal/service";

const name = "[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*";
const service = `(?:(${name})/)?(${name})`;
const version = "v?(\\d[\\w.+-]{0,63}|(?=[a-f]*\\d)[0-9a-f]{7,40})";
const time = "(\\S{10,40}(?: \\S{2,20}){0,3})";

const serviceFrom = (space: string | undefined, own: string): Service => ({ name: own, namespace: space ?? null });

const printedService = new RegExp(`^service:${service}(?: (?:at|@) ?${time})?$`, "i");
const printedChange = new RegExp(`^change:${service}(?:@${version})?(?: at ${time})?$`, "i");
const serviceAtTime = new RegExp(`^${service} (?:at|@|since|around) ?${time}$`, "i");
const deployed = new RegExp(
  `^(?:deploy(?:ed|ment)?|releases?d?|roll(?:ed)? ?(?:out|back)|upgraded?|change)(?: of)?[: ] ?${service}(?:[ @:]+${version})?(?: (?:at|@|on) ?${time})?$`,
  "i",
);
const imageTag = new RegExp(`^${service}@${version}(?: at ${time})?$`, "i");

/** `undefined` where a time was written that is none: then the text is something else. */
function timed<R>(text: string | undefined, make: (at: ReturnType<typeof parseTime> | null) => R): R | undefined {
  if (text === undefined) return make(null);
  const at = parseTime(text);
  return at === undefined ? undefined : make(at);
}

function readService(pattern: RegExp, text: string, from: string): ServiceReading | undefined {
  const [, space, own, at] = pattern.exec(text) ?? [];
  return own ? timed(at, (when) => serviceReading(serviceFrom(space, own), when ?? null, from)) : undefined;
}

function readChange(pattern: RegExp, text: string, from: string): ChangeReading | undefined {
  const [, space, own, told, at] = pattern.exec(text) ?? [];
  if (!own) return undefined;
  return timed(at, (when) =>
    changeReading({ service: serviceFrom(space, own), version: told ?? null, at: when ?? null }, from),
  );
}

/** What `printLead` writes; nothing else has these forms. */
export const printedNamed = (text: string): LeadReading | undefined =>
  readService(printedService, text, "service") ?? readChange(printedChange, text, "change");

const noName = /^(?:hello|test|null|none|undefined|unknown|missing|nil|true|false|error|errors|trace|alert|https?)$/i;
/** Ids have digits; a name has at most three, and never four in a row. */
const isName = (own: string): boolean =>
  own.length >= 3 && own.length <= 63 && own.replace(/\D/g, "").length <= 3 && !noName.test(own);
const alertName = /^(?:[A-Z][a-z0-9]+|[A-Z]{2,}(?=[A-Z][a-z]))(?:[A-Z]+[a-z0-9]*)+$/;

/** Likely readings of a short text, best first; empty where it is longer than a name. */
export function namedReadings(text: string): LeadReading[] {
  if (text.length > 160 || text.includes("\n")) return [];
  const change = readChange(deployed, text, "the words of a change") ?? readChange(imageTag, text, "service@version");
  if (change && isName(change.service.name)) return [change];
  const at = readService(serviceAtTime, text, "a service and a time");
  if (at && isName(at.service.name)) return [at];
  const [, space, own] = new RegExp(`^${service}$`).exec(text) ?? [];
  if (!own || !isName(own) || (space !== undefined && /\d{3}/.test(space))) return [];
  const alert = alertReading({ name: own }, "alert name");
  if (space === undefined && alertName.test(own)) return [alert];
  return [serviceReading(serviceFrom(space, own), null, "service name"), ...(space === undefined ? [alert] : [])];
}
