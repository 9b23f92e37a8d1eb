"use client";
/**
 * The frame of every panel: what it is, what it shows in words, its content, and as the last line what that cost.
 * A panel never disappears: where there is nothing, its content is a `GapNote`.
 */
import type { ReactNode } from "react";
import styles from "@/components/panels/panel.module.css";
import { Receipts } from "@/components/panels/receipt";
import { harmless } from "@/components/ui/harmless";
import type { Evidence } from "@/lib/evidence";

type Props = {
  /** Element id: where story and ledger jump to. */
  readonly id: string;
  readonly title: string;
  /** "41 of 41", "30.14 s · 3 services": beside the title. */
  readonly words?: ReactNode;
  /** `<Tabs>` or other controls at the right of the head. */
  readonly tabs?: ReactNode;
  /** Whose receipts are the last line; none = no line. */
  readonly evidence: readonly Evidence[];
  readonly children: ReactNode;
};

export function Panel({ id, title, words, tabs, evidence, children }: Props) {
  return (
    <section id={id} className={styles.panel} aria-labelledby={`${id}-title`} tabIndex={-1} data-panel={id}>
      <header className={styles.head}>
        <h2 id={`${id}-title`}>{title}</h2>
        {words !== undefined && <span className={styles.shows}>{words}</span>}
        {tabs !== undefined && <div className={styles.tabs}>{tabs}</div>}
      </header>
      <div className={styles.content}>{children}</div>
      <Incomplete evidence={evidence} />
      <Receipts evidence={evidence} />
    </section>
  );
}

/** What is here is not all, in the words of whoever left it out. */
function Incomplete({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const notes = new Set(evidence.filter(({ partial }) => partial).flatMap(({ notes: said }) => said));
  if (notes.size === 0) return null;
  return <p className={styles.incomplete}>Not all: {harmless([...notes].join("; "))}</p>;
}
