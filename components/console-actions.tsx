"use client";
import styles from "@/components/console.module.css";
/** What can be done with the whole page: take it to a chat, share it, keep it going. */
import type { InvestigationState } from "@/components/investigation-state";
import { ledgerOf } from "@/components/panels/ledger-entries";
import buttons from "@/components/ui/button.module.css";
import { CopyButton } from "@/components/ui/copy-button";
import { useWindowMoves } from "@/components/ui/window-moves";
import { inZone, useZone } from "@/components/ui/zone";
import { summaryMarkdown } from "@/lib/summary";

type Props = { readonly state: InvestigationState; readonly onResume: () => void; readonly onAgain: () => void };

export function ConsoleActions({ state, onResume, onAgain }: Props) {
  return (
    <>
      <CopyButton look="button" label="Copy for chat" text={() => chatText(state)} />
      <CopyButton look="button" label="Share" text={() => location.href} />
      <StreamState state={state} onResume={onResume} onAgain={onAgain} />
    </>
  );
}

/** Markdown: story, slots, gaps and a link, in UTC, whatever the page shows. */
const chatText = (state: InvestigationState): string =>
  summaryMarkdown({
    lead: state.hello?.lead.reading.spelling ?? "",
    window: state.window,
    environment: state.environment?.name ?? null,
    explanation: state.explanation,
    slots: ledgerOf(state),
    link: location.href,
    now: state.now,
  });

function StreamState({ state, onResume, onAgain }: Props) {
  const { zone, name } = useZone();
  const { untilNow } = useWindowMoves();
  switch (state.stream) {
    case "open":
      return (
        <span className={styles.live} role="status">
          <span aria-hidden="true">●</span> Live
        </span>
      );
    case "lost":
      return (
        <button type="button" className={`${buttons.button} ${styles.lost}`} onClick={onResume}>
          Connection lost · continue
        </button>
      );
    case "ended":
      return (
        <>
          {untilNow && (
            <button type="button" className={buttons.button} onClick={untilNow}>
              Look until now
            </button>
          )}
          <button
            type="button"
            className={`${buttons.button} ${styles.again}`}
            title={`Complete as of ${inZone(state.now, zone).clock} ${name}`}
            onClick={onAgain}
          >
            Look again
          </button>
        </>
      );
  }
}
