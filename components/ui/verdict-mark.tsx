/** The sign of a verdict, wherever one stands: in the ledger, before a gap, in the gallery. */
import { Icon, type IconName } from "@/components/ui/icon";
import styles from "@/components/ui/verdict-mark.module.css";
import type { Verdict } from "@/lib/slot";

const names: Readonly<Record<Verdict, IconName>> = {
  waiting: "dots",
  found: "disc",
  partial: "half",
  nothing: "ring",
  failed: "close",
};

export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span className={styles.mark} data-verdict={verdict}>
      <Icon name={names[verdict]} />
    </span>
  );
}
