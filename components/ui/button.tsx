/** A button in one of four looks. What it does stands on it; one that is only a sign says so to a screen reader. */
import type { ComponentProps } from "react";
import styles from "@/components/ui/button.module.css";
import { Icon, type IconName } from "@/components/ui/icon";

type Props = ComponentProps<"button"> & {
  readonly look?: "plain" | "primary" | "quiet" | "link";
  /** A sign in place of words; `aria-label` then says what it does. */
  readonly icon?: IconName;
};

const looks = {
  plain: styles.button,
  primary: `${styles.button} ${styles.primary}`,
  quiet: `${styles.button} ${styles.quiet}`,
  link: styles.link,
} as const;

export function Button({ look = "plain", icon, className = "", children, ...rest }: Props) {
  return (
    <button type="button" className={`${looks[look]} ${icon ? styles.icon : ""} ${className}`.trim()} {...rest}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}
