/** One investigation: NDJSON as it lands, JSON final, Markdown for a chat. Parse, join, respond. */
import { server } from "@/app/server";
import { printAddressMapping } from "@/lib/address-mapping";
import { printLead } from "@/lib/lead";
import { serviceKey } from "@/lib/signal/service";
import { bytesOf, ndjson } from "@/lib/stream/body";
import { contentTypes, finalJson, finalMarkdown, formatOf, originOf } from "@/lib/stream/final";
import { fromBody, fromQuery, type ParsedRequest, parseRequest } from "@/lib/stream/request";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const body = await fromBody(request);
  return respond(request, body.ok ? parseRequest(body.value, server().setting) : body);
}

export async function GET(request: Request): Promise<Response> {
  return respond(request, parseRequest(fromQuery(new URL(request.url).searchParams), server().setting));
}

/** What GET would answer with, without asking any backend. */
export function HEAD(request: Request): Response {
  const parsed = parseRequest(fromQuery(new URL(request.url).searchParams), server().setting);
  const headers = {
    "content-type": contentTypes[formatOf(request.headers.get("accept"))],
    "cache-control": "no-store",
  };
  return new Response(null, { status: parsed.ok ? 200 : parsed.status, headers });
}

const wrongMethod = (): Response =>
  Response.json(
    { error: "expected GET or POST", field: "method" },
    { status: 405, headers: { allow: "GET, HEAD, POST" } },
  );

export { wrongMethod as DELETE, wrongMethod as PATCH, wrongMethod as PUT };

async function respond(request: Request, parsed: ParsedRequest): Promise<Response> {
  if (!parsed.ok) return Response.json({ error: parsed.error, field: parsed.field }, { status: parsed.status });
  const { setting, join, now, listen } = server();
  const leaving = new AbortController();
  const run = join(parsed.request);
  const lines = run.read(AbortSignal.any([request.signal, leaving.signal]));
  const format = formatOf(request.headers.get("accept"));
  const headers = { "content-type": contentTypes[format], "cache-control": "no-store", "x-accel-buffering": "no" };
  const { lead, mappings, service = null } = parsed.request;
  const chosen = { mappings: mappings.map(printAddressMapping), service: service && serviceKey(service) };
  const asked = { lead: printLead(lead), ...chosen };
  const final = { ...asked, origin: originOf(request, listen.publicUrl), setting, now };
  if (format === "markdown") return new Response(await finalMarkdown(lines, final), { headers });
  if (format === "json") return Response.json(await finalJson(lines, final), { headers });
  const greeting = { now: now(), run: run.number, environments: setting.environments };
  return new Response(
    bytesOf(ndjson(lines, greeting, now), () => leaving.abort()),
    { headers },
  );
}
