"use client";
/** The story for a chat: copied at once in the dialect chosen last, the other one behind the arrow. */
import { useState } from "react";
import { type Dialect, dialects, rememberDialect, rememberedDialect } from "@/components/chat-dialect";
import styles from "@/components/console.module.css";
import type { InvestigationState } from "@/components/investigation-state";
import { ledgerOf } from "@/components/panels/ledger-entries";
import { CopyButton } from "@/components/ui/copy-button";
import { Popover } from "@/components/ui/popover";
import { type SummaryInput, summaryMarkdown } from "@/lib/summary";
import { summarySlack } from "@/lib/summary-slack";

export function ChatCopy({ state }: { readonly state: InvestigationState }) {
  const [dialect, setDialect] = useState(rememberedDialect);
  return (
    <span className={styles.split}>
      <CopyButton look="button" label="Copy for chat" text={() => chatText(state, dialect)} />
      <Popover label="Which chat" button={{ icon: "more", "aria-label": "Which chat" }}>
        {() => (
          <ul className={styles.menu}>
            {dialects.map(({ key, title, for: whom }) => (
              <li key={key}>
                <CopyButton
                  look="menu"
                  label={title}
                  text={() => {
                    setDialect(key);
                    rememberDialect(key);
                    return chatText(state, key);
                  }}
                />
                <span>
                  {whom}
                  {key === dialect ? ", as the button copies" : ""}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Popover>
    </span>
  );
}

/** Story, slots, gaps and an absolute link, in UTC, whatever the page shows. */
function chatText(state: InvestigationState, dialect: Dialect): string {
  const input: SummaryInput = {
    lead: state.hello?.lead.reading.spelling ?? "",
    window: state.window,
    environment: state.environment?.name ?? null,
    explanation: state.explanation,
    slots: ledgerOf(state),
    link: location.href,
    now: state.now,
  };
  return dialect === "slack" ? summarySlack(input) : summaryMarkdown(input);
}
