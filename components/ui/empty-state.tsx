/** In the place of what is not there: why, and what can be done. Nothing on the page is ever just empty. */
import type { ReactNode } from "react";
import styles from "@/components/ui/empty-state.module.css";
import { harmless } from "@/components/ui/harmless";
import { VerdictMark } from "@/components/ui/verdict-mark";

type Props = {
  readonly text: string;
  /** Something went wrong, as against: it was looked at and there is nothing. */
  readonly failed?: boolean;
  /** What to do next: words, or a button. */
  readonly next?: ReactNode;
  /** The kind of reason, in small. */
  readonly kind?: string;
};

export function EmptyState({ text, failed = false, next, kind }: Props) {
  return (
    <div className={styles.empty}>
      <span className={styles.mark}>
        <VerdictMark verdict={failed ? "failed" : "nothing"} />
      </span>
      <div>
        <p className={styles.text}>{harmless(text)}</p>
        {next}
        {kind !== undefined && <p className={styles.kind}>{kind}</p>}
      </div>
    </div>
  );
}
