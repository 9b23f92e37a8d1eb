/** Says that nothing here is real, and how to look at what is. */
import Link from "next/link";
import styles from "@/components/demo.module.css";

export function DemoBanner() {
  return (
    <aside className={styles.banner} aria-label="Demo data">
      <p>
        <strong>This is demo data.</strong> Made-up systems, told by backends inside this process. The console asks them
        over HTTP as it would ask yours.{" "}
        <Link href="/demo" prefetch={false}>
          Break a backend
        </Link>
      </p>
      <p>
        Your own: <code>npm run connect -- http://prometheus:9090 http://loki:3100 http://tempo:3200</code>, save what
        it prints as <code>throughline.yaml</code>, <code>npm start</code>.
      </p>
    </aside>
  );
}
