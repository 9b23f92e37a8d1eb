/** Alerts for programs: an array, and in a header how each source is, so that an empty array is never taken for "all well". */
import { createHash } from "node:crypto";
import { alertsNow } from "@/app/alerts-now";
import { server } from "@/app/server";
import type { AlertSource } from "@/lib/alert-list";
import { parseAlertsRequest } from "@/lib/stream/alerts-request";
import { originOf } from "@/lib/stream/final";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  const { setting, listen } = server();
  const parsed = parseAlertsRequest(new URL(request.url).searchParams, setting);
  if (!parsed.ok) return Response.json({ error: parsed.error, field: parsed.field }, { status: 400 });
  const { environments, past } = parsed.request;
  const { alerts, sources } = await alertsNow(environments, past, originOf(request, listen.publicUrl));
  const body = JSON.stringify(alerts);
  const headers = {
    ...{ "content-type": "application/json", "cache-control": "no-store" },
    ...{ etag: `"${createHash("sha256").update(body).digest("base64url")}"`, "x-throughline-sources": header(sources) },
  };
  // An open page asks again and again, and mostly nothing has changed: then only the sources are told anew.
  return request.headers.get("if-none-match") === headers.etag
    ? new Response(null, { status: 304, headers })
    : new Response(body, { headers });
}

/** JSON of ASCII alone; headers hold nothing else. */
const header = (sources: readonly AlertSource[]): string =>
  JSON.stringify(sources.map((source) => ({ ...source, text: source.text.slice(0, 200) }))).replace(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
