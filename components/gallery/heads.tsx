"use client";
/** Story, ledger or both in many states, under each other. */
import { ConsoleActions } from "@/components/console-actions";
import styles from "@/components/gallery/gallery.module.css";
import { type StateName, states } from "@/components/gallery/states";
import type { InvestigationState } from "@/components/investigation-state";
import { Ledger } from "@/components/panels/ledger";
import { Story } from "@/components/panels/story";
import { Tag } from "@/components/ui/tag";

const nothing = (): void => {};

type Props = { readonly part: "story" | "ledger" | "both"; readonly names?: readonly StateName[] };

/** Size is nothing to them: the huge ones look like those that are found. */
const told = ["opening", "waiting", "slow", "found", "partial", "nothing", "failed", "lost", "hostile"] as const;

export function Heads({ part, names = told }: Props) {
  return names.map((name) => (
    <section key={name} className={styles.state} aria-label={name}>
      <Tag>{name}</Tag>
      <Head part={part} state={states[name]()} />
    </section>
  ));
}

function Head({ part, state }: { readonly part: Props["part"]; readonly state: InvestigationState }) {
  return (
    <>
      {part !== "ledger" && (
        <Story
          state={state}
          onPhrase={nothing}
          actions={<ConsoleActions state={state} onResume={nothing} onAgain={nothing} />}
        />
      )}
      {part !== "story" && <Ledger state={state} onSlot={nothing} />}
    </>
  );
}
