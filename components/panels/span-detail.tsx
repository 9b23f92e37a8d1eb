"use client";
/** One span, all of it. Values are drawn as text: whatever markup they hold is only letters. */
import styles from "@/components/panels/span.module.css";
import { factsOf, spanFacts } from "@/components/panels/span-facts";
import { FactTable, LongText } from "@/components/panels/span-table";
import { traceLink } from "@/components/panels/trace-link";
import type { WaterfallLayout } from "@/components/panels/waterfall-rows";
import { durationWords, oddWords } from "@/components/panels/waterfall-words";
import type { ServiceTones } from "@/components/service-tones";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { useEnvironment } from "@/components/ui/environment";
import { brief, harmless } from "@/components/ui/harmless";
import { Tag } from "@/components/ui/tag";
import { inZone, useZone } from "@/components/ui/zone";
import { serviceKey } from "@/lib/signal/service";
import type { Instant } from "@/lib/signal/time";
import { spanAt, spanInstant, type TraceDetails } from "@/lib/signal/trace";

type Props = {
  readonly layout: WaterfallLayout;
  readonly details: TraceDetails;
  readonly row: number;
  readonly tone: ServiceTones;
  /** By the server's clock: a stamp of another day carries its date. */
  readonly now: Instant;
  readonly onSelect: (row: number | null) => void;
};

export function SpanDetail({ layout, details, row, tone, now, onSelect }: Props) {
  const { trace, selfTime } = layout;
  const span = spanAt(trace, row);
  const facts = spanFacts(details, row);
  const { zone, name: zoneName } = useZone();
  const environment = useEnvironment();
  const { date, clock, millis } = inZone(spanInstant(trace, row), zone);
  const parent = span.parent >= 0 ? spanAt(trace, span.parent) : null;
  const resource = factsOf(span.resource.attributes);
  return (
    <section className={styles.span} aria-label={brief(`Span ${span.name} of ${span.service.name}`, 200)}>
      <header>
        <h3>
          <span className={styles.tick} style={{ "--tone": tone(span.service.name) }} aria-hidden="true" />
          <b>{brief(serviceKey(span.service), 200)}</b> {brief(span.name, 400)}{" "}
          {span.failed && <Tag tone="error">failed</Tag>}
        </h3>
        <Button look="quiet" icon="close" aria-label="Close the span" onClick={() => onSelect(null)} />
      </header>
      <dl className={styles.numbers}>
        <Figure name="took" value={durationWords(span.duration)} />
        <Figure
          name="itself"
          value={durationWords(selfTime[row] ?? 0)}
          title="Time in which none of its children ran"
        />
        <Figure
          name="began"
          value={span.start === 0 ? "with the trace" : `${durationWords(span.start)} into the trace`}
        />
        <Figure
          name="at"
          value={`${inZone(now, zone).date === date ? "" : `${date} `}${clock}.${millis} ${zoneName}`}
          title={date}
        />
        {span.kind !== "unspecified" && <Figure name="kind" value={span.kind} />}
        {span.resource.version !== null && <Figure name="version" value={span.resource.version} />}
      </dl>
      {facts.message !== null && (
        <div className={styles.message}>
          <LongText text={facts.message} />
        </div>
      )}
      {oddWords(span.flags).map((words) => (
        <p key={words} className={styles.odd}>
          {words}
        </p>
      ))}
      {facts.events.length > 0 && (
        <section className={styles.block}>
          <h4>Events</h4>
          <ol className={styles.events}>
            {facts.events.map((event) => (
              <li key={event.id}>
                <span className={styles.when}>+{durationWords(Math.max(0, event.offset - span.start))}</span>
                <div>
                  <b>{brief(event.name, 200)}</b> {event.exception !== null && <LongText text={event.exception} />}
                  {event.stack !== null && (
                    <details>
                      <summary>Stack trace</summary>
                      <pre>{harmless(event.stack)}</pre>
                    </details>
                  )}
                  {event.facts.length > 0 && <FactTable label={`What ${event.name} carries`} facts={event.facts} />}
                </div>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section className={styles.block}>
        <h4>Attributes</h4>
        {facts.attributes.length > 0 ? (
          <FactTable label="Attributes" facts={facts.attributes} />
        ) : (
          <p className={styles.none}>{facts.complete ? "It carries none." : "They follow …"}</p>
        )}
      </section>
      {facts.links.length > 0 && (
        <section className={styles.block}>
          <h4>Links</h4>
          <ul className={styles.links}>
            {facts.links.map((link) => (
              <li key={`${link.traceId}-${link.spanId}`}>
                <a href={traceLink(link.traceId, environment?.name ?? null)}>{link.traceId}</a>
                {link.facts.length > 0 && <FactTable label="What the link carries" facts={link.facts} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      <details className={styles.block}>
        <summary>
          Resource{" "}
          <span className={styles.none}>
            {resource.length} {resource.length === 1 ? "attribute" : "attributes"}
          </span>
        </summary>
        {resource.length > 0 && <FactTable label="Resource" facts={resource} />}
      </details>
      <p className={styles.ids}>
        <code>{span.id}</code> <CopyButton text={span.id} label="Copy span id" />
        <CopyButton text={trace.id} label="Copy trace id" />
        {parent && (
          <Button look="link" onClick={() => onSelect(span.parent)}>
            Parent: {brief(`${parent.service.name} ${parent.name}`, 80)}
          </Button>
        )}
      </p>
    </section>
  );
}

function Figure({ name, value, title }: { readonly name: string; readonly value: string; readonly title?: string }) {
  return (
    <div {...(title === undefined ? {} : { title })}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
