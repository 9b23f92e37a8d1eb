/** One or two words that say of what kind something is. Its colour only repeats what the words say. */
import type { ReactNode } from "react";
import styles from "@/components/ui/tag.module.css";

type Props = {
  readonly tone?: "plain" | "error" | "warning" | "good" | "change" | "onset";
  readonly children: ReactNode;
};

export function Tag({ tone = "plain", children }: Props) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {children}
    </span>
  );
}
