"use client";
/** One row of slots: what was found, what was not and why, what failed; and what each cost. */
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/ledger.module.css";
import { type Entry, ledgerOf } from "@/components/panels/ledger-entries";
import { harmless } from "@/components/ui/harmless";
import { idsOfSlot } from "@/components/ui/jump";
import { VerdictMark } from "@/components/ui/verdict-mark";
import { inZone, useZone } from "@/components/ui/zone";
import type { Slot } from "@/lib/evidence";

type Props = { readonly state: InvestigationState; readonly onSlot: (slot: Slot) => void };

export function Ledger({ state, onSlot }: Props) {
  return (
    <ol className={styles.ledger} aria-label="What was looked at">
      {ledgerOf(state).map((entry) => (
        <li key={entry.slot}>
          <a
            href={`#${idsOfSlot(entry.slot).at(-1)}`}
            data-verdict={entry.verdict}
            className={styles.slot}
            title={[entry.headline, entry.detail].join("\n")}
            data-jump={entry.title}
            onClick={(event) => {
              event.preventDefault();
              event.currentTarget.focus({ preventScroll: true });
              onSlot(entry.slot);
            }}
          >
            <Head entry={entry} />
            {/* Another text is another element: of the same one, the second line would be seen to move. */}
            <span key={entry.headline} className={styles.said}>
              <span className={styles.headline} data-long={entry.headline.length > 24}>
                {harmless(entry.headline)}
              </span>
              <Detail key={entry.detail} text={harmless(entry.detail)} />
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

/** Who answered and how fast; what it weighed and how often it was asked has no room in a hand. A dot stands between two, never at an end of a line. */
function Detail({ text }: { readonly text: string }) {
  const parts = text.split(" · ");
  if (parts.length === 1) return <span className={styles.detail}>{text}</span>;
  return (
    <span className={styles.parts}>
      {parts.map((part, index) => (
        <span key={part} className={index < 2 ? styles.part : styles.rest}>
          {part}
        </span>
      ))}
    </span>
  );
}

function Head({ entry }: { readonly entry: Entry }) {
  const { zone } = useZone();
  return (
    <span className={styles.head}>
      <VerdictMark verdict={entry.verdict} />
      <span className={styles.title}>{entry.title}</span>
      <span key={entry.verdict} className={styles.word}>
        {entry.verdict}
      </span>
      {entry.asOf !== null && (
        <span className={styles.asOf}>
          <span className={styles.word}>as of </span>
          {inZone(entry.asOf, zone).clock}
        </span>
      )}
    </span>
  );
}
