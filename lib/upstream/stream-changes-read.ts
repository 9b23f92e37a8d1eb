/** Lines of a configured stream -> changes. The same thing said again is one change with a count, not forty. */
import "server-only";
import type { ChangeStreamSetting } from "@/lib/setting";
import type { Change } from "@/lib/signal/change";
import { type LogLines, lineInstant, lineLabels } from "@/lib/signal/lines";
import { cleanText } from "@/lib/upstream/error-text";
import { isRecord } from "@/lib/upstream/json-shape";
import { readLines } from "@/lib/upstream/loki-lines-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";

const longestTitle = 160;

/** A label, metadata, or a field of the line where it is JSON or logfmt; in that order. */
function fieldsOf(lines: LogLines, row: number): (name: string | null) => string | null {
  const labels = lineLabels(lines, row);
  const text = lines.text[row] ?? "";
  const json = jsonOf(text);
  return (name) => {
    if (name === null) return null;
    const inText = json?.[name] ?? logfmtField(text, name);
    const value = labels[name] ?? inText;
    return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
  };
}
export function jsonOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
export function logfmtField(text: string, name: string): string | undefined {
  for (const [, key, quoted, bare] of text.matchAll(/(?<![\w.])([\w.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
    if (key === name) return quoted ?? bare;
  }
  return undefined;
}

/** Rows in time; equal words of one service are folded, and `until` is the last of them. */
export function changesFrom(lines: LogLines, stream: ChangeStreamSetting): Change[] {
  const folded = new Map<string, { change: Change; count: number }>();
  for (let row = 0; row < lines.text.length; row += 1) {
    const field = fieldsOf(lines, row);
    const at = lineInstant(lines, row);
    const name = field(stream.serviceField);
    const version = field(stream.versionField);
    const words = cleanText(field(stream.titleField) ?? lines.text[row] ?? "", longestTitle);
    const reason = field("reason");
    const title = reason !== null && !words.includes(reason) ? `${reason}: ${words}` : words;
    const key = JSON.stringify([name, version, title]);
    const known = folded.get(key);
    if (known) {
      folded.set(key, { change: { ...known.change, until: at }, count: known.count + 1 });
      continue;
    }
    const change: Change = {
      id: `${stream.name} ${key} ${at}`,
      kind: stream.kind,
      at,
      notBefore: at,
      until: null,
      title,
      service: name === null ? null : { name, namespace: field("namespace") },
      version,
      previousVersion: null,
      source: `Loki stream ${stream.name}`,
      link: null,
      tags: [],
    };
    folded.set(key, { change, count: 1 });
  }
  return [...folded.values()].map(({ change, count }) =>
    count === 1 ? change : { ...change, title: `${change.title} ×${count}` },
  );
}

export function readStreamChanges(json: unknown, context: ReadContext): Reading | Failure {
  const { call } = context.question;
  if (call.api !== "loki-changes") return fail("wrong-shape", "not a question for changes");
  const reading = readLines(json, context);
  if (!("answer" in reading) || reading.answer.kind !== "lines") return reading;
  return found(
    { kind: "changes", changes: changesFrom(reading.answer.lines, call.stream) },
    reading.notes,
    reading.partial,
  );
}
