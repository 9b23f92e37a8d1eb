/** The top of a page that is loaded with every other: the way home, and no script at all. */
import styles from "@/components/page-header.module.css";
import { Mark } from "@/components/ui/mark";

export function BareHeader() {
  return (
    <header className={styles.header}>
      <a href="/" className={styles.home}>
        <Mark />
        <span>Throughline</span>
      </a>
    </header>
  );
}
