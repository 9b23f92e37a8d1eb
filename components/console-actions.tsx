"use client";
/** What can be done with the whole page: take it to a chat, share it, keep it going; and how old it is. */
import dynamic from "next/dynamic";
import { AsOf, type Standing } from "@/components/as-of";
import { answersMissing } from "@/components/as-of-words";
import styles from "@/components/console.module.css";
import type { InvestigationState } from "@/components/investigation-state";
import { headlineOf } from "@/components/panels/story-words";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";

type Props = {
  readonly state: InvestigationState;
  readonly onResume: () => void;
  readonly onAgain: () => void;
  /** As it would be later, or without a line; else as it is. */
  readonly standing?: Standing;
};

// Nobody copies before there is something to read: both are there from the start as buttons that keep their place.
const ChatCopy = dynamic(() => import("@/components/chat-copy").then(({ ChatCopy }) => ChatCopy), {
  ssr: false,
  loading: () => (
    <span className={styles.split}>
      <Button disabled>Copy for chat</Button>
      <Button icon="more" aria-label="Which chat" disabled />
    </span>
  ),
});

export function ConsoleActions({ state, onResume, onAgain, standing }: Props) {
  return (
    <>
      <div className={styles.buttons}>
        <ChatCopy state={state} />
        <CopyButton
          look="button"
          label="Share"
          text={() => location.href}
          instead={() => shared(headlineOf(state.explanation.story))}
        />
        <StreamState state={state} onResume={onResume} onAgain={onAgain} />
      </div>
      <AsOf state={state} {...(standing && { standing })} />
    </>
  );
}

/** Handed to the phone's own sheet; false where there is none, and the link is copied instead. */
async function shared(title: string): Promise<boolean> {
  if (!("share" in navigator) || !matchMedia("(pointer: coarse)").matches) return false;
  try {
    await navigator.share({ title, url: location.href });
    return true;
  } catch (cause) {
    // Put away by the reader: that, too, is an answer.
    return cause instanceof DOMException && cause.name === "AbortError";
  }
}

function StreamState({ state, onResume, onAgain }: Props) {
  const missing = state.end?.unanswered.length ?? 0;
  switch (state.stream) {
    case "open":
      return (
        <span className={styles.live}>
          <Icon name="disc" /> Live
        </span>
      );
    case "lost":
      return (
        <Button className={styles.lost} title="The connection was lost; what is here stays" onClick={onResume}>
          Continue
        </Button>
      );
    case "ended":
      return missing > 0 ? (
        <Button
          className={styles.again}
          title={`${answersMissing(missing)} in 30 s: asked again, and what is here stays`}
          onClick={onAgain}
        >
          Continue
        </Button>
      ) : (
        <Button className={styles.again} title="Asks everything again; what is here stays until then" onClick={onAgain}>
          Look again
        </Button>
      );
  }
}
