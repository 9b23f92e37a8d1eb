"use client";
/** How a pasted text was read, and what else it could mean. */
import styles from "@/components/lead-box.module.css";
import { kindWords } from "@/components/lead-words";
import { Button } from "@/components/ui/button";
import type { Lead } from "@/lib/lead";

export function Readings({ lead, onChoose }: { readonly lead: Lead; readonly onChoose: (lead: Lead) => unknown }) {
  const { reading, others } = lead;
  return (
    <>
      <p>
        <b>{kindWords(reading.kind)}</b> · from {reading.from} · <code>{shortened(reading.spelling)}</code>
      </p>
      {others.length > 0 && (
        <p className={styles.others}>
          or
          {others.map((other) => (
            <Button
              key={`${other.kind} ${other.spelling}`}
              // The field keeps focus until the click is through: losing it first would fold this list away.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onChoose({ ...lead, reading: other, others: [] })}
            >
              {kindWords(other.kind)} <code>{shortened(other.spelling)}</code> · {other.from}
            </Button>
          ))}
        </p>
      )}
    </>
  );
}

const shortened = (spelling: string): string => (spelling.length > 48 ? `${spelling.slice(0, 45)}…` : spelling);
