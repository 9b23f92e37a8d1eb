"use client";
/** What a panel's content cost: one line, and behind it, once it is opened, every query. */
import dynamic from "next/dynamic";
import { useState } from "react";
import styles from "@/components/panels/receipt.module.css";
import { inZone, useZone } from "@/components/ui/zone";
import { type Evidence, isFailure } from "@/lib/evidence";
import { printBytes } from "@/lib/signal/bytes";
import { printDuration, toInstant } from "@/lib/signal/time";

const ReceiptList = dynamic(() => import("@/components/panels/receipt-list").then(({ ReceiptList }) => ReceiptList));

/** "3 queries · prometheus, loki · 84 ms · 21 kB": the slowest call, the sum of the bytes. */
export function receiptWords(evidence: readonly Evidence[]): string {
  const names = [...new Set(evidence.map(({ receipt }) => receipt.upstream.split("/").pop() ?? receipt.upstream))];
  const slowest = Math.max(0, ...evidence.map(({ receipt }) => receipt.lastByte - receipt.sent));
  const bytes = evidence.reduce((sum, { receipt }) => sum + receipt.bytes, 0);
  // An empty answer is an answer.
  const failed = evidence.filter(({ answer }) => answer.kind === "gap" && isFailure(answer)).length;
  return [
    `${evidence.length} ${evidence.length === 1 ? "query" : "queries"}`,
    names.join(", "),
    printDuration(slowest),
    printBytes(bytes),
    ...(failed > 0 ? [`${failed} without an answer`] : []),
  ].join(" · ");
}

export function Receipts({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const { zone, name } = useZone();
  const [opened, setOpened] = useState(false);
  if (evidence.length === 0) return null;
  const latest = toInstant(Math.max(...evidence.map(({ receipt }) => receipt.lastByte)));
  return (
    <details className={styles.receipts} onToggle={({ currentTarget }) => currentTarget.open && setOpened(true)}>
      <summary>
        <span className={styles.words}>{receiptWords(evidence)}</span>
        <span className={styles.asOf}>
          as of {inZone(latest, zone).clock} {name}
        </span>
      </summary>
      {opened && <ReceiptList evidence={evidence} />}
    </details>
  );
}
