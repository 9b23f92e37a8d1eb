/**
 * Alerts in what was pasted: Alertmanager's webhook (version 4) or a single alert of it, our own list, links of
 * Prometheus, Alertmanager and Grafana, the messages of the shipped templates, `Name{label="value"}`.
 */
import { expressionIn, parseAlertLink } from "@/lib/lead-alert-link";
import { type AlertReading, alertReading, isMetricName } from "@/lib/lead-kinds";
import { parseTime } from "@/lib/lead-time";
import type { Labels } from "@/lib/signal/labels";

/** A webhook with ten thousand alerts is a few megabytes; of more only the text is searched. */
const longestJson = 8_000_000;
const mostRead = 20;

/** What `printLead` writes, in one piece and nothing beside it. */
export function printedAlert(text: string): AlertReading | undefined {
  if (text.length > 8_000) return undefined;
  const [, name = "", list, rest = ""] =
    /^(?:([A-Za-z_][\w:.-]*)?\{([\s\S]*)\}|alert(?= ))((?: (?:since|until|fingerprint|rule|expression) [\s\S]+)?)$/.exec(
      text.trim(),
    ) ?? [];
  const labels = list === undefined ? {} : matchersIn(list);
  if (labels === undefined || (list === undefined && rest === "")) return undefined;
  const { alertname, alertstate: _, ...own } = labels;
  const told = tailsOf(rest);
  if (!told || (alertname === undefined && isMetricName(name))) return undefined;
  const called = alertname ?? (/^ALERTS(?:_FOR_STATE)?$/.test(name) ? undefined : name);
  if (!called && list !== undefined && !told.fingerprint && !told.rule) return undefined;
  return alertReading({ ...told, name: called || null, labels: own }, "alert name and labels");
}

function tailsOf(text: string): Parameters<typeof alertReading>[0] | undefined {
  const [, since, until, fingerprint, rule, expression] =
    /^(?: since (\S+))?(?: until (\S+))?(?: fingerprint ([0-9a-f]{16}))?(?: rule (\S{1,100}))?(?: expression ("[\s\S]*"))?$/.exec(
      text,
    ) ?? (text === "" ? [""] : []);
  const [startsAt, endsAt] = [since, until].map((each) => (each === undefined ? null : parseTime(each)));
  if (startsAt === undefined || endsAt === undefined) return undefined;
  const read = expression === undefined ? null : textFrom(expression);
  if (read === undefined || (text !== "" && ![since, until, fingerprint, rule, expression].some(Boolean)))
    return undefined;
  return { startsAt, endsAt, fingerprint: fingerprint ?? null, rule: rule ?? null, expression: read };
}

function textFrom(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal.replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `a="b", "c.d"="e"`; other comparisons than `=` say less than a label and are passed over. undefined = no such list. */
function matchersIn(list: string): Labels | undefined {
  const labels: Record<string, string> = {};
  const one = /\s*(?:([A-Za-z_]\w*)|("(?:[^"\\]|\\[\s\S])*"))\s*(=~|!=|!~|=)\s*("(?:[^"\\]|\\[\s\S])*")\s*(?:,|$)/y;
  for (let at = 0; list.slice(at).trim() !== ""; at = one.lastIndex) {
    one.lastIndex = at;
    const [, plain, quotedName, op, literal = ""] = one.exec(list) ?? [];
    const name = plain ?? (quotedName === undefined ? undefined : textFrom(quotedName));
    const value = textFrom(literal);
    if (name === undefined || value === undefined) return undefined;
    if (op === "=") labels[name] = value;
  }
  return labels;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const texts = (value: unknown): Labels =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"))
    : {};

/** Alerts of a JSON document in order of their start, those that still fire first; at most twenty. */
export function alertsInJson(text: string): AlertReading[] {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed) || trimmed.length > longestJson || !/"labels"\s*:/.test(trimmed)) return [];
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    return alertsInPieces(trimmed);
  }
  const list: readonly unknown[] = Array.isArray(json) ? json : isRecord(json) ? (listOf(json) ?? [json]) : [];
  // Ten thousand are put in order by what they say of themselves; only the first are read in full.
  return list
    .flatMap((each) => (isRecord(each) ? [{ each, fires: !isOver(each), startsAt: startOf(each) ?? 0 }] : []))
    .sort((x, y) => Number(y.fires) - Number(x.fires) || x.startsAt - y.startsAt)
    .slice(0, mostRead)
    .flatMap(({ each }) => alertOf(each) ?? []);
}

