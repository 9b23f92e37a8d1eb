"use client";
/**
 * The paste box: any text that holds an id enters, an address leaves. It says how it read the text and offers the other
 * readings; only the parsed lead ever reaches the URL.
 */
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import {
  type ClipboardEvent,
  type FormEvent,
  type KeyboardEvent,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import styles from "@/components/lead-box.module.css";
import { kindWords, leadBoxLabel, leadBoxPrompt } from "@/components/lead-words";
import { Button } from "@/components/ui/button";
import { singleKey } from "@/components/ui/single-keys";
import { Tag } from "@/components/ui/tag";
import { addressOfLead, printAddress } from "@/lib/address";
import type { Lead, LeadReading, ParsedLead } from "@/lib/lead";

type Props = {
  /** What is open now, as printed; empty on the home page. */
  readonly lead: string;
  /** How `lead` is read. */
  readonly kind?: LeadReading["kind"];
  readonly large?: boolean;
  /** What stands in the field before anyone typed, and why it could not be read. */
  readonly pasted?: { readonly text: string; readonly refusal: string } | null;
};

const Readings = dynamic(() => import("@/components/lead-readings").then(({ Readings }) => Readings), { ssr: false });

/** The reader of leads is not needed before someone comes near the field. */
const loadReader = () => import("@/lib/lead");
type Reader = Awaited<ReturnType<typeof loadReader>>;

/** Beyond this a paste is no longer shown in the field, only read. */
const shownCharacters = 4_000;

export function LeadBox({ lead, kind, large = false, pasted = null }: Props) {
  const router = useRouter();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(pasted?.text ?? lead);
  const [whole, setWhole] = useState<string | null>(null);
  const [refused, setRefused] = useState(pasted !== null);
  const [reader, setReader] = useState<Reader | null>(null);
  const mac = useSyncExternalStore(never, isMac, () => false);
  useFocusKeys(field);
  const [opened, setOpened] = useState(lead);
  if (opened !== lead) {
    setOpened(lead);
    setText(lead);
  }
  // The first thing anyone does on the first page is paste; where a keyboard would slide in, not before they ask.
  useEffect(() => {
    if (large && matchMedia("(hover: hover) and (pointer: fine)").matches) field.current?.focus();
  }, [large]);

  const edited = text.trim() !== "" && text !== lead;
  const parsed: ParsedLead | null = text.trim() === "" ? null : (reader?.parseLead(whole ?? text) ?? null);
  const prepare = async (): Promise<Reader> => {
    const loaded = reader ?? (await loadReader());
    setReader(loaded);
    return loaded;
  };
  const go = async (chosen: Lead): Promise<void> => {
    const { printLead } = await prepare();
    const address = {
      ...addressOfLead(printLead(chosen)),
      environment: chosen.environment,
      window: chosen.window,
    };
    field.current?.blur();
    router.push(printAddress(address));
  };
  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    const { parseLead } = await prepare();
    const read = parseLead(whole ?? text);
    if (text.trim() !== "" && read.ok) await go(read.lead);
    else setRefused(true);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void submit();
    }
    if (event.key === "Escape") {
      setText(lead);
      setWhole(null);
      field.current?.blur();
    }
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    const clip = event.clipboardData.getData("text");
    // The caret is at the end of what came in; one looks for its beginning.
    const element = event.currentTarget;
    requestAnimationFrame(() => element.scrollTo(0, 0));
    if (clip.length <= shownCharacters) return;
    event.preventDefault();
    setWhole(clip);
    setText(`${clip.slice(0, shownCharacters)} …`);
    setRefused(false);
  };
  const unread = reader === null && pasted !== null && text === pasted.text;
  const shownKind = parsed?.ok ? parsed.lead.reading.kind : text === lead ? kind : undefined;
  return (
    <form className={styles.box} data-large={large} onSubmit={submit}>
      <div className={styles.field}>
        {shownKind && (
          <span className={styles.kind} aria-hidden="true">
            <Tag>{kindWords(shownKind)}</Tag>
          </span>
        )}
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={leadBoxLabel}
          aria-describedby={`${id}-reading`}
          placeholder={leadBoxPrompt}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          enterKeyHint="go"
          onChange={(event) => {
            setText(event.target.value);
            setWhole(null);
            setRefused(false);
          }}
          onFocus={(event) => {
            event.target.select();
            void prepare();
          }}
          onKeyDown={onKey}
          onPaste={onPaste}
        />
        {edited || large ? (
          <Button type="submit" look="primary" className={styles.go}>
            {large ? "Investigate" : "Go"}
          </Button>
        ) : (
          <kbd className={styles.key}>{mac ? "⌘K" : "Ctrl K"}</kbd>
        )}
      </div>
      <div id={`${id}-reading`} className={styles.reading} data-shown={edited || refused} aria-live="polite">
        {edited && parsed?.ok && <Readings lead={parsed.lead} onChoose={go} />}
        {edited && parsed !== null && !parsed.ok && <p data-refused={refused}>{parsed.message}</p>}
        {unread && <p data-refused="true">{pasted.refusal}</p>}
        {refused && text.trim() === "" && (
          <p data-refused="true">Paste an id, an alert, a service or a deploy first.</p>
        )}
      </div>
    </form>
  );
}

const never = () => () => {};
const isMac = (): boolean => /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** `/` outside a field, and ⌘K or Ctrl-K everywhere. */
function useFocusKeys(field: React.RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      const slash = singleKey(event) === "/";
      const palette = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey);
      if (!slash && !palette) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [field]);
}
