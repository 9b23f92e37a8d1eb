"use client";
/** Tabs after the ARIA pattern: arrows move and choose, one tab stop. The panel's id is given by its owner. */
import type { KeyboardEvent } from "react";
import styles from "@/components/ui/tabs.module.css";

export type Tab<Key extends string> = {
  readonly key: Key;
  readonly title: string;
  readonly count?: number | undefined;
};

type Props<Key extends string> = {
  readonly label: string;
  readonly tabs: readonly Tab<Key>[];
  readonly chosen: Key;
  readonly onChoose: (key: Key) => void;
  /** Id of the element with role tabpanel that the tabs switch. */
  readonly controls: string;
};

export function Tabs<Key extends string>({ label, tabs, chosen, onChoose, controls }: Props<Key>) {
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = tabs.findIndex(({ key }) => key === chosen);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: tabs.length - 1 - at }[event.key];
    const next = step === undefined ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChoose(next.key);
    event.currentTarget.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className={styles.tabs} onKeyDown={move}>
      {tabs.map(({ key, title, count }) => (
        <button
          key={key}
          type="button"
          role="tab"
          id={`${controls}-tab-${key}`}
          data-key={key}
          aria-selected={key === chosen}
          aria-controls={controls}
          tabIndex={key === chosen ? 0 : -1}
          onClick={() => onChoose(key)}
        >
          {title}
          {count !== undefined && <span className={styles.count}>{count.toLocaleString("en-US")}</span>}
        </button>
      ))}
    </div>
  );
}
