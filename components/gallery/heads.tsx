"use client";
/** Story, ledger or both in many states, under each other. */
import type { Standing } from "@/components/as-of";
import { ConsoleActions } from "@/components/console-actions";
import styles from "@/components/gallery/gallery.module.css";
import { type StateName, states } from "@/components/gallery/states";
import type { InvestigationState } from "@/components/investigation-state";
import { Ledger } from "@/components/panels/ledger";
import { Story } from "@/components/panels/story";
import { Tag } from "@/components/ui/tag";
import { minute, second } from "@/lib/signal/time";

const nothing = (): void => {};

/** How the browser stands in those of them that are about it. ms */
const standings: Readonly<Partial<Record<StateName, Standing>>> = {
  stale: { age: 26 * minute, online: true },
  offline: { age: 40 * second, online: false },
  unanswered: { age: 0, online: true },
};

type Props = { readonly part: "story" | "ledger" | "both"; readonly names?: readonly StateName[] };

/** Size is nothing to them: the huge ones look like those that are found. */
const told = ["opening", "waiting", "slow", "found", "partial", "nothing", "failed", "lost", "hostile"] as const;
/** The stream is no longer open, and what is here stays. */
export const still = ["stale", "offline", "unanswered", "lost"] as const;

export function Heads({ part, names = told }: Props) {
  return names.map((name) => (
    <section key={name} className={styles.state} aria-label={name}>
      <Tag>{name}</Tag>
      <Head part={part} state={states[name]()} standing={standings[name]} />
    </section>
  ));
}

type HeadProps = {
  readonly part: Props["part"];
  readonly state: InvestigationState;
  readonly standing: Standing | undefined;
};

function Head({ part, state, standing }: HeadProps) {
  return (
    <>
      {part !== "ledger" && (
        <Story
          state={state}
          onPhrase={nothing}
          actions={
            <ConsoleActions state={state} onResume={nothing} onAgain={nothing} {...(standing && { standing })} />
          }
        />
      )}
      {part !== "story" && <Ledger state={state} onSlot={nothing} />}
    </>
  );
}
