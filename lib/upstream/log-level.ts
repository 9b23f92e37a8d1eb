/** The level of a log line: from its labels and metadata, else from what the text says. */
import "server-only";
import type { Labels } from "@/lib/signal/labels";
import { type Level, levelOf } from "@/lib/signal/lines";

/** Most trusted first; `detected_level` is Loki's own guess and "unknown" where it had none. */
const levelLabels = [
  "level",
  "severity_text",
  "severity",
  "detected_level",
  "lvl",
  "log_level",
  "loglevel",
  "level_extracted",
  "severityText",
];
/** Also within JSON that is a text of JSON: `"{\"level\":\"error\"}"`. */
const inJson =
  /"(?:level|lvl|severity|severityText|severity_text|log\.level|loglevel|levelname)\\*"\s*:\s*(?:\\*"([A-Za-z]+\d?)\\*"|(\d{2}))/i;
/** A word in a colour of its own, as consoles print it: `ESC[31mERROR`. */
const inColour = new RegExp(
  `${"\u001b"}\\[[\\d;]+m[\\s[(]*(trace|debug|info|warn(?:ing)?|err(?:or)?|fatal|critical)\\b`,
  "i",
);
const inLogfmt = /(?:^|[\s,])(?:level|lvl|severity|loglevel)=(?:"([A-Za-z]+)"|([A-Za-z]+))/i;
/** pino and bunyan write numbers. */
const numbered: Readonly<Record<string, Level>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
/** A level stands early in a line; a long one is not searched to its end. */
const searched = 2_000;

const known = (level: Level): Level | undefined => (level === "unknown" ? undefined : level);

function fromLabels(labels: Labels | null | undefined): Level | undefined {
  if (!labels) return undefined;
  for (const label of levelLabels) {
    const level = known(levelOf(labels[label]));
    if (level !== undefined) return level;
  }
  return undefined;
}

function fromText(text: string): Level {
  const head = text.slice(0, searched);
  const json = inJson.exec(head);
  const other = json ?? inLogfmt.exec(head) ?? inColour.exec(head);
  return numbered[json?.[2] ?? ""] ?? levelOf(other?.[1] ?? other?.[2]);
}

export const lineLevel = (stream: Labels, metadata: Labels | null, text: string): Level =>
  fromLabels(metadata) ?? fromLabels(stream) ?? fromText(text);