const listOf = (json: Readonly<Record<string, unknown>>): readonly unknown[] | undefined => {
  const inner = isRecord(json.data) ? json.data.alerts : json.alerts;
  return Array.isArray(inner) ? inner : undefined;
};

const said = (json: Readonly<Record<string, unknown>>, key: string): string =>
  typeof json[key] === "string" ? json[key] : "";
const isOver = (json: Readonly<Record<string, unknown>>): boolean =>
  said(json, "status") === "resolved" || said(json, "state") === "resolved";
const startOf = (json: Readonly<Record<string, unknown>>): AlertReading["startsAt"] =>
  parseTime(said(json, "startsAt")) ?? parseTime(said(json, "activeAt")) ?? null;

function alertOf(json: Readonly<Record<string, unknown>>): AlertReading | undefined {
  const { alertname, ...labels } = texts(json.labels);
  if (alertname === undefined) return undefined;
  const fingerprint = /^[0-9a-f]{16}$/.test(said(json, "fingerprint")) ? said(json, "fingerprint") : null;
  const endsAt = isOver(json) ? (parseTime(said(json, "endsAt")) ?? null) : null;
  const rule = grafanaRule(said(json, "generatorURL"));
  return alertReading({ name: alertname, labels, startsAt: startOf(json), endsAt, fingerprint, rule }, "alert as JSON");
}

/** A document cut short: every whole `"labels": {…}` in it is an alert, with the start that follows it. */
function alertsInPieces(text: string): AlertReading[] {
  return Array.from(text.slice(0, 200_000).matchAll(/"labels"\s*:\s*(\{[^{}]{2,8000}\})([^{}]{0,200})/g))
    .slice(0, mostRead)
    .flatMap(([, labels = "", after = ""]): AlertReading[] => {
      try {
        const startsAt = /"startsAt"\s*:\s*"([^"]{10,40})"/.exec(after)?.[1];
        const read = alertOf({ labels: JSON.parse(labels), startsAt });
        return read ? [read] : [];
      } catch {
        return [];
      }
    });
}

