/** Keys and values; a long value is folded behind its beginning. */
import styles from "@/components/panels/span.module.css";
import type { Fact } from "@/components/panels/span-facts";
import { brief, harmless } from "@/components/ui/harmless";
import { Table } from "@/components/ui/table";

const longest = 160;

export function LongText({ text }: { readonly text: string }) {
  if (text.length <= longest) return <span className={styles.value}>{harmless(text)}</span>;
  return (
    <details className={styles.long}>
      <summary>
        <span className={styles.value}>{harmless(text.slice(0, longest))}…</span>{" "}
        <span className={styles.size}>{text.length.toLocaleString("en-US")} characters</span>
      </summary>
      <pre>{harmless(text)}</pre>
    </details>
  );
}

export function FactTable({ label, facts }: { readonly label: string; readonly facts: readonly Fact[] }) {
  return (
    <Table
      label={label}
      rows={facts.map(({ id, key, text }) => ({ id, cells: [brief(key, 300), <LongText key="value" text={text} />] }))}
    />
  );
}
