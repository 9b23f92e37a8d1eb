/** What this trace came from and where it goes on, beyond its own spans: each a link to that trace on this page. */
import { Fragment } from "react";
import { traceLink } from "@/components/panels/trace-link";
import { shortTraceId, traceLinkRows } from "@/components/panels/trace-link-rows";
import styles from "@/components/panels/trace-links.module.css";
import { useEnvironment } from "@/components/ui/environment";
import { brief } from "@/components/ui/harmless";
import type { AnswerOf, Evidence } from "@/lib/evidence";

type Props = { readonly answer: AnswerOf<"trace">; readonly evidence: readonly Evidence[] };

export function TraceLinks({ answer, evidence }: Props) {
  const environment = useEnvironment();
  const { rows, others, inVain } = traceLinkRows(answer, evidence);
  if (rows.length + inVain.length === 0) return null;
  return (
    <ul className={styles.links} aria-label="Other traces of this story">
      {rows.map(({ traceIds, words, where }) => (
        <li key={`${words} ${where}`}>
          <span>
            {words} {traceIds.length === 1 ? "trace" : "traces"}
          </span>{" "}
          {traceIds.map((traceId) => (
            <Fragment key={traceId}>
              <a href={traceLink(traceId, environment?.name ?? null)} title={brief(traceId, 40)}>
                <code>{brief(traceIds.length === 1 ? traceId : shortTraceId(traceId), 40)}</code>
              </a>{" "}
            </Fragment>
          ))}
          {where !== "" && <span>({brief(where, 80)})</span>}
        </li>
      ))}
      {others > 0 && <li>and {others.toLocaleString("en-US")} more</li>}
      {inVain.map((said) => (
        <li key={said}>{brief(said, 400)}</li>
      ))}
    </ul>
  );
}
