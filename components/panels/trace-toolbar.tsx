/** Search, failures, folds: one slim line above the waterfall. */
import { nextFailed } from "@/components/panels/next-failed";
import styles from "@/components/panels/waterfall.module.css";
import type { WaterfallFilter, WaterfallRows } from "@/components/panels/waterfall-rows";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { spanCount } from "@/lib/signal/trace";

type Props = {
  readonly visible: WaterfallRows;
  readonly filter: WaterfallFilter;
  readonly onFilter: (filter: WaterfallFilter) => void;
  readonly selected: number | null;
  readonly onSelect: (row: number | null) => void;
  readonly anyFolded: boolean;
  readonly onOpenAll: () => void;
};

export function TraceToolbar({ visible, filter, onFilter, selected, onSelect, anyFolded, onOpenAll }: Props) {
  const { trace, failedBefore } = visible.layout;
  const count = spanCount(trace);
  const failed = failedBefore[count] ?? 0;
  const searching = visible.isMatch !== null;
  return (
    <div className={styles.toolbar}>
      <Field
        look="bare"
        type="search"
        label="Search spans"
        title="By service, operation or span id"
        value={filter.text}
        onChange={({ target }) => onFilter({ ...filter, text: target.value })}
      />
      <span className={styles.hits} role="status">
        {searching ? `${visible.matches.toLocaleString("en-US")} of ${count.toLocaleString("en-US")}` : ""}
      </span>
      {anyFolded && !searching && (
        <Button look="link" onClick={onOpenAll}>
          Open all
        </Button>
      )}
      {failed > 0 && (
        <span className={styles.errors}>
          <label>
            <input
              type="checkbox"
              checked={filter.failedOnly}
              onChange={({ target }) => onFilter({ ...filter, failedOnly: target.checked })}
            />
            failed only
          </label>
          <Button
            look="quiet"
            icon="up"
            title="Previous failed span (p)"
            aria-label="Previous failed span"
            onClick={() => onSelect(nextFailed(trace, selected, -1))}
          />
          <Button
            look="quiet"
            icon="down"
            title="Next failed span (n)"
            aria-label="Next failed span"
            onClick={() => onSelect(nextFailed(trace, selected, 1))}
          />
        </span>
      )}
    </div>
  );
}
