/** Alerts for programs: an array, and in a header how each source is, so that an empty array is never taken for "all well". */
import { server } from "@/app/server";
import { type AlertSource, alertSources, listedAlerts, listQuestions } from "@/lib/alert-list";
import { parseAlertsRequest } from "@/lib/stream/alerts-request";
import { originOf } from "@/lib/stream/final";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  const { setting, askAll, now, listen } = server();
  const parsed = parseAlertsRequest(new URL(request.url).searchParams, setting);
  if (!parsed.ok) return Response.json({ error: parsed.error, field: parsed.field }, { status: 400 });
  const { environments, past } = parsed.request;
  const at = now();
  const origin = originOf(request, listen.publicUrl);
  const told = await Promise.all(
    environments.map(async (environment) => {
      const questions = listQuestions(environment, past, at);
      const known = await askAll(questions);
      return {
        alerts: listedAlerts(environment, known, at, origin),
        sources: alertSources(environment, questions, known),
      };
    }),
  );
  return Response.json(
    told.flatMap(({ alerts }) => alerts),
    {
      headers: { "cache-control": "no-store", "x-throughline-sources": header(told.flatMap(({ sources }) => sources)) },
    },
  );
}

/** JSON of ASCII alone; headers hold nothing else. */
const header = (sources: readonly AlertSource[]): string =>
  JSON.stringify(sources.map((source) => ({ ...source, text: source.text.slice(0, 200) }))).replace(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
