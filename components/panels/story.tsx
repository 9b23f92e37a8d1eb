"use client";
/** The sentences on top: what, since when, where it breaks, what changed. Each phrase that cites leads to its evidence. */
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/story.module.css";
import { heardWords, storyWords } from "@/components/panels/story-words";
import { arrowed } from "@/components/ui/arrowed";
import { brief, harmless } from "@/components/ui/harmless";
import { idsOfSlot } from "@/components/ui/jump";
import type { Phrase } from "@/lib/explanation";

type Props = {
  readonly state: InvestigationState;
  /** Leads to what a phrase cites. */
  readonly onPhrase: (phrase: Phrase) => void;
  readonly actions: React.ReactNode;
};

export function Story({ state, onPhrase, actions }: Props) {
  const { story, strong, weak } = state.explanation;
  // What is still asked for is no weakness, and what is not all in is no strength.
  const settled = state.stream !== "open" || state.over;
  return (
    <section className={styles.story} aria-label="What happened">
      <div className={styles.text}>
        <h1>
          {story.length > 0 ? (
            <Phrases phrases={story} onPhrase={onPhrase} />
          ) : (
            <span className={styles.waiting}>{storyWords(state)}</span>
          )}
        </h1>
        {story.length === 0 && state.stream === "open" && (
          // Below other words it is another element: the same one would be seen to move.
          <div key={storyWords(state)} className={styles.coming} aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        )}
        {/* Not drawn before it stands: what is not there yet cannot move when the story grows by a line. */}
        {settled && (
          <p className={styles.strength}>
            {strong !== "" && <span>Strong: {ended(strong)} </span>}
            {weak !== "" && <span>Weaker: {ended(weak)}</span>}
            {strong === "" && weak === "" && state.windowBecause !== "" && (
              <span>Window: {ended(state.windowBecause)}</span>
            )}
          </p>
        )}
      </div>
      {/* The story grows word by word; a screen reader is told when it begins and when it stands. */}
      <p role="status" className="only-heard">
        {heardWords(state)}
      </p>
      <div className={`${styles.actions} no-print`}>{actions}</div>
    </section>
  );
}

const ended = (sentence: string): string => harmless(/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);

/** A number and its unit stay on one line: "2 min", "38 %". */
const unbroken = (text: string): string => text.replace(/(\d) (?=(?:ms|s|min|h|d)\b|%)/g, "$1\u00a0");

export function Phrases({
  phrases,
  onPhrase,
}: {
  readonly phrases: readonly Phrase[];
  readonly onPhrase: Props["onPhrase"];
}) {
  return phrases.map((phrase, index) => {
    // All that stands before it: a phrase that a longer one pushes on is another, and nothing is seen to move.
    const key = phrases
      .slice(0, index + 1)
      .map(({ text }) => text)
      .join("");
    const { target } = phrase;
    if (target === null)
      return (
        <span key={key} data-tone={phrase.tone} className={styles.phrase}>
          {arrowed(unbroken(harmless(phrase.text)))}
        </span>
      );
    return (
      // A link, not a button: a button cannot break across lines.
      <a
        key={key}
        href={`#${idsOfSlot(target.slot).at(-1)}`}
        data-tone={phrase.tone}
        className={styles.phrase}
        data-jump={brief(phrase.text, 40)}
        onClick={(event) => {
          event.preventDefault();
          // Not every browser gives a clicked link the focus; it is where the way back leads.
          event.currentTarget.focus({ preventScroll: true });
          onPhrase(phrase);
        }}
      >
        {arrowed(unbroken(harmless(phrase.text)))}
      </a>
    );
  });
}
