/** What a batch takes: the messages that were published to its topic since the batch before, by whose spans. */
import type { Draw, Draws } from "@/lib/demo/draws";
import type { Take } from "@/lib/demo/take";
import { second } from "@/lib/signal/time";
import { spanKinds } from "@/lib/signal/trace";

const producer = spanKinds.indexOf("producer");

const publishing = new WeakMap<Take, ReadonlyMap<string, number>>();
/** By topic, the row of the span that published to it. */
function publishedIn(take: Take): ReadonlyMap<string, number> {
  const known = publishing.get(take);
  if (known) return known;
  const rows = new Map(
    take.spans.flatMap(({ kind, attributes }, row) =>
      kind === producer ? [[`${attributes["messaging.destination.name"]}`, row] as const] : [],
    ),
  );
  publishing.set(take, rows);
  return rows;
}

/** Ascending in time; empty where the draw takes no batch. A batch begins within its second, and takes what came before that. */
export function takenBy({ second: due, take: { batch } }: Draw, draws: Draws): { draw: Draw; row: number }[] {
  if (!batch) return [];
  const [from, to] = [(due - batch.every / second) * 1e6, due * 1e6];
  const found: { draw: Draw; row: number; at: number }[] = [];
  for (let at = Math.floor((from / 1_000 - draws.longest) / second); at < due; at++)
    for (const draw of draws.ofSecond(at)) {
      const row = publishedIn(draw.take).get(batch.topic);
      const sent = draw.at + (row === undefined ? 0 : (draw.take.spans[row]?.end ?? 0));
      if (row !== undefined && sent >= from && sent < to) found.push({ draw, row, at: sent });
    }
  return found.sort((a, b) => a.at - b.at);
}
