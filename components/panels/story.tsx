"use client";
/** The sentences on top: what, since when, where it breaks, what changed. Each phrase that cites leads to its evidence. */
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/story.module.css";
import { storyWords } from "@/components/panels/story-words";
import { idsOfSlot, jumpTo } from "@/components/ui/jump";
import type { Phrase } from "@/lib/findings";

type Props = {
  readonly state: InvestigationState;
  /** Where a phrase leads beyond its panel: the row of a span, the id of a change. */
  readonly onTarget: (target: NonNullable<Phrase["target"]>) => void;
  readonly actions: React.ReactNode;
};

export function Story({ state, onTarget, actions }: Props) {
  const { story, strong, weak } = state.explanation;
  return (
    <section className={styles.story} aria-label="What happened">
      <div className={styles.text}>
        <h1 aria-live="polite">
          {story.length > 0 ? (
            <Phrases phrases={story} onTarget={onTarget} />
          ) : (
            <span className={styles.waiting}>{storyWords(state)}</span>
          )}
        </h1>
        <p className={styles.strength}>
          {strong !== "" && <span>Strong: {ended(strong)} </span>}
          {weak !== "" && <span>Weaker: {ended(weak)}</span>}
          {strong === "" && weak === "" && state.windowBecause !== "" && (
            <span>Window: {ended(state.windowBecause)}</span>
          )}
        </p>
      </div>
      <div className={`${styles.actions} no-print`}>{actions}</div>
    </section>
  );
}

const ended = (sentence: string): string => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);

export function Phrases({
  phrases,
  onTarget,
}: {
  readonly phrases: readonly Phrase[];
  readonly onTarget: Props["onTarget"];
}) {
  return phrases.map((phrase, index) => {
    const key = `${index} ${phrase.text}`;
    const { target } = phrase;
    if (target === null)
      return (
        <span key={key} data-tone={phrase.tone} className={styles.phrase}>
          {phrase.text}
        </span>
      );
    return (
      // A link, not a button: a button cannot break across lines.
      <a
        key={key}
        href={`#${idsOfSlot(target.slot).at(-1)}`}
        data-tone={phrase.tone}
        className={styles.phrase}
        onClick={(event) => {
          event.preventDefault();
          // First the target, which may have to unfold where the jump leads.
          onTarget(target);
          jumpTo(idsOfSlot(target.slot));
        }}
      >
        {phrase.text}
      </a>
    );
  });
}
