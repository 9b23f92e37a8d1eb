"use client";
import styles from "@/components/panels/receipt.module.css";
import { curlOf, languageOf, outLinkOf } from "@/components/panels/receipt-links";
/** What a panel's content cost and said: one line, and behind it every query exactly as it was put. */
import { CopyButton } from "@/components/ui/copy-button";
import { useEnvironment } from "@/components/ui/environment";
import { inZone, useZone } from "@/components/ui/zone";
import { type Evidence, isFailure, rowsOf } from "@/lib/evidence";
import { printBytes } from "@/lib/signal/bytes";
import { printDuration, toInstant, type Window } from "@/lib/signal/time";

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
  if (evidence.length === 0) return null;
  const latest = toInstant(Math.max(...evidence.map(({ receipt }) => receipt.lastByte)));
  return (
    <details className={styles.receipts}>
      <summary>
        <span className={styles.words}>{receiptWords(evidence)}</span>
        <span className={styles.asOf}>
          as of {inZone(latest, zone).clock} {name}
        </span>
      </summary>
      <ol>
        {evidence.map((one) => (
          <ReceiptOf key={one.question.id} one={one} />
        ))}
      </ol>
    </details>
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
