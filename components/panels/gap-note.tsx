"use client";
/** Why there is nothing here and what to do next, in the place where the thing would be. */
import styles from "@/components/panels/gap-note.module.css";
import buttons from "@/components/ui/button.module.css";
import { useSearchDeep } from "@/components/ui/search-deep";
import { useWindowMoves } from "@/components/ui/window-moves";
import { type Gap, isFailure } from "@/lib/evidence";

type Props = { readonly gap: Pick<Gap, "reason" | "text" | "next"> };

export function GapNote({ gap }: Props) {
  const failed = isFailure({ kind: "gap", ...gap });
  const searchDeep = useSearchDeep();
  const { wider } = useWindowMoves();
  const widens = gap.reason === "none-in-window" && wider !== null;
  const offered = gap.reason === "over-budget" && gap.next !== "" && searchDeep !== null;
  return (
    <div className={styles.gap} data-failed={failed}>
      <span className={styles.mark} aria-hidden="true">
        {failed ? "✕" : "○"}
      </span>
      <div>
        <p className={styles.text}>{gap.text}</p>
        {offered ? (
          <button type="button" className={buttons.button} onClick={searchDeep}>
            {gap.next}
          </button>
        ) : widens ? (
          <button type="button" className={buttons.button} onClick={wider}>
            Widen by 1 h each side
          </button>
        ) : (
          gap.next !== "" && <p className={styles.next}>{gap.next}</p>
        )}
        <p className={styles.reason}>{gap.reason.replaceAll("-", " ")}</p>
      </div>
    </div>
  );
}

/** Several gaps under each other; the same words are said once. */
export function GapNotes({ gaps }: { readonly gaps: readonly Gap[] }) {
  const said = new Map(gaps.map((gap) => [gap.text, gap]));
  return [...said.values()].map((gap) => <GapNote key={gap.text} gap={gap} />);
}
