"use client";
/** The last lines of the page: which window it speaks of and why, and where else to look. */
import type { ReactNode } from "react";
import styles from "@/components/console.module.css";
import type { InvestigationState } from "@/components/investigation-state";
import { lineField } from "@/components/line-field";
import { outLinks } from "@/components/out-links";
import { inZone, printTime, useZone } from "@/components/ui/zone";
import { printDuration } from "@/lib/signal/time";
import { servicesOf } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";

type Props = {
  readonly state: InvestigationState;
  /** What the keys do, as a button. */
  readonly keys: ReactNode;
};

export function ConsoleFoot({ state, keys }: Props) {
  const { zone, name } = useZone();
  const { window, windowBecause, environment, explanation, hello } = state;
  const trace = traceOf(state.evidence)?.answer.trace;
  const links = outLinks(environment?.links ?? [], {
    id: hello?.lead.reading.spelling ?? null,
    // Without a trace the service that is shown first.
    service: (trace ? servicesOf(trace)[0] : explanation.movements[0]?.service)?.name ?? null,
    window,
    line: (field) => lineField(state.evidence, field),
  });
  return (
    <footer className={styles.foot}>
      {window && (
        <span>
          {inZone(window.from, zone).date} {inZone(window.from, zone).clock} … {printTime(window.to, window.from, zone)}{" "}
          {name}, {printDuration(window.to - window.from)}
          {windowBecause === "" ? "" : `: ${windowBecause}`}
        </span>
      )}
      {links.length > 0 && (
        <nav aria-label="Elsewhere">
          Elsewhere:{" "}
          {links.map(({ title, href }) => (
            <a key={`${title} ${href}`} href={href} target="_blank" rel="noreferrer">
              {title}
            </a>
          ))}
        </nav>
      )}
      <span className="no-print">{keys}</span>
    </footer>
  );
}
