"use client";
/** Story or ledger in every state, under each other. */
import { ConsoleActions } from "@/components/console-actions";
import styles from "@/components/gallery/gallery.module.css";
import { states } from "@/components/gallery/states";
import type { InvestigationState } from "@/components/investigation-state";
import { Ledger } from "@/components/panels/ledger";
import { Story } from "@/components/panels/story";
import { Tag } from "@/components/ui/tag";

const nothing = (): void => {};

export function Heads({ part }: { readonly part: "story" | "ledger" }) {
  return Object.entries(states)
    .filter(([name]) => name !== "huge")
    .map(([name, make]) => (
      <section key={name} className={styles.state} aria-label={name}>
        <Tag>{name}</Tag>
        <Head part={part} state={make()} />
      </section>
    ));
}

const Head = ({ part, state }: { readonly part: "story" | "ledger"; readonly state: InvestigationState }) =>
  part === "ledger" ? (
    <Ledger state={state} onSlot={nothing} />
  ) : (
    <Story
      state={state}
      onPhrase={nothing}
      actions={<ConsoleActions state={state} onResume={nothing} onAgain={nothing} />}
    />
  );
