/** Drawn streams -> lines, as they are pushed to a Loki. `<id>`, `<span>` and `<time>` in a text are filled in. */
import { hex, mixText, unit } from "@/lib/demo/chance";
import type { WorldLine } from "@/lib/demo/lines";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, printInstant, second, shift } from "@/lib/signal/time";
import { type DrawnLine, leadAt, type Stream } from "@/test/worlds/drawing";
import { span } from "@/test/worlds/samples";

/** 32 hex digits that belong to `text`. */
export const idOf = (text: string): string => [0, 1, 2, 3].map((part) => hex(mixText(`${text} ${part}`))).join("");
/** The id behind which everything of a world is to be found. */
export const leadIdOf = (world: string): string => idOf(`lead of ${world}`);

/** When a line is said, ms after zero: evenly, so that no draw of chance decides. */
function momentsOf({ rate, text }: DrawnLine, number: number): number[] {
  // The lead's lines stand within its trace, in the order in which they are drawn.
  if (rate === null) return [leadAt + 20 + 10 * number];
  const moments: number[] = [];
  let owed = unit(mixText(text));
  for (let ms = -span.before; ms < span.after; ms += second) {
    owed += ms < rate.at ? rate.before : rate.after;
    for (; owed >= 1; owed -= 1) moments.push(ms + Math.floor(unit(mixText(`${text} ${ms} ${owed}`)) * 999));
  }
  return moments;
}

/** Ascending. `world` is its name. */
export function linesOf(world: string, { labels, lines }: Stream, zero: Instant): WorldLine[] {
  return lines
    .flatMap((line, number) =>
      momentsOf(line, number).map((ms): WorldLine => {
        const at = shift(zero, ms);
        const traceId = line.rate === null ? leadIdOf(world) : idOf(`${world} ${line.text} ${ms}`);
        const filled = (text: string): string =>
          text
            .replaceAll("<id>", traceId)
            .replaceAll("<span>", traceId.slice(0, 16))
            .replaceAll("<time>", printInstant(at))
            .replaceAll("<epoch>", String(at / second))
            .replaceAll("<x-ray>", `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`);
        const metadata: Labels = Object.fromEntries(
          Object.entries(line.metadata).map(([name, value]) => [name, filled(value)]),
        );
        const micros = at * 1_000;
        return { micros, nanos: `${micros}000`, labels, text: filled(line.text), metadata, traceId };
      }),
    )
    .sort((a, b) => a.micros - b.micros);
}
