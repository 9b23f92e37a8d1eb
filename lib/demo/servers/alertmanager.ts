/**
 * An Alertmanager (0.31) to which a world's Prometheus sends: what fires is listed with a lease that each send renews, what
 * resolved is gone. Silences live in memory. Alerts come from the world alone: posting one is refused.
 */

import type { WorldAlert } from "@/lib/demo/alerts";
import { anchored, isMatching, readMatchers } from "@/lib/demo/servers/alertmanager-filter";
import { createSilences, type Silences } from "@/lib/demo/servers/alertmanager-silences";
import type { World } from "@/lib/demo/world";
import { fingerprintOf } from "@/lib/signal/fingerprint";
import { type Instant, minute, printInstant, second, shift, toInstant } from "@/lib/signal/time";

export type AlertmanagerOptions = {
  /** Prometheus' own idea of its address, which stands in every `generatorURL`. */
  readonly prometheusUrl?: string;
};

/** Prometheus sends again after a minute, at its next evaluation (`--rules.alert.resend-delay`, 15 s rules). */
const resend = 75 * second;
/** Four times the larger of resend delay and interval. */
const lease = 4 * minute;
const receiver = "nobody";

const json = (body: unknown, status = 200): Response =>
  new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
const empty = (status: number): Response => new Response(null, { status, headers: { "cache-control": "no-store" } });
const plain = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } });

/** Anything but these is false, also `maybe` (Go's strconv.ParseBool behind a lenient reader). */
const isOn = (text: string | null): boolean =>
  text === null || ["1", "t", "true", "on", "yes"].includes(text.toLowerCase());

type ListedAlert = ReturnType<typeof wireOf>;
function wireOf(alert: WorldAlert, silencedBy: readonly string[], now: Instant, prometheusUrl: string) {
  const sent = shift(alert.firesAt, Math.floor((now - alert.firesAt) / resend) * resend);
  const query = `g0.expr=${encodeURIComponent(alert.expression)}&g0.tab=1`;
  return {
    annotations: alert.annotations,
    endsAt: printInstant(shift(sent, lease)),
    fingerprint: fingerprintOf(alert.labels),
    receivers: [{ name: receiver }],
    startsAt: printInstant(alert.firesAt),
    status: {
      inhibitedBy: [],
      mutedBy: [],
      silencedBy,
      state: silencedBy.length > 0 ? "suppressed" : "active",
    },
    updatedAt: printInstant(sent),
    generatorURL: `${prometheusUrl}/graph?${query}`,
    labels: alert.labels,
  };
}

const firingAt = (world: World, now: Instant): readonly WorldAlert[] =>
  world
    .alerts({ from: now, to: shift(now, 1) })
    .filter(({ firesAt, endsAt }) => firesAt <= now && (endsAt === null || endsAt > now));

const config = `route:\n  receiver: ${receiver}\n  continue: false\nreceivers:\n- name: ${receiver}\ntemplates: []\n`;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function alertsFor(
  world: World,
  silences: Silences,
  query: URLSearchParams,
  now: Instant,
  prometheusUrl: string,
): readonly ListedAlert[] | Response {
  const matchers = readMatchers(query.getAll("filter"));
  if (!matchers.ok) return json(matchers.message, 400);
  const wanted = query.get("receiver");
  const pattern = wanted === null ? null : anchored(wanted);
  if (pattern === undefined)
    return json(`failed to parse receiver param: error parsing regexp: missing closing ): \`^(?:${wanted})$\``, 400);
  if (pattern !== null && !pattern.test(receiver)) return [];
  const [active, silenced] = [isOn(query.get("active")), isOn(query.get("silenced"))];
  return firingAt(world, now)
    .map((alert) => wireOf(alert, silences.silencing(alert.labels, now), now, prometheusUrl))
    .filter(
      ({ status, labels }) =>
        (status.state === "active" ? active : silenced) && matchers.value.every((each) => isMatching(labels, each)),
    )
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

async function silenceRequest(silences: Silences, id: string, request: Request, now: Instant): Promise<Response> {
  if (!uuid.test(id))
    return json({ code: 601, message: `silenceID in path must be of type uuid: ${JSON.stringify(id)}` }, 422);
  if (request.method === "DELETE") return empty(silences.end(id, now) ? 200 : 404);
  const silence = silences.find(id, now);
  return silence ? json(silence) : empty(404);
}

const notAllowed = (method: string, allowed: string): Response =>
  json({ code: 405, message: `method ${method} is not allowed, but [${allowed}] are` }, 405);

export function alertmanagerServer(
  world: World,
  now: () => Instant,
  { prometheusUrl = "http://prometheus:9090" }: AlertmanagerOptions = {},
): (request: Request) => Promise<Response> {
  const silences = createSilences();
  const started = now();
  return async (request) => {
    const { pathname, searchParams: query } = new URL(request.url);
    const at = toInstant(now());
    const [, id] = /^\/api\/v2\/silence\/([^/]+)$/.exec(pathname) ?? [];
    if (id !== undefined) return silenceRequest(silences, decodeURIComponent(id), request, at);
    if (pathname === "/api/v2/silences" && request.method === "POST") {
      const { status, body } = silences.post(await request.text(), at);
      return json(body, status);
    }
    if (/^\/-\/(?:healthy|ready)$/.test(pathname)) return plain("OK");
    if (pathname.startsWith("/api/v1/"))
      return json(
        {
          status: "deprecated",
          error:
            "The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API",
        },
        410,
      );
    if (!pathname.startsWith("/api/v2/")) return plain("404 page not found\n", 404);
    if (!["GET", "HEAD"].includes(request.method)) return notAllowed(request.method, "GET");
    switch (pathname) {
      case "/api/v2/alerts": {
        const alerts = alertsFor(world, silences, query, at, prometheusUrl);
        return alerts instanceof Response ? alerts : json(alerts);
      }
      case "/api/v2/alerts/groups": {
        const alerts = alertsFor(world, silences, query, at, prometheusUrl);
        if (alerts instanceof Response) return alerts;
        return json(alerts.length > 0 ? [{ alerts, labels: {}, receiver: { name: receiver } }] : []);
      }
      case "/api/v2/silences": {
        const matchers = readMatchers(query.getAll("filter"));
        return matchers.ok ? json(silences.list(matchers.value, at)) : json(matchers.message, 400);
      }
      case "/api/v2/receivers":
        return json([{ name: receiver }]);
      case "/api/v2/status":
        return json({
          cluster: { peers: [], status: "disabled" },
          config: { original: config },
          uptime: printInstant(started),
          versionInfo: { branch: "", buildDate: "", buildUser: "", goVersion: "", revision: "", version: "0.31.1" },
        });
      default:
        return json({ code: 404, message: `path ${pathname} was not found` }, 404);
    }
  };
}
