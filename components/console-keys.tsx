"use client";
/** The page's single keys, wherever the focus is; a panel that answers one itself comes first. */
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { jumpBack } from "@/components/ui/jump";
import { singleKey } from "@/components/ui/single-keys";

const KeysHelp = dynamic(() => import("@/components/keys-help").then(({ KeysHelp }) => KeysHelp), { ssr: false });

type Props = {
  /** To the next (1) or previous (-1) failed span. */
  readonly onError: (step: 1 | -1) => void;
  /** Into the rows, wherever the reader was. */
  readonly onRows: () => void;
  readonly onZone: () => void;
};

export function ConsoleKeys({ onError, onRows, onZone }: Props) {
  const [help, setHelp] = useState(false);
  useEffect(() => {
    const does: Readonly<Record<string, () => void>> = {
      n: () => onError(1),
      p: () => onError(-1),
      j: onRows,
      k: onRows,
      t: onZone,
      b: jumpBack,
      "?": () => setHelp(true),
    };
    const onKey = (event: KeyboardEvent): void => {
      const key = singleKey(event);
      const act = key === null ? undefined : does[key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [onError, onRows, onZone]);
  return (
    <>
      <Button look="link" onClick={() => setHelp(true)}>
        Keys
      </Button>
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </>
  );
}
