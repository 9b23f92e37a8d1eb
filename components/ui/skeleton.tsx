/** The place of rows that are still to come. */
import styles from "@/components/ui/skeleton.module.css";

const widths = [62, 78, 54, 84, 70, 48, 76, 66, 58, 80];

export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div className={styles.skeleton}>
      <span className="only-heard">Waiting for an answer</span>
      {widths.slice(0, rows).map((width) => (
        <span key={width} aria-hidden="true" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
