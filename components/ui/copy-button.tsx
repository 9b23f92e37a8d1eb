"use client";
/** Copies a text and says so where it stands, for the eye and for a screen reader. */
import { useEffect, useState } from "react";
import styles from "@/components/ui/button.module.css";

type Props = {
  readonly text: string | (() => string | Promise<string>);
  readonly label: string;
  readonly look?: "link" | "button" | "menu";
  /** Tried first; true = it is done, nothing needs to be copied. */
  readonly instead?: () => Promise<boolean>;
};

const looks = { link: styles.link, button: styles.button, menu: `${styles.button} ${styles.menu}` } as const;

export function CopyButton({ text, label, look = "link", instead }: Props) {
  const [said, setSaid] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), 1_600);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    if (await instead?.()) return;
    setSaid((await copyText(typeof text === "string" ? text : await text())) ? "copied" : "refused");
  };
  return (
    <button type="button" className={looks[look]} onClick={copy}>
      {/* Both texts share one cell, so that the button keeps its width. */}
      <span className={styles.swap} data-said={said !== null}>
        <span>{label}</span>
        <span aria-hidden={said === null}>{said === "refused" ? "Not allowed" : "Copied"}</span>
      </span>
      <span role="status" className="only-heard">
        {said === "copied" ? `${label}: copied` : said === "refused" ? `${label}: the browser refused` : ""}
      </span>
    </button>
  );
}

/** The clipboard needs a secure page; plain http on another host has only the old way. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "only-heard";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
