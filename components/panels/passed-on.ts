"use client";
/** What is copied out of a line is meant for somebody else: secrets do not go with it. Loaded once a line is opened. */
import { type ClipboardEvent, useEffect, useRef } from "react";

type Masking = typeof import("@/lib/signal/secrets").withoutSecrets;

const loadMasking = async (): Promise<Masking> => (await import("@/lib/signal/secrets")).withoutSecrets;

export const passedOn = async (text: string): Promise<string> => (await loadMasking())(text);

/** For `onCopy`: a selection of several words is masked; one word, chosen alone, is what the reader wanted. */
export function useMaskedCopy(): (event: ClipboardEvent) => void {
  const masking = useRef<Masking | null>(null);
  useEffect(() => {
    void loadMasking().then((loaded) => {
      masking.current = loaded;
    });
  }, []);
  return (event) => {
    const chosen = getSelection()?.toString() ?? "";
    if (!masking.current || !/\S\s+\S/.test(chosen)) return;
    event.clipboardData.setData("text/plain", masking.current(chosen));
    event.preventDefault();
  };
}
