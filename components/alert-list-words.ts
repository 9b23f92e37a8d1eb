/** Of an alert in words: how bad, whose, since when, why it is quiet; and how each source is. Pure. */
import type { AlertSource, ListedAlert } from "@/lib/alert-list";
import type { EnvironmentSetting, UpstreamKind } from "@/lib/setting";
import { ownerNames } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, minute, parseInstant, printDuration } from "@/lib/signal/time";

export type Severity = {
  /** As its people wrote it. */
  readonly word: string;
  readonly tone: "error" | "warning" | "plain";
  /** 0 = the worst. */
  readonly rank: number;
};

const spelt: readonly (readonly [RegExp, Severity["tone"]])[] = [
  [/^(?:critical|crit|page|paging|emergency|fatal|disaster|p[01]|sev-?[01])$/i, "error"],
  [/^(?:error|err|high|major|urgent|p2|sev-?2)$/i, "error"],
  [/^(?:warning|warn|ticket|medium|average|minor|p3|sev-?3)$/i, "warning"],
  [/^(?:info|information|informational|notice|low|none|ok|p[45]|sev-?[45])$/i, "plain"],
];

/** From `severity`, else `priority` or `level`; a word of a house's own stands between warning and information. */
export function severityOf({ severity, priority, level }: Labels): Severity {
  const word = [severity, priority, level].find((each) => each !== undefined && each !== "");
  if (word === undefined) return { word: "no severity", tone: "plain", rank: 5 };
  const rank = spelt.findIndex(([pattern]) => pattern.test(word));
  return rank < 0 ? { word, tone: "plain", rank: 2.5 } : { word, tone: spelt[rank]?.[1] ?? "plain", rank };
}

// Never `job`, `pod` or `container` of whoever measured it: those name the exporter as often as the service.
const serviceLabels = ["service", "service_name", "app", "app_kubernetes_io_name", "deployment", "statefulset"].concat([
  "daemonset",
  "consumergroup",
  "destination_service_name",
]);
export const serviceOf = (labels: Labels): string | null =>
  serviceLabels.map((label) => labels[label]).find((value) => value) ?? null;

/** What stands under the name: its summary, else the labels that tell it from others of its name. */
export function aboutOf({ annotations, labels }: ListedAlert): string {
  const told = annotations.summary ?? annotations.message ?? annotations.title ?? annotations.description;
  if (told !== undefined && told.trim() !== "") return told.trim().replace(/\s+/g, " ");
  const quiet = new Set(["alertname", "severity", "environment", ...serviceLabels, ...ownerNames]);
  return Object.entries(labels)
    .filter(([label]) => !quiet.has(label) && !label.startsWith("__"))
    .map(([label, value]) => `${label}=${value}`)
    .join(" ");
}

const since = (from: string, to: number): number => Math.max(0, to - (parseInstant(from) ?? to));

/**
 * `since 14:02:10`, `14:02:10 to 14:24:00`; `about 14:02 to 14:24` where it was read from a record of coarser steps than a
 * minute. Of one day, the day stands once.
 */
export function whenWords(
  { startsAt, endsAt, within }: Pick<ListedAlert, "startsAt" | "endsAt" | "within">,
  now: Instant,
  time: (at: Instant) => string,
): string {
  const [from, to] = [parseInstant(startsAt) ?? now, parseInstant(endsAt ?? "")];
  if (to === undefined) return `since ${time(from)}`;
  if (within <= minute) return fromTo(time(from), time(to));
  return `about ${fromTo(minuteOf(time(from)), minuteOf(time(to)))}`;
}
const minuteOf = (clock: string): string => clock.replace(/:\d\d$/, "");

/** `firing for 12 min`, `pending for 40 s`, `fired for 22 min`, `6 times in 40 min`. */
export function lengthWords({ state, startsAt, activeAt, endsAt, times }: ListedAlert, now: Instant): string {
  const end = endsAt === null ? now : (parseInstant(endsAt) ?? now);
  const length = printDuration(since(startsAt, end));
  if (times > 1) return `${times} times in ${length}`;
  if (state === "resolved") return `fired for ${length}`;
  return state === "pending" ? `pending for ${printDuration(since(activeAt ?? startsAt, now))}` : `for ${length}`;
}

const endWords: Readonly<Record<NonNullable<ListedAlert["ended"]>, string>> = {
  "value fell": "its value fell",
  "series vanished": "its series vanished",
  "rule server gone": "whoever evaluated it was gone",
  resolved: "resolved",
  "not known": "how is not known",
};
/** `ended 13 min ago, its value fell`; "" while it is not over. */
export const endedWords = ({ endsAt, ended }: Pick<ListedAlert, "endsAt" | "ended">, now: Instant): string =>
  endsAt === null
    ? ""
    : `ended ${printDuration(since(endsAt, now))} ago${ended === null || ended === "resolved" ? "" : `, ${endWords[ended]}`}`;

