import Link from "next/link";
import styles from "@/components/home.module.css";
import { PageHeader } from "@/components/page-header";

export default function NotFound() {
  return (
    <>
      <PageHeader />
      <main id="main" className={styles.home}>
        <h1>There is no such page.</h1>
        <p>
          An investigation begins on the <Link href="/">first page</Link>: paste a trace id, a log line or a link.
        </p>
      </main>
    </>
  );
}
