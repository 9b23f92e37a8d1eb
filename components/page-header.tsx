/** The top of every page: mark, paste box, environment, zone, theme. */
import Link from "next/link";
import type { ReactNode } from "react";
import styles from "@/components/page-header.module.css";
import { Mark } from "@/components/ui/mark";
import { ThemeToggle } from "@/components/ui/theme-toggle";
import { ZoneSelect } from "@/components/ui/zone-choice";

type Props = {
  /** The paste box, where the page has it in its header. */
  readonly box?: ReactNode;
  readonly environment?: ReactNode;
  readonly environmentZone?: string | null;
};

export function PageHeader({ box, environment, environmentZone = null }: Props) {
  return (
    <header className={styles.header}>
      <Link href="/" className={styles.home} prefetch={false}>
        <Mark />
        <span>Throughline</span>
      </Link>
      <div className={styles.box}>{box}</div>
      <div className={styles.choices}>
        {environment}
        <ZoneSelect environmentZone={environmentZone} />
        <ThemeToggle />
      </div>
    </header>
  );
}
