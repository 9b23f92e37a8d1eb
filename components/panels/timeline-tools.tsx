"use client";
/** What can be asked of the drawn lanes: the whole window again, the numbers, the same lanes yesterday or a week ago. */
import styles from "@/components/panels/timeline-tools.module.css";
import { lookAt } from "@/components/panels/view-store";
import { type Earlier, earlier } from "@/lib/view";

export const earlierNames: Readonly<Record<Earlier, string>> = { day: "yesterday", week: "last week" };

type Props = {
  readonly compared: Earlier | null;
  readonly onCompare: (to: Earlier | null) => void;
  readonly table: boolean;
  readonly onTable: (open: boolean) => void;
  readonly zoomed: boolean;
  /** "asking …", or why something did not come; "" = nothing to say. */
  readonly note: string;
};

export function TimelineTools({ compared, onCompare, table, onTable, zoomed, note }: Props) {
  return (
    <div className={styles.tools}>
      <span className={styles.note} role="status" title={note}>
        {note}
      </span>
      {zoomed && (
        <button type="button" title="Escape goes one step back" onClick={() => lookAt(null)}>
          Whole window
        </button>
      )}
      <fieldset aria-label="Compare with">
        <span aria-hidden="true">compare with</span>
        {earlier.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={compared === each}
            onClick={() => onCompare(compared === each ? null : each)}
          >
            {earlierNames[each]}
          </button>
        ))}
      </fieldset>
      <button type="button" aria-expanded={table} aria-controls="lane-numbers" onClick={() => onTable(!table)}>
        numbers
      </button>
    </div>
  );
}
