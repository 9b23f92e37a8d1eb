/**
 * Alert rules in Prometheus' form, as Prometheus, Loki's ruler, Mimir, vmalert and Grafana write it, with what is active
 * of them. The file a rule stands in is a path on that server and is left out.
 */
import "server-only";
import { z } from "zod";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import { type Instant, second, shift, toInstant } from "@/lib/signal/time";
import { cleanText } from "@/lib/upstream/error-text";
import { shaped } from "@/lib/upstream/json-shape";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, found, type Reading } from "@/lib/upstream/reply";

/** vmalert writes label values of any kind. */
const labels = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .nullish()
  .transform((all) => all ?? {});
const time = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number())
  .transform(toInstant);
const seconds = z.coerce.number().catch(0);
const alert = z.object({ labels, annotations: labels, state: z.string(), activeAt: time.nullish().catch(null) });
const rule = z.object({
  type: z.string().optional(),
  name: z.string(),
  query: z.string().nullish(),
  duration: seconds.default(0),
  keepFiringFor: seconds.default(0),
  labels,
  annotations: labels,
  alerts: z.array(alert).nullish(),
  health: z.string().nullish(),
  lastError: z.string().nullish(),
  uid: z.string().nullish(),
});
const answer = z.object({
  status: z.literal("success"),
  data: z.object({
    groups: z.array(
      z.object({ name: z.string().default(""), interval: seconds.nullish(), rules: z.array(z.unknown()) }),
    ),
  }),
});
type WireRule = z.infer<typeof rule>;

/** More than any page can show; a rule file of that size is read all the same, from its front. */
const mostRules = 5_000;
const mostAlerts = 5_000;

function alertOf(wire: z.infer<typeof alert>, own: WireRule, source: string, now: Instant): Alert {
  const activeAt = wire.activeAt ?? now;
  // Grafana writes "Alerting" and "Alerting (NoData)", Prometheus "firing".
  const isPending = /^pending/i.test(wire.state);
  return {
    name: wire.labels.alertname ?? own.name,
    labels: { alertname: own.name, ...wire.labels },
    annotations: wire.annotations,
    state: isPending ? "pending" : "firing",
    startsAt: isPending ? activeAt : shift(activeAt, own.duration * second),
    endsAt: null,
    expression: own.query || null,
    link: null,
    source,
    activeAt,
  };
}

const isActive = ({ state }: z.infer<typeof alert>): boolean => !/^(?:normal|inactive|recovering)/i.test(state);

export function readAlertRules(json: unknown, context: ReadContext): Reading | Failure {
  const { now, upstream, question } = context;
  const wanted = "name" in question.call ? question.call.name : null;
  return shaped(answer, json, ({ data }) => {
    const rules: AlertRule[] = [];
    let unread = 0;
    let left = 0;
    let alerts = 0;
    let cut = 0;
    for (const group of data.groups)
      for (const wire of group.rules) {
        const { success, data: own } = rule.safeParse(wire);
        if (!success) unread += 1;
        else if (own.type === "recording" || (wanted !== null && own.name !== wanted)) continue;
        else if (rules.length >= mostRules) left += 1;
        else {
          const all = (own.alerts ?? []).filter(isActive);
          const active = all.slice(0, mostAlerts - alerts);
          alerts += active.length;
          cut += all.length - active.length;
          rules.push({
            name: own.name,
            group: group.name,
            expression: own.query ?? "",
            for: own.duration * second,
            keepFiringFor: own.keepFiringFor * second,
            interval: group.interval ? group.interval * second : null,
            labels: own.labels,
            annotations: own.annotations,
            problem:
              own.health === "err" || own.health === "error" ? cleanText(own.lastError ?? "it failed", 300) : null,
            alerts: active.map((each) => alertOf(each, own, upstream, now)),
            source: upstream,
            uid: own.uid ?? null,
          });
        }
      }
    const notes = [
      ...(unread > 0 ? [`${unread} rules could not be read`] : []),
      ...(cut > 0 ? [`first ${alerts} active alerts; there are ${cut} more`] : []),
      ...(left > 0 ? [`first ${rules.length} rules; there are ${left} more`] : []),
    ];
    if (rules.length > 0) return found({ kind: "rules", rules }, notes, notes.length > 0);
    const what = wanted === null ? "alert rule" : `alert rule called ${cleanText(wanted, 80)}`;
    return found(
      noneIn(what, context, null, "Look whether another server evaluates it, or whether it was renamed."),
      notes,
    );
  });
}
