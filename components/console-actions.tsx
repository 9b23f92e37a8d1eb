"use client";
import { useEffect } from "react";
import styles from "@/components/console.module.css";
/** What can be done with the whole page: take it to a chat, share it, keep it going. */
import type { InvestigationState } from "@/components/investigation-state";
import { ledgerOf } from "@/components/panels/ledger-entries";
import buttons from "@/components/ui/button.module.css";
import { CopyButton } from "@/components/ui/copy-button";
import { useWindowMoves } from "@/components/ui/window-moves";
import { inZone, useZone } from "@/components/ui/zone";

type Props = { readonly state: InvestigationState; readonly onResume: () => void; readonly onAgain: () => void };

export function ConsoleActions({ state, onResume, onAgain }: Props) {
  const { untilNow } = useWindowMoves();
  useEffect(() => void loadSummary(), []);
  return (
    <>
      <CopyButton look="button" label="Copy for chat" text={() => chatText(state)} />
      <CopyButton look="button" label="Share" text={() => location.href} />
      {/* There from the start, so that nothing moves when it can be pressed. */}
      <button
        type="button"
        className={buttons.button}
        disabled={untilNow === null}
        title={
          untilNow === null ? "The window reaches the present, or is not known yet" : "The same id, up to the present"
        }
        onClick={() => untilNow?.()}
      >
        Look until now
      </button>
      <StreamState state={state} onResume={onResume} onAgain={onAgain} />
    </>
  );
}

/** Nobody copies before there is something to read: loaded behind the first screen, and before it is asked for. */
const loadSummary = () => import("@/lib/summary");

/** Markdown: story, slots, gaps and a link, in UTC, whatever the page shows. */
const chatText = async (state: InvestigationState): Promise<string> =>
  (await loadSummary()).summaryMarkdown({
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
        <button
          type="button"
          className={`${buttons.button} ${styles.again}`}
          title={`Complete as of ${inZone(state.now, zone).clock} ${name}`}
          onClick={onAgain}
        >
          Look again
        </button>
      );
  }
}
