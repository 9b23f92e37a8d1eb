/** Alertmanager's bare array -> alerts that overlap the window. A firing alert's `endsAt` is a lease, not an end. */
import "server-only";
import { z } from "zod";
import type { Alert, AlertState } from "@/lib/signal/alert";
import { type Instant, toInstant } from "@/lib/signal/time";
import { shaped } from "@/lib/upstream/json-shape";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, found, type Reading } from "@/lib/upstream/reply";

const labels = z.record(z.string(), z.string());
const time = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number())
  .transform(toInstant);
const alert = z.object({
  labels,
  annotations: labels.nullish(),
  startsAt: time,
  endsAt: time.nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string().nullish(),
  receivers: z.array(z.object({ name: z.string().nullish() })).nullish(),
  status: z.object({
    state: z.string(),
    silencedBy: z.array(z.string()).nullish(),
    inhibitedBy: z.array(z.string()).nullish(),
    mutedBy: z.array(z.string()).nullish(),
  }),
});
type WireAlert = z.infer<typeof alert>;

/** `g0.expr` holds the whole alert expression; the host before it is Prometheus' own idea of its name. */
export function expressionOf(generatorUrl: string | null | undefined): string | null {
  if (!generatorUrl || !URL.canParse(generatorUrl)) return null;
  const expression = new URL(generatorUrl).searchParams.get("g0.expr")?.trim();
  return expression ? expression : null;
}

const webLink = (url: string | null | undefined): string | null =>
  url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;

function stateOf({ status, endsAt }: WireAlert, now: Instant): AlertState {
  if (endsAt && endsAt < now) return "resolved";
  return status.state === "suppressed" ? "suppressed" : "firing";
}

function alertOf(wire: WireAlert, upstream: string, now: Instant): Alert {
  const state = stateOf(wire, now);
  const { status } = wire;
  return {
    name: wire.labels.alertname ?? "alert without a name",
    labels: wire.labels,
    annotations: wire.annotations ?? {},
    state,
    startsAt: wire.startsAt,
    endsAt: state === "resolved" ? (wire.endsAt ?? null) : null,
    expression: expressionOf(wire.generatorURL),
    link: webLink(wire.generatorURL),
    source: upstream,
    ...(wire.fingerprint ? { fingerprint: wire.fingerprint } : {}),
    ...(wire.receivers?.length ? { receivers: wire.receivers.flatMap(({ name }) => name ?? []) } : {}),
    ...(status.silencedBy?.length
      ? { silences: status.silencedBy.map((id) => ({ id, by: "", until: null, comment: "" })) }
      : {}),
    ...(status.inhibitedBy?.length ? { inhibitedBy: status.inhibitedBy } : {}),
  };
}

/** "HighErrorRate is silenced by 3f2a…" */
function suppressedBy({ labels: { alertname }, status }: WireAlert): string[] {
  const say = (verb: string, by: readonly string[] | null | undefined): string[] =>
    by?.length ? [`${alertname ?? "an alert"} is ${verb} by ${by.join(", ")}`] : [];
  return status.state === "suppressed"
    ? [...say("silenced", status.silencedBy), ...say("inhibited", status.inhibitedBy), ...say("muted", status.mutedBy)]
    : [];
}

const mostNotes = 8;

export function readAlerts(json: unknown, context: ReadContext): Reading | Failure {
  const { now, upstream, question } = context;
  const { window } = question;
  return shaped(z.array(alert), json, (list) => {
    const inside = list.filter((wire) => {
      const { startsAt, endsAt } = alertOf(wire, upstream, now);
      return window === null || (startsAt <= window.to && (endsAt ?? window.to) >= window.from);
    });
    const alerts = inside
      .map((wire) => alertOf(wire, upstream, now))
      .sort((a, b) => a.startsAt - b.startsAt || (a.name < b.name ? -1 : 1));
    const who = inside.flatMap(suppressedBy).sort();
    const notes =
      who.length > mostNotes ? [...who.slice(0, mostNotes), `${who.length - mostNotes} more are suppressed`] : who;
    return alerts.length > 0
      ? found({ kind: "alerts", alerts }, notes)
      : found(
          noneIn(
            "active alert that overlaps the window",
            context,
            window,
            "Alertmanager forgets resolved alerts at once, and knows none for up to a minute after its start: see the alert history in Prometheus.",
          ),
        );
  });
}
