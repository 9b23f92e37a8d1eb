"use client";
/** How old the page is, or whom it still waits for. Counted by how far this browser's clock ran, not by what it says. */
import { useEffect, useState } from "react";
import { agoWords, answersMissing, awaited } from "@/components/as-of-words";
import styles from "@/components/console.module.css";
import type { InvestigationState } from "@/components/investigation-state";
import { useOnline } from "@/components/online";
import { Button } from "@/components/ui/button";
import { useWindowMoves } from "@/components/ui/window-moves";
import { printTime, useZone } from "@/components/ui/zone";
import { minute } from "@/lib/signal/time";

/** ms. An answer that takes longer is worth a word; most are in by then. */
const slow = 3_000;
/** From then on it is no longer the present that is read, and its age stands out. ms */
const old = 5 * minute;

/** What is told of this browser: how long ago the page was told, in ms, and whether there is a line. */
export type Standing = { readonly age: number; readonly online: boolean };

/** `standing` is for who draws it as it would be later; else it is as it is. */
export function AsOf({ state, standing }: { readonly state: InvestigationState; readonly standing?: Standing }) {
  const { stream, now, hello, questions, evidence } = state;
  const { zone, name } = useZone();
  const { untilNow } = useWindowMoves();
  const elapsed = useElapsed(now);
  const isOnline = useOnline();
  const { age, online } = standing ?? { age: elapsed, online: isOnline };
  const isStill = stream !== "open" && now !== 0;
  // The server's clock beats every 5 s: with the first beat it is said who keeps us.
  const isSlow = hello !== null && now - hello.now >= slow;
  const missing = state.end?.unanswered.length ?? 0;
  const lacks = online
    ? stream === "lost"
      ? "Connection lost · "
      : missing > 0
        ? `${answersMissing(missing)} · `
        : ""
    : "Offline · ";
  const words = isStill
    ? `${lacks}as of ${printTime(now, state.window?.to ?? now, zone)} ${name}, ${agoWords(age)}`
    : isSlow
      ? awaited(questions, evidence)
      : "";
  return (
    <p
      className={styles.asOf}
      data-clock={isStill && (standing ? "stopped" : true)}
      data-old={isStill && (age >= old || !online)}
    >
      {/* Another text is another element: flush right, the same one would be seen to move. */}
      <span key={words}>{words === "" ? "\u00a0" : words}</span>
      {isStill && untilNow && (
        <Button look="link" onClick={untilNow}>
          Look until now
        </Button>
      )}
    </p>
  );
}

/** ms since `since` last changed, in steps that are worth drawing. */
function useElapsed(since: number): number {
  const [elapsed, setElapsed] = useState({ since, ms: 0 });
  useEffect(() => {
    const start = performance.now();
    const timer = setInterval(() => setElapsed({ since, ms: performance.now() - start }), 5_000);
    return () => clearInterval(timer);
  }, [since]);
  return elapsed.since === since ? elapsed.ms : 0;
}