/** By whom, until when and why it is silenced, and that another inhibits it; "" where it is not quiet. */
export function quietWords(
  { silences, inhibitedBy, state }: ListedAlert,
  print: (at: Instant) => string = (at) => new Date(at).toISOString(),
): string {
  const said = silences.map(({ by, until, comment }) =>
    [
      `silenced${by === "" ? "" : ` by ${by}`}${until === null ? "" : ` until ${print(until)}`}`,
      ...(comment === "" ? [] : [comment]),
    ].join(": "),
  );
  if (inhibitedBy.length > 0)
    said.push(`inhibited by ${inhibitedBy.length === 1 ? "another alert" : `${inhibitedBy.length} others`}`);
  return said.length === 0 && state === "suppressed" ? "suppressed" : said.join("; ");
}

const kindName: Readonly<Record<UpstreamKind, string>> = {
  prometheus: "Prometheus",
  alertmanager: "Alertmanager",
  loki: "Loki",
  grafana: "Grafana",
  tempo: "Tempo",
  jaeger: "Jaeger",
};
/** `Alertmanager eu` of `production/eu`; the environment only where there are several. */
export function sourceName({ upstream, kind }: Pick<AlertSource, "upstream" | "kind">, several: boolean): string {
  const [environment = "", name = ""] = upstream.split(/\/(.*)/s);
  const short = name === "" || name === kind ? kindName[kind] : `${kindName[kind]} ${name}`;
  return several ? `${short} in ${environment}` : short;
}

/** `Alertmanager eu: no answer in 10 s; showing Prometheus`, one sentence for each source that failed. */
export function failedWords(sources: readonly AlertSource[]): readonly string[] {
  const environmentOf = ({ upstream }: AlertSource): string => upstream.split("/")[0] ?? "";
  const several = new Set(sources.map(environmentOf)).size > 1;
  return sources
    .filter(({ state }) => state === "failed")
    .map((source) => {
      const others = sources.filter(
        (each) => each !== source && each.state === "answered" && environmentOf(each) === environmentOf(source),
      );
      const shown = others.map((each) => sourceName(each, false)).join(", ");
      const rest = shown === "" ? "nothing else is known of its alerts" : `showing ${shown}`;
      return `${sourceName(source, several)}: ${source.text.replace(/[.\s]+$/, "")}; ${rest}`;
    });
}

/** `2026-11-21 15:30:00 to 16:10:00`: the day is told once. */
export function fromTo(from: string, to: string): string {
  const day = /^\S+ /.exec(from)?.[0] ?? "";
  return `${from} to ${day !== "" && to.startsWith(day) ? to.slice(day.length) : to}`;
}

export type Counts = { readonly now: number; readonly quiet: number; readonly ended: number };
/** `5 active, 1 of them silenced or inhibited · 12 ended`. */
export function countWords({ now, quiet, ended }: Counts): string {
  const hushed = quiet === 0 ? "" : `, ${quiet} of them silenced or inhibited`;
  return `${now.toLocaleString("en-US")} active${hushed} · ${ended.toLocaleString("en-US")} ended`;
}
/** `2 new, 1 ended`; "" = nothing is held back. */
export const newsWords = ({ began, ended }: { readonly began: number; readonly ended: number }): string =>
  [...(began === 0 ? [] : [`${began} new`]), ...(ended === 0 ? [] : [`${ended} ended`])].join(", ");

/** Where a browser may open its Alertmanagers and its Grafana; none, null = nowhere. */
export type AlertEnvironment = {
  readonly name: string;
  readonly alertmanagers: readonly { readonly id: string; readonly url: string }[];
  readonly grafanaUrl: string | null;
};
export const alertEnvironment = ({ name, upstreams, grafanaUrl }: EnvironmentSetting): AlertEnvironment => ({
  name,
  alertmanagers: upstreams.flatMap(({ id, kind, publicUrl }) =>
    kind === "alertmanager" && publicUrl !== null ? [{ id, url: publicUrl }] : [],
  ),
  grafanaUrl,
});

/** A silence with this alert's labels filled in, where a browser may open whoever sends its messages; else null. */
export function silenceLink(
  { labels, state, sources }: ListedAlert,
  { alertmanagers, grafanaUrl }: Omit<AlertEnvironment, "name">,
): string | null {
  if (state === "resolved") return null;
  const own = Object.entries(labels).filter(([label]) => !label.startsWith("__"));
  const told = alertmanagers.find(({ id }) => sources.includes(id));
  if (!told && "grafana_folder" in labels && grafanaUrl !== null) {
    const matchers = own.map(([label, value]): [string, string] => ["matcher", `${label}=${value}`]);
    const query = new URLSearchParams([["alertmanager", "grafana"], ...matchers]);
    return webUrl(`${trimmed(grafanaUrl)}/alerting/silence/new?${query}`);
  }
  const [first] = alertmanagers;
  const url = (told ?? first)?.url;
  if (url === undefined) return null;
  // Grafana's own label is not on Alertmanager's copy: a silence that asks for it would silence nothing.
  const pairs = own.filter(([label]) => label !== "grafana_folder");
  const filter = `{${pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(",")}}`;
  return webUrl(`${trimmed(url)}/#/silences/new?filter=${encodeURIComponent(filter)}`);
}
const trimmed = (url: string): string => url.replace(/\/+$/, "");
const webUrl = (url: string): string | null => (/^https?:\/\//.test(url) ? url : null);
