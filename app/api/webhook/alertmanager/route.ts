/** What Alertmanager has just sent to people: the page of its link is made ready. Off unless a token is configured. */
import { createHash, timingSafeEqual } from "node:crypto";
import { server } from "@/app/server";
import { maxWebhook, parseWebhook } from "@/lib/stream/alertmanager-webhook";
import { fromBody } from "@/lib/stream/request";

export const dynamic = "force-dynamic";

/** Of equal length whatever was sent, so that the time it takes tells nothing. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

export async function POST(request: Request): Promise<Response> {
  const { setting, webhookToken, warm } = server();
  if (webhookToken === null)
    return Response.json(
      { error: "The webhook is off: webhook.token is not configured.", field: "path" },
      { status: 404 },
    );
  if (!isSame(request.headers.get("authorization") ?? "", `Bearer ${webhookToken}`))
    return Response.json(
      { error: "expected Bearer and the token that is configured as webhook.token", field: "Authorization" },
      { status: 401, headers: { "www-authenticate": "Bearer" } },
    );
  const body = await fromBody(request, maxWebhook, '{"version":"4","alerts":[…]}');
  const environment = new URL(request.url).searchParams.get("environment");
  const parsed = body.ok ? parseWebhook(body.value, environment, setting) : body;
  if (!parsed.ok) return Response.json({ error: parsed.error, field: parsed.field }, { status: parsed.status });
  const { alerts, request: wanted, group } = parsed.webhook;
  const taken = wanted === null ? "nothing to make ready" : warm(group, wanted);
  // However many alerts one message holds, one page is behind its link.
  return Response.json({ alerts, pages: wanted === null ? 0 : 1, state: taken }, { status: 202 });
}
