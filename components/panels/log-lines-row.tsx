"use client";
import styles from "@/components/panels/log-lines.module.css";
/** One line of the list, and behind it everything the line carries. */
import { ansiRuns } from "@/components/panels/log-lines-ansi";
import { streamService } from "@/components/panels/log-lines-rows";
import { detailText, isTraceLabel, rowText } from "@/components/panels/log-lines-text";
import { passedOn, useMaskedCopy } from "@/components/panels/passed-on";
import type { ServiceTones } from "@/components/service-tones";
import { CopyButton } from "@/components/ui/copy-button";
import { harmless } from "@/components/ui/harmless";
import { inZone, useZone } from "@/components/ui/zone";
import { addressOfLead, printAddress } from "@/lib/address";
import { withoutAnsi } from "@/lib/signal/ansi";
import { type LogLines, lineInstant } from "@/lib/signal/lines";

type Props = {
  readonly lines: LogLines;
  readonly row: number;
  /** Of the rows that are shown. */
  readonly index: number;
  /** Written before or after what the page looks at. */
  readonly outside: boolean;
  readonly open: boolean;
  /** Belongs to the chosen span. */
  readonly lit: boolean;
  /** The one row that Tab reaches. */
  readonly reachable: boolean;
  readonly tones: ServiceTones;
  readonly onToggle: () => void;
};

export function LogRow({ lines, row, index, outside, open, lit, reachable, tones, onToggle }: Props) {
  const { zone } = useZone();
  const level = lines.level[row] ?? "unknown";
  const service = streamService(lines.streams[lines.stream[row] ?? 0] ?? {});
  const { clock, millis } = inZone(lineInstant(lines, row), zone);
  return (
    <div className={styles.item} data-line={index} data-outside={outside} data-open={open} data-lit={lit}>
      <button
        type="button"
        className={styles.row}
        data-row={row}
        tabIndex={reachable ? 0 : -1}
        aria-expanded={open}
        onClick={onToggle}
      >
        <span className={styles.time}>
          {clock}
          <span>.{millis}</span>
        </span>
        <span className={styles.level} data-level={level}>
          {level === "unknown" ? "·" : level}
        </span>
        <span className={styles.service} style={{ color: tones(service) }}>
          {harmless(service)}
        </span>
        <span className={styles.message}>
          <Ansi text={rowText(lines.text[row] ?? "")} />
        </span>
      </button>
      {open && <LogDetail lines={lines} row={row} />}
    </div>
  );
}

function Ansi({ text }: { readonly text: string }) {
  return ansiRuns(text).map((run) => (
    <span
      key={run.at}
      data-ansi={run.colour ?? undefined}
      data-bold={run.bold || undefined}
      data-faint={run.faint || undefined}
      data-italic={run.italic || undefined}
      data-underline={run.underline || undefined}
    >
      {harmless(run.text)}
    </span>
  ));
}

function LogDetail({ lines, row }: { readonly lines: LogLines; readonly row: number }) {
  const text = lines.text[row] ?? "";
  const { shown, cut } = detailText(withoutAnsi(text));
  const labels = Object.entries(lines.streams[lines.stream[row] ?? 0] ?? {});
  const metadata = Object.entries(lines.metadata[row] ?? {});
  const onCopy = useMaskedCopy();
  return (
    <div className={styles.detail} onCopy={onCopy}>
      <pre>{harmless(shown)}</pre>
      {cut && (
        <p>
          Only the first {shown.length.toLocaleString("en-US")} characters are shown; the copy holds all, but secrets.
        </p>
      )}
      <dl>
        {[...metadata, ...labels].map(([name, value]) => (
          <div key={`${name} ${value}`}>
            <dt>{harmless(name)}</dt>
            <dd>
              {isTraceLabel(name) ? (
                <a href={printAddress(addressOfLead(value))}>{harmless(value)}</a>
              ) : (
                harmless(value.slice(0, 2_000))
              )}
            </dd>
          </div>
        ))}
      </dl>
      <CopyButton text={() => passedOn(text)} label="Copy line" />
    </div>
  );
}
