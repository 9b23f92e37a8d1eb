/** One span in the waterfall: what it is at the left, when it ran at the right. Draws, thinks nothing. */
import styles from "@/components/panels/waterfall.module.css";
import type { WaterfallRow } from "@/components/panels/waterfall-rows";
import { durationWords, oddMarks, rowWords } from "@/components/panels/waterfall-words";
import type { ServiceTones } from "@/components/service-tones";
import { brief } from "@/components/ui/harmless";
import { Icon } from "@/components/ui/icon";

type Props = {
  readonly row: WaterfallRow;
  readonly id: string;
  readonly tone: ServiceTones;
  readonly selected: boolean;
  /** px of the column in which bars are drawn: decides on which side of a bar its duration stands. */
  readonly barSpace: number;
  /** Deeper nesting than this is written as a number. */
  readonly mostDepth: number;
};

/** px by which a nested row is set in, and the nesting from which on it is only written, so that names keep their place. */
export function indentOf(deepest: number, space: number): { readonly step: number; readonly most: number } {
  const room = space * 0.4;
  const step = Math.min(12, Math.max(3, Math.floor(room / Math.max(1, deepest))));
  return { step, most: Math.floor(room / step) };
}

/** In the bar when it holds the words, else behind it, else before it. Widths in px. */
export function labelPlace(left: number, width: number, barSpace: number): "inside" | "behind" | "before" {
  const room = 62;
  if (width * barSpace >= room) return "inside";
  return (1 - left - width) * barSpace >= room ? "behind" : "before";
}

export function WaterfallRowView({ row, id, tone, selected, barSpace, mostDepth }: Props) {
  const { span, index, left, width, critical, descendants, failedInside, folded } = row;
  const depth = Math.min(span.depth, mostDepth);
  const marks = oddMarks(span.flags);
  return (
    <tr
      id={id}
      className={styles.row}
      aria-level={span.depth + 1}
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-label={brief(rowWords(span, row.selfTime, critical !== null), 600)}
      {...(descendants > 0 ? { "aria-expanded": !folded } : {})}
      data-row={span.row}
      data-failed={span.failed}
      data-context={row.context}
      // Negative focus: the grid holds it, and names this row as its active one.
      tabIndex={-1}
      style={{
        "--index": index,
        "--depth": depth,
        "--tone": tone(span.service.name),
        "--left": left,
        "--width": width,
      }}
    >
      <td className={styles.name}>
        {descendants > 0 ? (
          <span className={styles.fold} data-fold={span.row} aria-hidden="true">
            <Icon name={folded ? "chevron" : "more"} />
          </span>
        ) : (
          <span className={styles.leaf} aria-hidden="true" />
        )}
        <span className={styles.tick} aria-hidden="true" />
        <span className={styles.words} title={brief(`${span.service.name} ${span.name}`, 600)}>
          {span.depth > mostDepth && <span className={styles.depth}>{span.depth} deep</span>}
          <b>{brief(span.service.name, 200)}</b> {brief(span.name, 300)}
        </span>
        {span.failed && (
          <span className={styles.failed}>
            <Icon name="close" />
            <span className="only-heard"> failed</span>
          </span>
        )}
        {marks.map((mark) => (
          <span key={mark} className={styles.odd}>
            {mark}
          </span>
        ))}
        {folded && (
          <span className={styles.inside}>
            {descendants.toLocaleString("en-US")} inside{failedInside > 0 ? `, ${failedInside} failed` : ""}
          </span>
        )}
      </td>
      <td className={styles.time}>
        <span className={styles.bar} />
        {critical && (
          <span className={styles.critical} style={{ "--left": critical.left, "--width": critical.width }} />
        )}
        <span className={styles.duration} data-place={labelPlace(left, width, barSpace)}>
          {durationWords(span.duration)}
        </span>
      </td>
    </tr>
  );
}
