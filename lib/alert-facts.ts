/** What stands on top of an alert's page: its own words, its links, whose it is, and how often it fired. Pure; the browser's too. */
import { type Ending, endingOf } from "@/lib/alert-ends";
import { foldFlapping, type Incident } from "@/lib/alert-incidents";
import { knownAlert } from "@/lib/alert-lead";
import type { Evidence } from "@/lib/evidence";
import { type AlertReading, alertReading } from "@/lib/lead-kinds";
import { ownerOf } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";

export type AlertFacts = {
  readonly incident: Incident;
  readonly ended: Ending | null;
  readonly summary: string | null;
  readonly description: string | null;
  /** http and https only; null = there is none, which is worth saying. */
  readonly runbook: string | null;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** From labels and annotations called team, owner … */
  readonly owner: string | null;
  /** The last five of this very alert, newest first, each with the lead that opens it. What flaps is one. */
  readonly firings: readonly {
    readonly startsAt: Instant;
    readonly endsAt: Instant | null;
    readonly times: number;
    readonly lead: string;
  }[];
  /** Of the same name, on other labels; the earliest first. */
  readonly alsoFiring: readonly Incident[];
  readonly doubts: readonly string[];
};

const mostFirings = 5;
const mostText = 2_000;

/** null as long as nothing of the alert is known. `environments` and `ignored` as in `knownAlert`. */
export function alertFacts(
  reading: AlertReading,
  known: readonly Evidence[],
  now: Instant,
  environments: readonly string[] = [],
  ignored: readonly string[] = [],
): AlertFacts | null {
  const alert = knownAlert(reading, known, now, environments, ignored);
  if (!alert) return null;
  const { incident, rule, firings, alsoFiring, doubts } = alert;
  // Filled in where a source told them so; a rule's own are templates, and those say nothing.
  const own = Object.entries(rule?.annotations ?? {}).filter(([, text]) => !text.includes("{{"));
  const annotations: Labels = { ...Object.fromEntries(own), ...incident.annotations };
  const first = (...names: readonly string[]): string | null =>
    names
      .map((name) => annotations[name]?.trim())
      .find((text) => text !== undefined && text !== "")
      ?.slice(0, mostText) ?? null;
  const runbook = webLink(first("runbook_url", "runbook", "runbookUrl"));
  return {
    incident,
    ended: endingOf(incident, known),
    summary: first("summary", "message", "title"),
    description: first("description", "details"),
    runbook,
    links: linksOf(annotations, runbook),
    owner: ownerOf({ labels: incident.labels, annotations }),
    firings: foldFlapping(firings, ignored)
      .slice(0, mostFirings)
      .map(({ incidents, from, to }) => ({
        startsAt: from,
        endsAt: to,
        times: incidents.length,
        lead: leadOf(incidents),
      })),
    alsoFiring: alsoFiring.toSorted((a, b) => a.startsAt - b.startsAt),
    doubts,
  };
}

function leadOf(incidents: readonly Incident[]): string {
  const [first] = incidents;
  if (!first) return "";
  const { alertname: _, ...labels } = first.labels;
  return alertReading({ name: first.name, labels, startsAt: first.startsAt, endsAt: first.endsAt }, "").spelling;
}

/** Dashboards and whatever else an annotation links to, by the annotation's name. */
const linksOf = (annotations: Labels, runbook: string | null): { title: string; url: string }[] =>
  Object.entries(annotations).flatMap(([name, text]) => {
    const url = webLink(text);
    return url === null || url === runbook ? [] : [{ title: name.replace(/_?url$/i, "").replace(/[_-]+/g, " "), url }];
  });

/** The whole text, and nothing else, is a link that a browser may open. */
function webLink(text: string | null): string | null {
  const url = text?.trim() ?? "";
  return /^https?:\/\/\S+$/i.test(url) && url.length <= mostText && URL.canParse(url) ? url : null;
}
