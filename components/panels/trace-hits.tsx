/** Further traces of the services around the onset, each a link to its page; folded to one line whose place is kept. */
import { type HitRow, hitWords } from "@/components/panels/trace-hit-rows";
import styles from "@/components/panels/trace-hits.module.css";
import { traceLink } from "@/components/panels/trace-link";
import { durationWords } from "@/components/panels/waterfall-words";
import { useEnvironment } from "@/components/ui/environment";
import { brief } from "@/components/ui/harmless";
import { printTime, useZone } from "@/components/ui/zone";
import type { Instant } from "@/lib/signal/time";

type Props = {
  readonly rows: readonly HitRow[];
  /** Its spans are below. */
  readonly shown: string | null;
  readonly waiting: boolean;
  readonly now: Instant;
};

export function TraceHits({ rows, shown, waiting, now }: Props) {
  const { zone, name } = useZone();
  const environment = useEnvironment();
  if (rows.length === 0)
    return (
      <p className={styles.hits}>
        {waiting ? "Looking for traces of these services …" : "No other trace of these services was named."}
      </p>
    );
  return (
    // Without a trace to show they are what there is.
    <details className={styles.hits} open={shown === null && !waiting ? true : undefined}>
      <summary>
        <span key={rows.length}>{hitWords(rows)}</span>
      </summary>
      <ol className={styles.rows}>
        {rows.map(({ traceId, duration, status, root, at }) => (
          <li key={traceId}>
            <a
              href={traceLink(traceId, environment?.name ?? null)}
              aria-current={traceId === shown ? "true" : undefined}
            >
              <span className={styles.duration}>{duration === null ? "not told" : durationWords(duration)}</span>
              <span data-status={status}>{status === "failing" ? "✕ failing" : status === "slow" ? "slow" : "–"}</span>
              <code>{brief(traceId, 40)}</code>
              <span className={styles.root}>{traceId === shown ? "shown below" : brief(root, 80)}</span>
              <time dateTime={new Date(at).toISOString()} title={name}>
                {printTime(at, now, zone)}
              </time>
            </a>
          </li>
        ))}
      </ol>
    </details>
  );
}
