/** The one incident these tests take apart: checkout fails since 14:03:10 because payment hangs in a handshake. */
import type { Evidence, NamedByAll } from "@/lib/evidence";
import type { Explanation, Finding, FindingKind } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import {
  at,
  changeFrom,
  drawnLead,
  drawnWindow,
  evidenceOf,
  gapOf,
  linesFrom,
  redOf,
  seriesFrom,
  traceAnswer,
} from "@/test/draw";

export const trace = evidenceOf(
  traceAnswer(`
    gateway                POST /checkout             0-30140 ! [server]
      order                CreateOrder                5-30120 !
        order              INSERT orders             10-21
        stock              Reserve                   30-58
        order              payment.v1.Payment/Charge 60-30060 ! [client]
          payment@9.2.0    Charge                    62-30062 ! [server]
            payment@9.2.0  tls.handshake             65-30055 ! "deadline exceeded" {peer.service=vault}
        order              PublishFailed          30070-30079
  `),
  { kind: "trace-by-id" },
);
export const healthyTrace = evidenceOf(
  traceAnswer(`
    gateway     POST /checkout  0-120 [server]
      order     CreateOrder     5-110
        payment Charge         10-90
  `),
  { kind: "trace-by-id" },
);
export const noTrace = evidenceOf(gapOf("not-found", "No trace under this id."), { kind: "trace-by-id" });

export const rate = redOf("rate", { gateway: "10x180", order: "10x180", payment: "10x180" });
const failing = "0.01x121 0.9 1.9 2.8 3.8x56";
export const errors = redOf("errors", { gateway: failing, order: failing, payment: "0x180" });
export const latency = redOf("latency-p99", { gateway: "0.2x121 12 20 30x57", payment: "0.1x121 14 22 30x57" });
export const quietErrors = redOf("errors", { gateway: "0.01x180", order: "0.01x180", payment: "0x180" });
export const quietLatency = redOf("latency-p99", { gateway: "0.2x180", payment: "0.1x180" });

export const payment920 = changeFrom("payment 9.2.0", "14:01:45");
export const cart333 = changeFrom("cart 3.3.3", "13:50:40");
export const annotations = (...changes: ReturnType<typeof changeFrom>[]): Evidence =>
  evidenceOf({ kind: "changes", changes }, { kind: "annotations" });
export const noAnnotations = evidenceOf(gapOf("none-in-window", "No annotations in the window."), {
  kind: "annotations",
});
export const grafanaDown = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "annotations" });
export const prometheusDown = evidenceOf(gapOf("unreachable", "prometheus is unreachable."), {
  ...rate.question.purpose,
  kind: "interval",
  recipe: "red-http",
  label: "job",
});
/** Lines that carry the id, drawn one a row. */
export const linesOfId = (drawn: string, limited = false): Evidence =>
  evidenceOf({ kind: "lines", limited, lines: linesFrom(drawn) }, { kind: "lines-of-id", rung: -1 });
export const lines = linesOfId(`
  14:03:12.481 INFO  gateway accepted
  14:03:42.516 ERROR payment handshake timed out`);

export const tell = (known: readonly Evidence[], now = at("14:18:05")): Explanation =>
  explain(drawnLead, known, now, drawnWindow);
export const findingOf = (known: readonly Evidence[], kind: FindingKind, now = at("14:18:05")): Finding | undefined =>
  tell(known, now).findings.find((finding) => finding.kind === kind);
/** The sentence of a finding, or "" where it stays silent. */
export const said = (known: readonly Evidence[], kind: FindingKind, now = at("14:18:05")): string =>
  textOf(findingOf(known, kind, now)?.sentence ?? []);
export const storySaid = (known: readonly Evidence[], now = at("14:18:05")): string => textOf(tell(known, now).story);

/** Of 900 requests each of payment's pods had, how many failed. */
export const failuresByPod = (failures: Readonly<Record<string, number>>, services: readonly NamedByAll[]): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: Object.entries(failures).flatMap(([pod, failed]) =>
        Object.entries({ requests: 900, failures: failed }).map(([counted, value]) =>
          seriesFrom({ values: [value], step: 0, labels: { job: "payment", pod, counted } }),
        ),
      ),
    },
    { kind: "breakdown", services, dimensions: [{ name: "pod", labels: ["pod"] }] },
  );
