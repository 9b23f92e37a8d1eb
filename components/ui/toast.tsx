"use client";
/** Words that float over the page, so that nothing moves, and stay until they are put away. */
import { Button } from "@/components/ui/button";
import styles from "@/components/ui/toast.module.css";

type Props = {
  readonly toasts: readonly string[];
  readonly onAway: (toast: string) => void;
};

export function Toasts({ toasts, onAway }: Props) {
  return (
    <ul className={styles.toasts}>
      {toasts.map((toast) => (
        <li key={toast}>
          <span>{toast}</span>
          <Button look="quiet" icon="close" aria-label="Put this notice away" onClick={() => onAway(toast)} />
        </li>
      ))}
    </ul>
  );
}
