/** The checkout's alert as the lead: its rule drawn, the traces that a search named. */
import { curve, evidence } from "@/components/gallery/checkout";
import { onset } from "@/components/gallery/checkout-story";
import { at, drawnTraceId, evidenceOf, seriesFrom, serviceFrom } from "@/components/gallery/draw";
import type { Evidence } from "@/lib/evidence";
import { alertReading } from "@/lib/lead-kinds";
import type { Alert } from "@/lib/signal/alert";
import { minute, second, shift } from "@/lib/signal/time";
import type { TraceHit } from "@/lib/signal/trace-hit";

const labels = { alertname: "CheckoutErrorRateHigh", severity: "critical", service: "gateway", team: "storefront" };
export const alertLead = alertReading({ name: labels.alertname, labels: { service: "gateway" } }, "an alert's name");

const left = 'sum(rate(http_requests_total{job="shop/gateway",code=~"5.."}[2m]))';
const query = `${left} / sum(rate(http_requests_total{job="shop/gateway"}[2m]))`;
const firing: Alert = {
  ...{ name: labels.alertname, labels, state: "firing", startsAt: at("14:06:00"), endsAt: null },
  annotations: {
    summary: "More than 5 % of the checkouts fail",
    description: "POST /checkout answers 5xx for more than one in twenty customers.",
    runbook_url: "https://runbooks.example/checkout",
  },
  ...{ expression: `${query} > 0.05`, link: null, source: "shop/alertmanager", activeAt: at("14:04:00") },
};

const hit = (index: number, duration: number): TraceHit => ({
  traceId: index === 0 ? drawnTraceId : `${index}`.padStart(2, "0").repeat(16),
  ...{ rootService: "gateway", rootName: "POST /checkout" },
  ...{ at: shift(onset, (2 + index * 11) * second), duration, spans: [] },
});
const searched = (of: "errors" | "slow", hits: readonly TraceHit[]): Evidence =>
  evidenceOf(
    { kind: "trace-hits", hits },
    { kind: "trace-search", of, services: [serviceFrom("gateway")] },
    {
      id: `search-${of}`,
      text: `{ resource.service.name = "gateway" && ${of === "errors" ? "status = error" : "duration > 1s"} }`,
    },
  );

/** What only an alert's page holds; everything else is the checkout's. */
export const alertEvidence: readonly Evidence[] = [
  ...evidence.filter(({ question }) => question.slot !== "alerts" && question.purpose.kind !== "lines-of-id"),
  evidenceOf({ kind: "alerts", alerts: [firing] }, { kind: "alerts" }, { text: "GET /api/v2/alerts" }),
  evidenceOf(
    { kind: "series", series: [seriesFrom({ values: curve(0.001, 0.38, 11), labels: { service: "gateway" } })] },
    {
      ...{ kind: "alert-expression", title: labels.alertname, words: "alert above 5 %", unit: "ratio" },
      ...{ part: 0, of: "value", limits: [{ op: ">", value: 0.05 }], isAbsence: false, reach: 2 * minute },
      ...{ activeAt: shift(onset, minute), endsAt: null },
    },
    { text: query, why: "what CheckoutErrorRateHigh looks at; alert above 5 %" },
  ),
  searched("errors", [hit(0, 30_140), hit(1, 30_020), hit(2, 29_900), hit(3, 460)]),
  searched("slow", [hit(1, 30_020), hit(4, 12_400), hit(5, 1_840)]),
];
