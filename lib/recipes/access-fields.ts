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
  /** That which names whom a request went to; null = no line tells. */
  readonly served: string | null;
};

/** One line as its fields tell it. `served` "" = this line does not tell. */
export type AccessRow = { readonly status: string; readonly client: string; readonly served: string };
export type AccessLines = { readonly fields: AccessFields; readonly rows: readonly AccessRow[] };

/** Whether a value names a service that is looked at; whether it is but the name of the log itself. */
export type Known = { readonly isOwn: (value: string) => boolean; readonly isLog: (value: string) => boolean };

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

/** Of a name: whom a request went to, for sure; or perhaps, which its values must show. */
const ofServed = /^answered_by$|upstream|backend|target_?group|service|router?_?name|route$/i;
const ofServedPerhaps = /^app$|application|container|workload|deployment|cluster|authority|host|server_?name|domain/i;
const ofNumbers = /addr|ip$|port|time|status|duration|bytes|length|latency|code|version/i;
const isPlace = (value: string): boolean => isAddress(value.replace(/:\d+$/, ""));

const valuesOf = (lines: readonly Fields[]): Map<string, string[]> => {
  const values = new Map<string, string[]>();
  for (const fields of lines)
    for (const [name, text] of fields) {
      const own = values.get(name);
      if (own) own.push(text);
      else values.set(name, [text]);
    }
  return new Map([...values].filter(([, all]) => all.length * 2 > lines.length));
};

/** The names that hold a status and a client's address in most of these lines. */
function namesIn(lines: readonly Fields[]): { readonly status: string; readonly client: string } | null {
  const usual = [...valuesOf(lines)];
  const pick = (fits: (name: string, text: string) => boolean, prefer: RegExp): string | undefined =>
    usual
      .filter(([name, all]) => all.filter((text) => fits(name, text)).length * 2 > lines.length)
      .map(([name]) => name)
      .toSorted(
        (a, b) => Number(prefer.test(b)) - Number(prefer.test(a)) || a.length - b.length || (a < b ? -1 : 1),
      )[0];
  const status = pick((name, text) => ofStatus.test(name) && isStatus(text), /status/i);
  const client = pick((name, text) => !ofOthers.test(name) && isAddress(text), ofClient);
  return status !== undefined && client !== undefined ? { status, client } : null;
}

/** The name that tells whom a request went to: one whose values name a service that is looked at before all others. */
function servedIn(lines: readonly Fields[], { isOwn, isLog }: Known): string | null {
  const told = [...valuesOf(lines)].flatMap(([name, all]) => {
    const values = [...new Set(all)].filter((value) => value !== "" && value !== "-");
    if (ofNumbers.test(name) || values.every((value) => isLog(value) || isPlace(value))) return [];
    const isSeen = values.some(isOwn);
    return ofServed.test(name) || (isSeen && ofServedPerhaps.test(name)) ? [{ name, isSeen }] : [];
  });
  const [best] = told.toSorted(
    (a, b) => Number(b.isSeen) - Number(a.isSeen) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1),
  );
  return best?.name ?? null;
}

/** `1.2.3.4 - - [21/Nov/2026:14:03:10 +0000] "GET / HTTP/1.1" 429 …`, and behind it `[shop-cart-80] []` of ingress-nginx. */
const combined =
  '^(?P<client_address>\\S+) \\S+ \\S+ \\[[^\\]]*\\] "[^"]*" (?P<answered_status>\\d{3}) (?:.*\\[(?P<answered_by>[^\\[\\] ]*)\\] \\[)?';
/** `https time balancer 1.2.3.4:567 target t1 t2 t3 429 429 … arn:…:targetgroup/cart/73e2 …`. Source: AWS, access log entries of load balancers. */
const balancer =
  "^\\S+ \\S+ \\S+ (?P<client_address>\\S+):\\d+ \\S+ \\S+ \\S+ \\S+ (?P<answered_status>\\d{3}) (?:.*:targetgroup/(?P<answered_by>[^/ ]+)/)?";
const own = { status: "answered_status", client: "client_address", served: "answered_by" } as const;

/** How lines of one form are read: here, and as a stage by Loki, which calls the fields as `own` does. */
type Form = {
  readonly lines: readonly Fields[];
  readonly stage: ((names: readonly (readonly [string, string])[]) => string) | null;
};

const taking =
  (kind: "json" | "logfmt"): Form["stage"] =>
  (names) =>
    `| ${kind} ${names.map(([label, name]) => `${label}="${name}"`).join(", ")}`;

function patternForm(pattern: string, text: readonly string[]): Form | null {
  const read = new RegExp(pattern.replaceAll("(?P<", "(?<"));
  const lines = text.map((line): Fields => {
    const groups = read.exec(line)?.groups;
    if (!groups || !isAddress(groups[own.client] ?? "")) return [];
    return Object.entries(groups).map(([name, value]) => [name, value ?? ""]);
  });
  return lines.filter((fields) => fields.length > 0).length * 2 > lines.length
    ? { lines, stage: () => `| regexp \`${pattern}\`` }
    : null;
}

const nobodyKnown: Known = { isOwn: () => false, isLog: () => false };

/** null: no status and no client's address was recognised in most of the lines. */
export function accessLinesOf(lines: LogLines, known: Known = nobodyKnown): AccessLines | null {
  if (lines.text.length === 0) return null;
  const beside = lines.text.map((_, row): Fields => Object.entries(lineLabels(lines, row)));
  const forms = [
    () => ({ lines: beside, stage: null }),
    () => ({ lines: lines.text.map(jsonFields), stage: taking("json") }),
    ...[combined, balancer].map((pattern) => () => patternForm(pattern, lines.text)),
    () => ({ lines: lines.text.map(logfmtFields), stage: taking("logfmt") }),
  ];
  for (const make of forms) {
    const form: Form | null = make();
    const names = form && namesIn(form.lines);
    if (form && names) return readAs(form, names, beside, known);
  }
  return null;
}

function readAs(
  { lines, stage }: Form,
  names: { readonly status: string; readonly client: string },
  beside: readonly Fields[],
  known: Known,
): AccessLines {
  const inside = stage && servedIn(lines, known);
  const outside = inside ? null : servedIn(beside, known);
  const at = (fields: Fields | undefined, name: string | null): string =>
    fields?.find(([each]) => each === name)?.[1].replace(/^-$/, "") ?? "";
  const rows = lines.map((fields, row) => ({
    status: at(fields, names.status),
    client: at(fields, names.client),
    served: inside ? at(fields, inside) : at(beside[row], outside),
  }));
  if (!stage) return { fields: { stage: "", ...names, served: outside }, rows };
  const taken = [[own.status, names.status] as const, [own.client, names.client] as const];
  return {
    fields: {
      stage: stage(inside ? [...taken, [own.served, inside]] : taken),
      ...own,
      served: inside ? own.served : outside,
    },
    rows,
  };
}
