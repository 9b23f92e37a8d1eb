"use client";
/** The alert that is the lead, in its own words: what it looks at, whose it is, what to do, and how often it fired. */
import { type ReactNode, useMemo } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/alert-facts.module.css";
import { type FactsShown, factsShown } from "@/components/panels/alert-facts-rows";
import { AlertService } from "@/components/panels/alert-service";
import { Panel } from "@/components/panels/panel";
import { EmptyState } from "@/components/ui/empty-state";
import { brief, harmless } from "@/components/ui/harmless";
import { Skeleton } from "@/components/ui/skeleton";
import { Tag } from "@/components/ui/tag";
import { printTime, useZone } from "@/components/ui/zone";
import { type Address, addressOfLead, printAddress } from "@/lib/address";
import { type Instant, printDuration } from "@/lib/signal/time";

type PanelProps = {
  readonly state: InvestigationState;
  /** What was opened, with the service it names. */
  readonly address: Address;
};

export function AlertFactsPanel({ state, address }: PanelProps) {
  const { hello, evidence, environment, identities, now } = state;
  const shown = useMemo(() => {
    const reading = hello?.lead.reading;
    if (reading?.kind !== "alert") return null;
    const own = evidence.filter(
      ({ question }) => environment === null || question.upstream.startsWith(`${environment.name}/`),
    );
    return factsShown(reading, {
      ...{ evidence: own, now, environments: hello?.environments.map(({ name }) => name) ?? [] },
      ignored: environment?.ignoredAlertLabels ?? [],
      services: identities.map(({ service }) => service.name),
    });
  }, [hello, evidence, environment, identities, now]);
  return (
    <Panel
      id="alert"
      title={shown ? brief(shown.facts.incident.name, 120) : "The alert"}
      words={shown?.state}
      evidence={shown?.evidence ?? []}
    >
      {shown ? (
        <Facts shown={shown} now={now} environment={environment?.name ?? null}>
          <AlertService state={state} address={address} />
        </Facts>
      ) : state.stream === "open" ? (
        <div className={styles.facts} data-waiting="true">
          <Skeleton rows={4} />
        </div>
      ) : (
        <EmptyState text="No source knows of this alert, so nothing can be said of it." />
      )}
    </Panel>
  );
}

/** A keyboard scrolls it. */
const scrolled = { tabIndex: 0 };

type FiringsProps = { readonly shown: FactsShown; readonly now: Instant; readonly environment: string | null };
type FactsProps = FiringsProps & { readonly children: ReactNode };

function Facts({ shown, now, environment, children }: FactsProps) {
  const { facts, severity, expression, threshold } = shown;
  return (
    // One height whatever it says: what stands below does not move, so the rest is scrolled to.
    <section
      className={styles.facts}
      data-waiting={shown.evidence.length === 0}
      aria-label="What the alert says"
      {...scrolled}
    >
      <div className={styles.words}>
        <p className={styles.tags}>
          <Tag tone={shown.isOn ? severity.tone : "plain"}>{brief(severity.word, 40)}</Tag>
          {facts.owner !== null && <span>{harmless(facts.owner)}</span>}
        </p>
        {facts.summary !== null && <p className={styles.summary}>{harmless(facts.summary)}</p>}
        {facts.description !== null && <p>{harmless(facts.description)}</p>}
        {facts.summary === null && facts.description === null && <p>It says nothing of itself.</p>}
        <p className={styles.links}>
          {facts.runbook === null ? (
            <span>No runbook is given.</span>
          ) : (
            <a href={facts.runbook} target="_blank" rel="noreferrer">
              Runbook
            </a>
          )}
          {facts.links.map(({ title, url }) => (
            <a key={`${title} ${url}`} href={url} target="_blank" rel="noreferrer">
              {brief(title, 60)}
            </a>
          ))}
        </p>
        {facts.doubts.map((text) => (
          <p key={text} className={styles.doubt}>
            {harmless(text)}
          </p>
        ))}
        {expression !== null && (
          <div className={styles.expression}>
            <code>{harmless(expression)}</code>
            {threshold !== null && <span>{threshold}</span>}
          </div>
        )}
      </div>
      <div className={styles.lists}>
        {children}
        <Firings shown={shown} now={now} environment={environment} />
      </div>
    </section>
  );
}

function Firings({ shown, now, environment }: FiringsProps) {
  const { zone, name } = useZone();
  const time = (at: Instant): string => printTime(at, now, zone);
  const length = (from: Instant, to: Instant | null): string =>
    to === null ? `for ${printDuration(Math.max(0, now - from))}` : printDuration(Math.max(0, to - from));
  const { facts, beside, isEarliest } = shown;
  return (
    <>
      <h3>Its last firings, {name}</h3>
      {facts.firings.length === 0 ? (
        <p>None is recorded.</p>
      ) : (
        <ul>
          {facts.firings.map(({ startsAt, endsAt, times, lead }) => (
            <li key={startsAt}>
              <a href={printAddress({ ...addressOfLead(lead), environment })}>{time(startsAt)}</a>
              <span>
                {times > 1 ? `${times} times in ${length(startsAt, endsAt ?? now)}` : length(startsAt, endsAt)}
                {startsAt === facts.incident.startsAt && " · this one"}
              </span>
            </li>
          ))}
        </ul>
      )}
      <h3>Also firing on this path</h3>
      {beside.length === 0 ? (
        <p>No other alert that names one of its services fired.</p>
      ) : (
        <ul>
          {isEarliest && (
            <li>
              <b>This alert</b> <span>was the earliest</span>
            </li>
          )}
          {beside.map((each) => (
            <li key={`${each.name} ${each.startsAt} ${each.about}`}>
              <b>{brief(each.name, 80)}</b>
              <span>
                {brief(each.about, 80)} since {time(each.startsAt)}
                {each.endsAt !== null && ` to ${time(each.endsAt)}`}
              </span>
              {each.isEarliest && <Tag tone="onset">earliest</Tag>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
