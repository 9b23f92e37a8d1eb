/** The drawn series again, for a view or as they were earlier: JSON. Parse, ask, respond. */
import { server } from "@/app/server";
import { fromBody } from "@/lib/stream/request";
import { parseViewRequest } from "@/lib/stream/view-request";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const body = await fromBody(request);
  const parsed = body.ok ? parseViewRequest(body.value) : body;
  if (!parsed.ok) return Response.json({ error: parsed.error, field: parsed.field }, { status: parsed.status });
  const answer = await server().askAgain(parsed.request);
  return Response.json(answer, { headers: { "cache-control": "no-store" } });
}

const wrongMethod = (): Response =>
  Response.json({ error: "expected POST", field: "method" }, { status: 405, headers: { allow: "POST" } });

export { wrongMethod as DELETE, wrongMethod as GET, wrongMethod as PATCH, wrongMethod as PUT };
