/** "payment hangs 30 s in tls.handshake: deadline exceeded": where the trace breaks. */
import type { Phrase } from "@/lib/finding/finding";
import { type Claim, isStray, type Origin } from "@/lib/finding/seen";
import { missingOf } from "@/lib/finding/whole-trace";
import { cite, plain, plural, quoted } from "@/lib/finding/words";
import { printDuration } from "@/lib/signal/time";
import { hasFlag, spanAt, spanFlag, spanInstant, type Trace } from "@/lib/signal/trace";

/** Also the middle of the story. No full stop. */
export function originPhrases(origin: Origin, question: string): Phrase[] {
  const at = { row: origin.row };
  const name = cite(quoted(origin.name, 80), "code", [question], "trace", at);
  const service = cite(origin.service.name, "service", [question], "trace", at);
  const lasted = printDuration(origin.duration);
  const peer = origin.peer === null ? [] : [plain(` (to ${quoted(origin.peer, 60)})`)];
  const message = origin.message === null ? [] : [plain(`: “${quoted(origin.message)}”`)];
  const others = origin.others > 0 ? [plain(`; ${plural(origin.others, "other span")} failed too`)] : [];
  const verb = origin.hangs ? ` hangs ${lasted} in ` : origin.unfinished ? " never ended " : " fails in ";
  const after = origin.unfinished && origin.hangs ? " and no end was received" : origin.hangs ? "" : ` after ${lasted}`;
  return [service, plain(verb), name, ...peer, plain(after), ...message, ...others].filter(({ text }) => text !== "");
}

/** Whoever called it may have failed with it, and only somebody further up not. */
function survivedInWords({ row, survivor }: Origin, trace: Trace): string {
  if (survivor === null) return "";
  const isCaller = trace.parent[row] === survivor;
  const who = isCaller ? "what called it" : `${spanAt(trace, survivor).service.name}, further up,`;
  return hasFlag(trace, survivor, spanFlag.unfinished)
    ? `; of ${isCaller ? who : who.replace(/,$/, "")}, no end was received`
    : `; ${who} went on and did not fail with it`;
}

export const errorOrigin: Claim = {
  reads: ["trace-by-id"],
  judge: (seen) => {
    const { trace, origin } = seen;
    if (!trace || !origin) return [];
    const { id } = trace.question;
    const weakenedBy = missingOf(seen, trace, "what broke may be among the missing ones");
    const columns = trace.answer.trace;
    const stray = isStray(seen);
    return [
      {
        id: `error-origin ${columns.id} ${columns.spanId[origin.row] ?? origin.row}`,
        kind: "error-origin",
        sentence: [
          ...(stray ? [plain("A failing trace was found: ")] : []),
          ...originPhrases(origin, id),
          plain(`${origin.surfaced || origin.unfinished ? "" : survivedInWords(origin, columns)}.`),
        ],
        score: (stray ? 0.4 : origin.surfaced || origin.hangs ? 0.95 : 0.5) - (weakenedBy.length > 0 ? 0.1 : 0),
        at: spanInstant(columns, origin.row),
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
