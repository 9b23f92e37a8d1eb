/** A request for an investigation, from a JSON body or a query string -> what to investigate, or the field that is wrong. */
import { z } from "zod";
import { mostMappings, parseAddressMapping, printAddressMapping } from "@/lib/address-mapping";
import { parseAddressService } from "@/lib/address-service";
import type { Request } from "@/lib/investigate";
import { type Lead, parseLead } from "@/lib/lead";
import type { MappingSetting, Setting } from "@/lib/setting";
import type { Service } from "@/lib/signal/service";
import { day, parseInstant } from "@/lib/signal/time";

/** Bytes of a body; a log line of any length that helps is far below. */
export const maxBody = 256 * 1_024;
export const longestWindow = 31 * day;

export type InvestigationRequest = Request & {
  /** Do not join a finished run: look again. */
  readonly fresh: boolean;
};
export type ParsedRequest = { readonly ok: true; readonly request: InvestigationRequest } | Refused;
export type Refused = {
  readonly ok: false;
  readonly status: 400 | 413;
  readonly field: string;
  readonly error: string;
};

export const instant = z.string().transform((text, context) => {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  context.addIssue({
    code: "custom",
    message: `expected RFC 3339 such as 2026-11-21T14:03:10.000Z, got ${quoted(text)}`,
  });
  return z.NEVER;
});
const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0"])])
  .transform((value) => value === true || value === "true" || value === "1");

/** One entry of `map`: what the reader says a service is called. */
const mapping = z.string().transform((text, context): MappingSetting => {
  const read = parseAddressMapping(text);
  if (read.ok) return read.mapping;
  context.addIssue({ code: "custom", message: `${read.error}, got ${quoted(text)}` });
  return z.NEVER;
});
const mappings = z
  .array(mapping)
  .max(mostMappings, `expected at most ${mostMappings} mappings`)
  .refine(
    (all) => new Set(all.map(({ signal, service }) => `${signal} ${service}`)).size === all.length,
    "expected one mapping for a service and signal",
  );

const service = z.string().transform((text, context): Service => {
  const read = parseAddressService(text);
  if (read.ok) return read.service;
  context.addIssue({ code: "custom", message: `${read.error}, got ${quoted(text)}` });
  return z.NEVER;
});

const fields = z.strictObject({
  lead: z.string().min(1, "expected an id, or text that holds one"),
  environment: z.string().min(1).optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** "deep": search Loki whatever it would read. */
  search: z.literal("deep", { error: 'expected "deep"' }).optional(),
  fresh: flag.optional(),
  map: mappings.optional(),
  /** Of an alert: whom to look at in place of those it names. */
  service: service.optional(),
});

/** What the page keeps in its own address beside the question itself. */
const ofThePage = ["view", "span"];

export function parseRequest(raw: unknown, setting: Setting): ParsedRequest {
  const parsed = fields.safeParse(raw);
  if (!parsed.success) return refusedBy(parsed.error, Object.keys(fields.shape));
  const { lead: text, environment, from, to, search, fresh, map = [], service } = parsed.data;
  const lead = parseLead(text);
  if (!lead.ok) return wrong("lead", lead.message);
  const named = environment ?? lead.lead.environment;
  if (named !== null && !setting.environments.some(({ name }) => name === named)) {
    return wrong(
      "environment",
      `no environment ${quoted(named)} is configured; there is ${setting.environments.map(({ name }) => name).join(", ") || "none"}`,
    );
  }
  if ((from === undefined) !== (to === undefined))
    return wrong(from === undefined ? "from" : "to", "a window needs both from and to");
  const window = from !== undefined && to !== undefined ? { from, to } : lead.lead.window;
  if (window && window.from >= window.to) return wrong("to", "expected to be after from");
  if (window && window.to - window.from > longestWindow)
    return wrong("from", "a window of more than 31 days is not asked of any backend");
  const own: Lead = { ...lead.lead, environment: named, window };
  // In one order, so that the same choice is the same run.
  const chosen = map.toSorted((a, b) => (printAddressMapping(a) < printAddressMapping(b) ? -1 : 1));
  // Any other lead names its services itself: there it changes nothing, the run neither.
  const looked = own.reading.kind === "alert" ? (service ?? null) : null;
  const flags = { deep: search === "deep", fresh: fresh ?? false };
  return { ok: true, request: { lead: own, window, ...flags, mappings: chosen, service: looked } };
}

/** `map` may stand there several times. */
export function fromQuery(search: URLSearchParams): unknown {
  const map = search.getAll("map");
  const others = [...search].filter(([name]) => name !== "map" && !ofThePage.includes(name));
  return { ...Object.fromEntries(others), ...(map.length > 0 ? { map } : {}) };
}

/** Reads at most `most` bytes; more is refused before it is held. */
export async function fromBody(
  request: globalThis.Request,
  most = maxBody,
  example = '{"lead":"7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5"}',
): Promise<{ readonly ok: true; readonly value: unknown } | Refused> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > most) return { ok: false, status: 413, field: "body", error: `more than ${most / 1_024} kB` };
    chunks.push(chunk);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return wrong("body", `expected JSON such as ${example}`);
  }
}

/** The first thing that is wrong, by its field. */
export function refusedBy({ issues: [issue] }: z.ZodError, known: readonly string[]): Refused {
  return issue?.code === "unrecognized_keys"
    ? wrong(issue.keys[0] ?? "body", `unknown field; known are ${known.join(", ")}`)
    : wrong(issue?.path.join(".") || "body", issue?.message ?? "not a request");
}

export const wrong = (field: string, error: string): Refused => ({
  ok: false,
  status: 400,
  field,
  error,
});
/** Bounded, and without what could disturb a terminal. */
const quoted = (text: string): string =>
  `"${text.slice(0, 60).replace(/[\p{Cc}\p{Cf}]/gu, "")}${text.length > 60 ? "…" : ""}"`;
