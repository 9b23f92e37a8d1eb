import { BareHeader } from "@/components/bare-header";
import styles from "@/components/home.module.css";

/** Without a script: this file is loaded with every page. */
export default function NotFound() {
  return (
    <>
      <BareHeader />
      <main id="main" className={styles.home}>
        <h1>There is no such page.</h1>
        <p>
          An investigation begins on the <a href="/">first page</a>: paste a trace id, a log line or a link.
        </p>
      </main>
    </>
  );
}
