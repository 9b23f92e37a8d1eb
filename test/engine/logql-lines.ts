/** Lines drawn as text, as the LogQL engine's storage: `seconds {stream} [metadata] text`, one a line. */
import type { Block, Storage } from "@/lib/engine/logql/storage";
import type { Labels } from "@/lib/signal/labels";

const labelsOf = (text: string): Labels =>
  Object.fromEntries([...text.matchAll(/(\w+)=([^,\s}\]]*)/g)].map(([, name = "", value = ""]) => [name, value]));

export function drawnLines(drawing: string): Storage {
  const rows = drawing
    .trim()
    .split("\n")
    .map((line) => {
      const [, seconds = "0", stream = "", metadata = "", text = ""] =
        /^\s*([\d.]+)\s+\{(.*?)\}\s+(?:\[(.*?)\]\s+)?(.*)$/.exec(line) ?? [];
      return { micros: Number(seconds) * 1e6, stream: labelsOf(stream), metadata: labelsOf(metadata), text };
    });
  const block: Block = {
    kinds: rows.map(({ stream, metadata }) => ({ stream, fixed: {}, varying: Object.keys(metadata) })),
    micros: rows.map(({ micros }) => micros),
    kind: rows.map((_, row) => row),
    text: (row) => rows[row]?.text ?? "",
    metadata: (row) => rows[row]?.metadata ?? {},
    bytes: (row) => Buffer.byteLength(rows[row]?.text ?? ""),
  };
  return { blocks: () => [block] };
}
