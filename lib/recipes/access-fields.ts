/**
 * Lines of an access log -> where in them the status and the client's address stand, as LogQL must be told. Pure.
 * Labels beside the line, JSON, logfmt, the combined log format of web servers, and that of AWS' balancers are known.
 */
import { type LogLines, lineLabels } from "@/lib/signal/lines";

export type AccessFields = {
  /** Stages behind the selector: "" or `| json …`. */
  readonly stage: string;
  /** Labels behind that stage. */
  readonly status: string;
  readonly client: string;
};

const isStatus = (text: string): boolean => /^[1-5]\d\d$/.test(text);
const isAddress = (text: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || (/^[\da-f:]+$/i.test(text) && text.split(":").length > 2);
/** Of an address: whose it must not be, and whose it is for sure. */
const ofOthers = /target|server|upstream|backend|dest|dst|local|host|node|pod/i;
const ofClient = /client|remote|forwarded|real|source|src|visitor|^c_?ip|^ip$/i;
const ofStatus = /^(?:\w+[_.])*(?:status|status_?code|code)$/i;

/** Text at a name, one level deep: `{"http":{"status":429}}` is `http.status`. */
type Fields = readonly (readonly [name: string, text: string])[];

function jsonFields(line: string): Fields {
  if (!line.startsWith("{") || line.length > 20_000) return [];
  try {
    return flat(JSON.parse(line), "", 0);
  } catch {
    return [];
  }
}
function flat(value: unknown, name: string, depth: number): Fields {
  if (typeof value === "string" || typeof value === "number") return [[name, String(value)]];
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 2) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    /^\w+$/.test(key) ? flat(each, name === "" ? key : `${name}.${key}`, depth + 1) : [],
  );
}
const logfmtFields = (line: string): Fields =>
  [...line.slice(0, 4_000).matchAll(/(?:^|\s)([A-Za-z_]\w*)=(?:"([^"]*)"|(\S*))/g)].map(
    ([, name = "", quoted, bare = ""]) => [name, quoted ?? bare],
  );

/** The names that hold a status and a client's address in most of these lines. */
function namesIn(lines: readonly Fields[]): { readonly status: string; readonly client: string } | null {
  const pick = (fits: (name: string, text: string) => boolean, prefer: RegExp): string | undefined => {
    const counts = new Map<string, number>();
    for (const fields of lines)
      for (const [name, text] of fields) if (fits(name, text)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts]
      .filter(([, count]) => count * 2 > lines.length)
      .map(([name]) => name)
      .toSorted(
        (a, b) => Number(prefer.test(b)) - Number(prefer.test(a)) || a.length - b.length || (a < b ? -1 : 1),
      )[0];
  };
  const status = pick((name, text) => ofStatus.test(name) && isStatus(text), /status/i);
  const client = pick((name, text) => !ofOthers.test(name) && isAddress(text), ofClient);
  return status !== undefined && client !== undefined ? { status, client } : null;
}

/** `1.2.3.4 - - [21/Nov/2026:14:03:10 +0000] "GET / HTTP/1.1" 429 …` */
const combined = '^(?P<client_address>\\S+) \\S+ \\S+ \\[[^\\]]*\\] "[^"]*" (?P<answered_status>\\d{3}) ';
/** `https time balancer 1.2.3.4:567 target t1 t2 t3 429 429 …`. Source: AWS, access log entries of load balancers. */
const balancer = "^\\S+ \\S+ \\S+ (?P<client_address>\\S+):\\d+ \\S+ \\S+ \\S+ \\S+ (?P<answered_status>\\d{3}) ";
const own = { status: "answered_status", client: "client_address" } as const;

const takes = (kind: "json" | "logfmt", found: { readonly status: string; readonly client: string }): AccessFields => ({
  stage: `| ${kind} ${own.status}="${found.status}", ${own.client}="${found.client}"`,
  ...own,
});

/** null: no status and no client's address was recognised in most of the lines. */
export function accessFieldsOf(lines: LogLines): AccessFields | null {
  if (lines.text.length === 0) return null;
  const beside = namesIn(lines.text.map((_, row) => Object.entries(lineLabels(lines, row))));
  if (beside) return { stage: "", ...beside };
  const json = namesIn(lines.text.map(jsonFields));
  if (json) return takes("json", json);
  for (const pattern of [combined, balancer]) {
    const read = new RegExp(pattern.replaceAll("(?P<", "(?<"));
    const fitting = lines.text.filter((line) => isAddress(read.exec(line)?.groups?.client_address ?? ""));
    if (fitting.length * 2 > lines.text.length) return { stage: `| regexp \`${pattern}\``, ...own };
  }
  const logfmt = namesIn(lines.text.map(logfmtFields));
  return logfmt ? takes("logfmt", logfmt) : null;
}
