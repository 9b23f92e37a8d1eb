/** What Loki adds to a line when it takes it in: a stream's `service_name`, and `detected_level` beside the line. */
import type { WorldLine } from "@/lib/demo/lines";
import type { Labels } from "@/lib/signal/labels";

export type StoredLine = { readonly stream: Labels; readonly metadata: Labels; readonly text: string };

/** In this order. Source: Loki's `discover_service_name`. */
const serviceLabels = [
  "service",
  "app",
  "application",
  "app_name",
  "name",
  "app_kubernetes_io_name",
  "container",
  "container_name",
  "k8s_container_name",
  "component",
  "workload",
  "job",
  "k8s_job_name",
];
/** Source: Loki's `log_level_fields`. */
const levelFields = [
  "level",
  "LEVEL",
  "Level",
  "log.level",
  "severity",
  "SEVERITY",
  "Severity",
  "SeverityText",
  "lvl",
  "LVL",
  "Lvl",
  "severity_text",
  "Severity_Text",
  "SEVERITY_TEXT",
];
const spellings: Readonly<Record<string, string>> = {
  trace: "trace",
  trc: "trace",
  debug: "debug",
  dbg: "debug",
  info: "info",
  inf: "info",
  information: "info",
  warn: "warn",
  wrn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  critical: "critical",
  fatal: "fatal",
};
const numbered = ["trace", "debug", "info", "warn", "error", "fatal"];

export function withServiceName(labels: Labels): Labels {
  if (labels.service_name !== undefined) return labels;
  const named = serviceLabels.find((label) => labels[label] !== undefined);
  return { ...labels, service_name: (named && labels[named]) ?? "unknown_service" };
}

const firstOf = (labels: Labels): string | undefined => {
  const field = levelFields.find((label) => labels[label] !== undefined);
  return field && labels[field];
};

/** From a label, else what is beside the line, else the line's own fields, else the first word in it that is a level. */
export function detectedLevel(labels: Labels, metadata: Labels, text: string): string {
  const given = firstOf(labels) ?? firstOf(metadata);
  if (given !== undefined) return spellings[given.toLowerCase()] ?? given;
  const number = metadata.severity_number;
  if (number !== undefined)
    return Number(number) === 0 ? "unknown" : (numbered[Math.ceil(Number(number) / 4) - 1] ?? "unknown");
  return spellings[fieldOf(text)?.toLowerCase() ?? ""] ?? levelWord(text);
}

function fieldOf(text: string): string | undefined {
  if (/^\s*\{[\s\S]*\}\s*$/.test(text)) {
    try {
      const parsed: unknown = JSON.parse(text);
      return inObject(parsed, 0);
    } catch {
      return undefined;
    }
  }
  if (!text.includes("=")) return undefined;
  const pairs = [...text.matchAll(/(?<=^|\s)([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)];
  for (const field of levelFields) {
    const pair = pairs.find(([, key = ""]) => key.toLowerCase() === field.toLowerCase());
    if (pair) return pair[2] ?? pair[3];
  }
  return undefined;
}

/** Two levels deep, as Loki looks. */
function inObject(value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth >= 2) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "string" && levelFields.includes(key)) return inner;
    const deeper = inObject(inner, depth + 1);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

const word = /(?<=^|[\s[({"=])(trace|debug|fatal|critical|error|err|warning|warn|info)(?=$|[\s[\](){}:,!"=])/i;
const levelWord = (text: string): string => spellings[word.exec(text)?.[1]?.toLowerCase() ?? ""] ?? "unknown";

export function storedLine({ labels, metadata, text }: WorldLine): StoredLine {
  const { detected_level: said, ...others } = metadata;
  const level = said === undefined ? detectedLevel(labels, metadata, text) : (spellings[said.toLowerCase()] ?? said);
  return { stream: withServiceName(labels), metadata: { ...others, detected_level: level }, text };
}
