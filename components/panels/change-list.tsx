/** Every change in words, nearest to the onset first; folded to one line, so that nothing below it moves. */

import list from "@/components/panels/change-list.module.css";
import {
  byNearness,
  changeDistance,
  changeName,
  changeRest,
  type Moment,
  suspectsFirst,
} from "@/components/panels/change-words";
import styles from "@/components/panels/timeline.module.css";
import { relativeWords } from "@/components/panels/timeline-words";
import { arrowed } from "@/components/ui/arrowed";
import { inZone, printTime, useZone } from "@/components/ui/zone";
import type { Change } from "@/lib/signal/change";
import type { Instant } from "@/lib/signal/time";

type Props = {
  readonly changes: readonly Change[];
  readonly suspects: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  readonly onset: Moment | null;
  readonly now: Instant;
  readonly empty: { readonly waiting: boolean };
};

export function ChangeList({ changes, suspects, chosen, onChoose, onset, now, empty }: Props) {
  const { zone, name: zoneName } = useZone();
  const ordered = suspectsFirst(byNearness(changes, onset), suspects);
  // Why there is none stands in the lane. Its line is kept: what comes moves nothing below it.
  if (ordered.length === 0)
    return <p className={`${styles.foot} ${styles.cut}`}>{empty.waiting ? "asking …" : howTheyCome}</p>;
  const distance = (change: Change): string =>
    changeDistance(change, onset) || relativeWords(change.at, { onset: null, now });
  const short = ordered
    .slice(0, 3)
    .map((change) => `${changeName(change)} ${distance(change) || inZone(change.at, zone).clock}`)
    .join(" · ");
  return (
    <details className={styles.foot} id="changes">
      <summary>
        {/* Another text is another element: its words have not moved. */}
        <span key={short}>
          {arrowed(short)}
          {ordered.length > 3 ? ` · ${ordered.length - 3} more` : ""}
        </span>
      </summary>
      <ol className={list.changes}>
        {ordered.map((change) => (
          <li key={change.id} data-suspect={suspects.has(change.id)}>
            <time dateTime={new Date(change.at).toISOString()}>
              {printTime(change.at, now, zone)} {zoneName}
            </time>
            <span>
              <b>{arrowed(changeName(change))}</b>
              {change.previousVersion !== null && <> from {change.previousVersion}</>}
              {changeRest(change) !== "" && <span className={list.said}> {arrowed(changeRest(change))}</span>}
            </span>
            <span>{distance(change) || change.kind}</span>
            <span className={list.said}>
              {change.kind} · {change.source}
              {change.link !== null && safeLink(change.link) && (
                <>
                  {" · "}
                  <a href={change.link} target="_blank" rel="noreferrer">
                    open
                  </a>
                </>
              )}
            </span>
            <button
              type="button"
              className={list.choose}
              aria-pressed={chosen === change.id}
              onClick={() => onChoose(change.id)}
            >
              before / after<span className="only-heard"> {changeName(change)}, in every chart</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}

const howTheyCome = "Changes are read from annotations, versions in spans and metrics, pods, and change streams.";

/** A link comes from an upstream: only what a browser opens as a page is made clickable. */
const safeLink = (link: string): boolean => /^https?:\/\//i.test(link);
