/** Alerts for programs: an array, and in a header how each source is, so that an empty array is never taken for "all well". */
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
  return Response.json(alerts, {
    headers: { "cache-control": "no-store", "x-throughline-sources": header(sources) },
  });
}

/** JSON of ASCII alone; headers hold nothing else. */
const header = (sources: readonly AlertSource[]): string =>
  JSON.stringify(sources.map((source) => ({ ...source, text: source.text.slice(0, 200) }))).replace(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
