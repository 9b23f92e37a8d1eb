"use client";
/** What can be said, best first, each claim with its weight and with what weakens it; then what moved, and what was not asked. */
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/findings-list.module.css";
import { Panel } from "@/components/panels/panel";
import { Phrases } from "@/components/panels/story";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { harmless } from "@/components/ui/harmless";
import { useWindowMoves } from "@/components/ui/window-moves";
import { inZone, useZone } from "@/components/ui/zone";
import type { Finding, Phrase } from "@/lib/explanation";

type Props = {
  readonly state: InvestigationState;
  readonly onPhrase: (phrase: Phrase) => void;
};

export function FindingsList({ state, onPhrase }: Props) {
  const { findings } = state.explanation;
  const { unasked } = state;
  return (
    <Panel
      id="findings"
      title="Findings"
      words={findings.length > 0 ? `${findings.length}, strongest first` : undefined}
      evidence={[]}
    >
      {findings.length === 0 ? (
        <EmptyState
          text={
            state.stream === "open"
              ? "Nothing can be said yet."
              : "The evidence supports no claim. That is no all-clear."
          }
        />
      ) : (
        <ol className={styles.findings}>
          {findings.map((finding) => (
            <FindingRow key={finding.id} finding={finding} onPhrase={onPhrase} />
          ))}
        </ol>
      )}
      {unasked.length > 0 && (
        <details className={styles.unasked}>
          <summary>{unasked.length} not asked, and why</summary>
          <ul>
            {unasked.map((gap) => (
              <li key={`${gap.slot} ${gap.text}`}>
                {gap.text} <span>{gap.next}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

/** What a bar means. */
export const weightWord = (score: number): "strong" | "fair" | "weak" =>
  score >= 0.75 ? "strong" : score >= 0.5 ? "fair" : "weak";

function FindingRow({ finding, onPhrase }: { readonly finding: Finding; readonly onPhrase: Props["onPhrase"] }) {
  const { zone } = useZone();
  const { untilNow } = useWindowMoves();
  const strength = Math.round(Math.min(1, Math.max(0, finding.score)) * 100);
  return (
    <li>
      <span className={styles.weight} title={`Weight ${strength} of 100`}>
        {weightWord(finding.score)}
        <i className={styles.score} aria-hidden="true" style={{ "--score": `${strength}%` }} />
        <span className="only-heard">: weight {strength} of 100.</span>
      </span>
      <div>
        <p>
          <Phrases phrases={finding.sentence} onPhrase={onPhrase} />
          {untilNow && (finding.kind === "still-happening" || finding.kind === "over") && (
            <>
              {" "}
              <Button look="link" onClick={untilNow}>
                Look until now
              </Button>
            </>
          )}
        </p>
        {finding.parts && (
          <ul className={styles.parts}>
            {finding.parts.map((part) => (
              <li key={part[0]?.text}>
                <Phrases phrases={part} onPhrase={onPhrase} />
              </li>
            ))}
          </ul>
        )}
        {finding.weakenedBy.length > 0 && (
          <p className={styles.weak}>Weaker: {harmless(finding.weakenedBy.join("; "))}</p>
        )}
      </div>
      <span className={styles.at}>{finding.at === null ? "" : inZone(finding.at, zone).clock}</span>
    </li>
  );
}
