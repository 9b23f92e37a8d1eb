"use client";
/** What can be said, best first, each claim with its weight and with what weakens it; then what moved, and what was not asked. */
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/findings-list.module.css";
import { Panel } from "@/components/panels/panel";
import { Phrases } from "@/components/panels/story";
import { inZone, useZone } from "@/components/ui/zone";
import type { Finding, Phrase } from "@/lib/findings";

type Props = {
  readonly state: InvestigationState;
  readonly onTarget: (target: NonNullable<Phrase["target"]>) => void;
};

export function FindingsList({ state, onTarget }: Props) {
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
        <p className={styles.empty}>
          {state.stream === "open"
            ? "Nothing can be said yet."
            : "The evidence supports no claim. That is no all-clear."}
        </p>
      ) : (
        <ol className={styles.findings}>
          {findings.map((finding) => (
            <FindingRow key={finding.id} finding={finding} onTarget={onTarget} />
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

function FindingRow({ finding, onTarget }: { readonly finding: Finding; readonly onTarget: Props["onTarget"] }) {
  const { zone } = useZone();
  const strength = Math.round(Math.min(1, Math.max(0, finding.score)) * 100);
  return (
    <li>
      <span className={styles.score} title={`Weight ${strength} of 100`} style={{ "--score": `${strength}%` }}>
        <span className="only-heard">Weight {strength} of 100.</span>
      </span>
      <div>
        <p>
          <Phrases phrases={finding.sentence} onTarget={onTarget} />
        </p>
        {finding.weakenedBy.length > 0 && <p className={styles.weak}>Weaker: {finding.weakenedBy.join("; ")}</p>}
      </div>
      <span className={styles.at}>{finding.at === null ? "" : inZone(finding.at, zone).clock}</span>
    </li>
  );
}
