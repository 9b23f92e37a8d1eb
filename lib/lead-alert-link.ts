/**
 * The query of our own `/alert?alertname=…&<label>=<value>…&startsAt=…&fingerprint=…` -> the alert it means. Templates
 * write any subset in any order; chats and mail filters encode once more on the way. What was left empty is not asked for.
 */
import { type AlertReading, alertReading } from "@/lib/lead-kinds";
import { parseTime } from "@/lib/lead-time";
import type { Instant } from "@/lib/signal/time";

export type AlertLink = {
  readonly reading: AlertReading | null;
  /** Of the console, only where it is one of `environments`; a label of that name stays a label. */
  readonly environment: string | null;
};

const mostParameters = 200;
const longestQuery = 32_768;

export function parseAlertLink(query: string, environments: readonly string[] = []): AlertLink {
  const labels: Record<string, string> = {};
  let environment: string | null = null;
  let startsAt: Instant | null = null;
  let endsAt: Instant | null = null;
  let fingerprint: string | null = null;
  let expression: string | null = null;
  for (const [name, value] of pairsOf(query.slice(0, longestQuery))) {
    if (name === "environment" && environments.includes(value)) environment = value;
    else if (/^starts_?at$/i.test(name)) startsAt = parseTime(value) ?? startsAt;
    else if (/^ends_?at$/i.test(name)) endsAt = parseTime(value) ?? endsAt;
    else if (name === "fingerprint") fingerprint = /^[0-9a-f]{16}$/i.test(value) ? value.toLowerCase() : fingerprint;
    else if (/^generatorurl$/i.test(name)) expression = expressionIn(value);
    else if (!/^(?:status|receiver|utm_\w+|from|to)$/.test(name)) labels[name] = value;
  }
  const { alertname, ...own } = labels;
  const name = alertname ?? null;
  if (name === null && fingerprint === null && expression === null && Object.keys(own).length === 0)
    return { reading: null, environment };
  const told = { name, labels: own, startsAt, endsAt: endsIn(startsAt, endsAt), fingerprint, expression };
  return { reading: alertReading(told, "link to an alert"), environment };
}

const endsIn = (startsAt: Instant | null, endsAt: Instant | null): Instant | null =>
  endsAt !== null && startsAt !== null && endsAt <= startsAt ? null : endsAt;

/** Names and values, decoded as often as they were encoded; a query that was encoded whole is taken apart again. */
function pairsOf(query: string): (readonly [string, string])[] {
  const pairs = [...new URLSearchParams(query.replace(/^\?/, "").replaceAll("&amp;", "&"))].slice(0, mostParameters);
  return pairs.flatMap(([key, text]): (readonly [string, string])[] => {
    const name = decoded(key);
    if (text === "" && /[\w]=/.test(name)) return pairsOf(name);
    const value = decoded(text).trim();
    // A template leaves these where a label is not there.
    const isEmpty = value === "" || value === "<no value>" || /^\{\{.*\}\}$/.test(value);
    return isEmpty || name === "" ? [] : [[name, value]];
  });
}

function decoded(text: string, most = 3): string {
  if (most === 0 || !/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decoded(decodeURIComponent(text), most - 1);
  } catch {
    return text;
  }
}

/** `g0.expr` of Prometheus' own link holds the whole expression. */
export function expressionIn(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const expression = new URL(url).searchParams.get("g0.expr")?.trim();
  return expression ? expression : null;
}
