"use client";
/** Every query exactly as it was put, what came back, and how to put it elsewhere. */
import styles from "@/components/panels/receipt.module.css";
import { curlOf, languageOf, outLinkOf } from "@/components/panels/receipt-links";
import { CopyButton } from "@/components/ui/copy-button";
import { useEnvironment } from "@/components/ui/environment";
import { inZone, useZone } from "@/components/ui/zone";
import { type Evidence, rowsOf } from "@/lib/evidence";
import { printBytes } from "@/lib/signal/bytes";
import { printDuration, toInstant, type Window } from "@/lib/signal/time";

export function ReceiptList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return (
    <ol>
      {evidence.map((one) => (
        <ReceiptOf key={`${one.question.id} ${one.question.window?.from} ${one.receipt.sent}`} one={one} />
      ))}
    </ol>
  );
}

function ReceiptOf({ one }: { readonly one: Evidence }) {
  const { question, receipt, notes, answer } = one;
  const environment = useEnvironment();
  const { zone, name } = useZone();
  const link = outLinkOf(one, environment);
  const upstream = environment?.upstreams.find(({ id }) => id === question.upstream);
  const printed = (window: Window): string => `${inZone(window.from, zone).clock} … ${inZone(window.to, zone).clock}`;
  return (
    <li>
      <p className={styles.why}>{question.why}</p>
      <pre className={styles.query}>{question.text}</pre>
      <p className={styles.facts}>
        {[
          receipt.upstream,
          question.window ? `${printed(question.window)} ${name}` : "no time range",
          `sent ${inZone(toInstant(receipt.sent), zone).clock}`,
          printDuration(receipt.lastByte - receipt.sent),
          printBytes(receipt.bytes),
          `${receipt.rows.toLocaleString("en-US")} ${receipt.rows === 1 ? "row" : "rows"}`,
          ...(receipt.status === null ? [] : [`status ${receipt.status}`]),
          ...(receipt.attempts > 1 ? [`${receipt.attempts} attempts`] : []),
        ].join(" · ")}
      </p>
      {answer.kind === "gap" && (
        <p className={styles.gap}>
          {answer.text} {answer.next}
        </p>
      )}
      {answer.kind !== "gap" && rowsOf(answer) === 0 && <p className={styles.note}>It answered: nothing matches.</p>}
      {notes.map((note) => (
        <p key={note} className={styles.note}>
          {note}
        </p>
      ))}
      <p className={styles.actions}>
        <CopyButton text={question.text} label={`Copy ${languageOf(question)}`} />
        <CopyButton text={curlOf(receipt, upstream)} label="Copy curl" />
        {link && (
          <a href={link.href} target="_blank" rel="noreferrer">
            {link.title}
          </a>
        )}
      </p>
    </li>
  );
}
