"use client";
/**
 * The paste box: any text that holds an id enters, an address leaves. It says how it read the text and offers the other
 * readings; only the parsed lead ever reaches the URL.
 */
import { useRouter } from "next/navigation";
import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { rememberLead } from "@/components/home-recent";
import styles from "@/components/lead-box.module.css";
import { addressOfLead, printAddress } from "@/components/url-state";
import { type Lead, type ParsedLead, parseLead, printLead, type Reading } from "@/lib/lead";

type Props = {
  /** What is open now, as printed; empty on the home page. */
  readonly lead: string;
  readonly large?: boolean;
};

/** Beyond this a paste is no longer shown in the field, only read. */
const shownCharacters = 4_000;

export function LeadBox({ lead, large = false }: Props) {
  const router = useRouter();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(lead);
  const [whole, setWhole] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  useFocusKeys(field);
  useEffect(() => setText(lead), [lead]);

  const edited = text.trim() !== "" && text !== lead;
  const parsed: ParsedLead | null = text.trim() === "" ? null : parseLead(whole ?? text);
  const go = (chosen: Lead): void => {
    const address = {
      ...addressOfLead(printLead(chosen)),
      environment: chosen.environment,
      window: chosen.window,
    };
    rememberLead(address.lead);
    field.current?.blur();
    router.push(printAddress(address));
  };
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (parsed?.ok) go(parsed.lead);
    else setRefused(true);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === "Escape") {
      setText(lead);
      setWhole(null);
      field.current?.blur();
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = event.clipboardData.getData("text");
    if (pasted.length <= shownCharacters) return;
    event.preventDefault();
    setWhole(pasted);
    setText(`${pasted.slice(0, shownCharacters)} …`);
    setRefused(false);
  };
  const reading = parsed?.ok ? parsed.lead.reading : null;
  return (
    <form className={styles.box} data-large={large} onSubmit={submit}>
      <div className={styles.field}>
        {reading && (
          <span className={styles.kind} aria-hidden="true">
            {kindWords(reading)}
          </span>
        )}
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label="Trace id, or any text that holds one"
          aria-describedby={`${id}-reading`}
          placeholder={
            large ? "Paste a trace id, a log line, a header, a link …" : "Paste a trace id, a log line, a link …"
          }
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          enterKeyHint="go"
          onChange={(event) => {
            setText(event.target.value);
            setWhole(null);
            setRefused(false);
          }}
          onFocus={(event) => event.target.select()}
          onKeyDown={onKey}
          onPaste={onPaste}
        />
        {edited || large ? (
          <button type="submit" className={styles.go}>
            {large ? "Investigate" : "Go"}
          </button>
        ) : (
          <kbd className={styles.key}>⌘K</kbd>
        )}
      </div>
      <div id={`${id}-reading`} className={styles.reading} data-shown={edited || refused} aria-live="polite">
        {edited && parsed?.ok && <Readings lead={parsed.lead} onChoose={go} />}
        {edited && parsed !== null && !parsed.ok && <p data-refused={refused}>{parsed.message}</p>}
        {refused && parsed === null && <p data-refused="true">Paste something that holds an id first.</p>}
      </div>
    </form>
  );
}

const kindWords = ({ kind }: Reading): string => (kind === "trace-id" ? "trace" : "id");

function Readings({ lead, onChoose }: { readonly lead: Lead; readonly onChoose: (lead: Lead) => void }) {
  const { reading, others } = lead;
  return (
    <>
      <p>
        <b>{kindWords(reading)}</b> · from {reading.from} · <code>{shortened(reading.spelling)}</code>
      </p>
      {others.length > 0 && (
        <p className={styles.others}>
          or
          {others.map((other) => (
            <button
              key={`${other.kind} ${other.spelling}`}
              type="button"
              // The field keeps focus until the click is through: losing it first would fold this list away.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onChoose({ ...lead, reading: other, others: [] })}
            >
              {kindWords(other)} <code>{shortened(other.spelling)}</code> · {other.from}
            </button>
          ))}
        </p>
      )}
    </>
  );
}

const shortened = (spelling: string): string => (spelling.length > 48 ? `${spelling.slice(0, 45)}…` : spelling);

/** `/` outside a field, and ⌘K or Ctrl-K everywhere. */
function useFocusKeys(field: React.RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      const { target } = event;
      const typing =
        target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
      const slash = event.key === "/" && !typing && !event.metaKey && !event.ctrlKey && !event.altKey;
      const palette = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey);
      if (!slash && !palette) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [field]);
}