/** `/alerting/grafana/<uid>/view`, `/d/<dashboard>/<slug>?viewPanel=7` (also `panel-7`). */
function grafanaRule(text: string): string | null {
  const uid = /\/alerting\/grafana\/([\w-]{1,64})\/view\b/.exec(text)?.[1];
  if (uid) return uid;
  const [, dashboard, panel] =
    /\/d(?:-solo)?\/([\w-]{1,64})\/?[^?\s]{0,200}\?(?:[^\s"<>]{0,500}?[?&])??(?:viewPanel|editPanel|panelId)=(?:panel-)?(\d{1,6})\b/.exec(
      text,
    ) ?? [];
  return dashboard && panel ? `${dashboard}/${panel}` : null;
}

/** Links and messages: best first; one text may hold the same alert twice, in its title and in its list of labels. */
export function alertsInText(text: string): AlertReading[] {
  const own = /\/alert\?([^\s"'<>|)`]{1,32000})/.exec(text)?.[1];
  const link = own === undefined ? null : parseAlertLink(own).reading;
  if (link) return [link];
  const found = [...listed(text), ...selectors(text)];
  if (found.length > 0) return found.slice(0, mostRead);
  const rule = grafanaRule(text);
  if (rule) return [alertReading({ rule }, "link to a Grafana alert or panel")];
  const ruler = /\/alerting\/[\w.%-]{1,100}\/([\w.%-]{1,200})\/find\b/.exec(text)?.[1];
  if (ruler) return [alertReading({ name: ruler }, "link to a rule in Grafana")];
  const titles = titled(text);
  if (titles.length > 0) return titles;
  const generator = /https?:\/\/[^\s"'<>|`]{1,300}\/graph\?[^\s"'<>|`]{1,8000}/.exec(text)?.[0];
  const expression = generator === undefined ? null : expressionIn(generator);
  return expression === null ? [] : [alertReading({ expression }, "link to an expression in Prometheus")];
}

const startWords = /\b(?:starts?(?:ed)?[ _]?(?:at)?|since|fired(?: at)?)\W{1,6}([\d][^\n<>"|]{9,45})/i;
function startIn(text: string): AlertReading["startsAt"] {
  const words = startWords.exec(text)?.[1]?.trim().split(" ") ?? [];
  for (let count = Math.min(words.length, 4); count > 0; count -= 1) {
    const at = parseTime(
      words
        .slice(0, count)
        .join(" ")
        .replace(/[.,;)*_`]+$/, ""),
    );
    if (at !== undefined) return at;
  }
  return null;
}

/** `Labels:` and one a line, as Alertmanager, Grafana, PagerDuty and the usual Slack templates write them. */
function listed(text: string): AlertReading[] {
  const found: AlertReading[] = [];
  const blocks = text
    .split(/^(?=[^\n]{0,80}\blabels\b[^\n]{0,8}$)/im)
    .filter((block) => /^[^\n]{0,80}\blabels\b/i.test(block));
  for (const block of blocks.slice(0, mostRead)) {
    const labels: Record<string, string> = {};
    for (const line of block.split("\n").slice(1)) {
      const [, name, value] =
        /^\s*(?:[-•*]\s*)?[*_`]*([A-Za-z_][\w.]*?)[*_`]*\s*[=:][\s*_`]*(.*?)[*_`]*\s*$/.exec(line) ?? [];
      if (!name || value === undefined || /^(?:annotations?|source|silence|dashboard|panel|value)$/i.test(name)) {
        if (line.trim() === "") continue;
        break;
      }
      labels[name] = value;
    }
    const { alertname, ...own } = labels;
    if (alertname)
      found.push(alertReading({ name: alertname, labels: own, startsAt: startIn(text) }, "message of an alert"));
  }
  return found;
}

/** `{alertname="X",service="y"}` anywhere: Alertmanager's filter, a receipt, a group key. */
function selectors(text: string): AlertReading[] {
  return Array.from(text.matchAll(/\{(\s*(?:[\w.]+\s*(?:=~|!=|!~|=)\s*"(?:[^"\\\n]|\\.){0,1000}"\s*,?\s*){1,40})\}/g))
    .slice(0, mostRead)
    .flatMap(([, list = ""]) => {
      const { alertname, alertstate: _, ...labels } = matchersIn(list) ?? {};
      return alertname
        ? [alertReading({ name: alertname, labels, startsAt: startIn(text) }, "labels in the text")]
        : [];
    });
}

/** `[FIRING:2] HighErrorRate shop (payment page)`: the title of every shipped template begins so. */
function titled(text: string): AlertReading[] {
  const [, rest = ""] =
    /\[(?:FIRING|RESOLVED|NO ?DATA|ALERTING|OK)(?::\d{1,5})?\]\s{0,3}([^\n]{2,300})/i.exec(text) ?? [];
  const words = rest.replace(/[*_`]/g, "").split(" (")[0]?.trim() ?? "";
  const [first = ""] = words.split(" ");
  if (first === "") return [];
  // Prometheus' alerts are one word, before the other values of the group; Grafana's are titled in words.
  const isOneWord = /[a-z0-9][A-Z]|[-_]/.test(first) || words === first;
  return [
    alertReading({ name: (isOneWord ? first : words).slice(0, 120), startsAt: startIn(text) }, "title of an alert"),
  ];
}
