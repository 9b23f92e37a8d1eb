/** "The trace is 2 h ahead of this clock": then no other signal can be expected at its time, and none is denied. */
import type { Claim } from "@/lib/finding/seen";
import { cite, plain } from "@/lib/finding/words";
import { mostFollowed } from "@/lib/signal/clock-skew";
import { printDuration } from "@/lib/signal/time";

export const clockAhead: Claim = {
  reads: ["trace-by-id"],
  judge: ({ trace, ahead }) => {
    if (!trace || ahead === 0) return [];
    const { id } = trace.question;
    const so =
      ahead > mostFollowed
        ? "the other signals are those of the last minutes, and may be of another moment"
        : "the other signals may lie beside it by as much";
    return [
      {
        id: `clock-ahead ${trace.answer.trace.id}`,
        kind: "clock-ahead",
        sentence: [
          cite("The trace", "plain", [id], "trace"),
          plain(` is ${printDuration(ahead)} ahead of this clock: ${so}.`),
        ],
        score: 0.4,
        at: null,
        cites: [id],
        weakenedBy: [],
      },
    ];
  },
};
