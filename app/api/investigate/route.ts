/** One investigation: NDJSON as it lands, JSON final, Markdown for a chat. Parse, join, respond. */
import { server } from "@/app/server";
import { printLead } from "@/lib/lead";
import { bytesOf, ndjson } from "@/lib/stream/body";
import { finalJson, finalMarkdown, formatOf } from "@/lib/stream/final";
import { fromBody, fromQuery, type ParsedRequest, parseRequest } from "@/lib/stream/request";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const body = await fromBody(request);
  return respond(request, body.ok ? parseRequest(body.value, server().setting) : body);
}

export async function GET(request: Request): Promise<Response> {
  return respond(request, parseRequest(fromQuery(new URL(request.url).searchParams), server().setting));
}

async function respond(request: Request, parsed: ParsedRequest): Promise<Response> {
  if (!parsed.ok) return Response.json({ error: parsed.error, field: parsed.field }, { status: parsed.status });
  const { setting, join, now, listen } = server();
  const run = join(parsed.request);
  const leaving = new AbortController();
  const lines = run.read(AbortSignal.any([request.signal, leaving.signal]));
  const headers = { "cache-control": "no-store", "x-accel-buffering": "no", vary: "accept, accept-encoding" };
  const format = formatOf(request.headers.get("accept"));
  if (format === "ndjson") {
    const gzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
    const texts = ndjson(lines, { now: now(), environments: setting.environments }, now);
    const body = bytesOf(texts, gzip, () => leaving.abort());
    return new Response(body, {
      headers: { ...headers, "content-type": "application/x-ndjson", ...(gzip ? { "content-encoding": "gzip" } : {}) },
    });
  }
  const origin = listen.publicUrl ?? new URL(request.url).origin;
  const final = { lead: printLead(parsed.request.lead), origin, setting, now };
  if (format === "markdown")
    return new Response(await finalMarkdown(lines, final), {
      headers: { ...headers, "content-type": "text/markdown; charset=utf-8" },
    });
  return Response.json(await finalJson(lines, final), { headers });
}
