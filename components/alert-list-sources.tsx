"use client";
/** Who told of the alerts, who failed to, and of whose past anything can be known. */
import styles from "@/components/alert-list.module.css";
import { failedWords, sourceName } from "@/components/alert-list-words";
import { harmless } from "@/components/ui/harmless";
import type { AlertSource } from "@/lib/alert-list";

type Props = {
  readonly sources: readonly AlertSource[];
  /** Why the list itself is old; "" = it is not. */
  readonly problem: string;
};

export function AlertSources({ sources, problem }: Props) {
  const failed = [...(problem === "" ? [] : [problem]), ...failedWords(sources)];
  const several = new Set(sources.map(({ upstream }) => upstream.split("/")[0])).size > 1;
  return (
    <div className={styles.sources}>
      <div role="status">
        {failed.map((text) => (
          <p key={text}>{harmless(text)}.</p>
        ))}
      </div>
      {sources.length > 0 && (
        <details>
          <summary>
            {sources.length === 1 ? "1 source" : `${sources.length} sources`}
            {failed.length === 0 ? ", all answered" : ""}
          </summary>
          <ul>
            {sources.map((source) => (
              <li key={source.upstream}>
                <b>{sourceName(source, several)}</b> {stateWords[source.state]}
                {source.state === "nothing" && source.text !== "" && `: ${harmless(source.text)}`}. Its past is{" "}
                {source.past}.
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const stateWords: Readonly<Record<AlertSource["state"], string>> = {
  answered: "answered",
  nothing: "told of none",
  failed: "failed",
};
