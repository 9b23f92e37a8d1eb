/** What an access log is asked: of this path alone, where its lines tell whom they served. */
import { describe, expect, test } from "vitest";
import type { Answer, Purpose, Question } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";
import { durationOf, minute } from "@/lib/signal/time";
import { at, drawnLead, gapOf, linesFrom, seriesFrom, traceAnswer } from "@/test/draw";
import { environment, walk } from "@/test/installation";
import { payment } from "@/test/recipes/investigated";

const linesOf = (stream: Labels, text: readonly string[]): LogLines => ({
  ...{ base: "1", streams: [stream], text, metadata: text.map(() => null), stream: text.map(() => 0) },
  ...{ offset: text.map((_, row) => row), level: text.map(() => "unknown") },
});
const json = (status: number, upstream: string | null, client = "203.0.113.9"): string =>
  JSON.stringify({ status, remote_addr: client, ...(upstream === null ? {} : { proxy_upstream_name: upstream }) });
const flood = "0x121 90x59";

/** What is asked of a log whose lines are these, and which counts `rows` by status and upstream. */
function asked(
  lines: readonly string[],
  {
    path = payment,
    stream = { app: "ingress-nginx" },
    rows = [],
    late = false,
    trace = traceAnswer(path, { start: at("14:03:12") }),
  }: Partial<{
    path: string;
    stream: Labels;
    rows: readonly (readonly [string, string])[];
    /** The trace store answers after everything else; the id stands in a line of gateway's. */
    late: boolean;
    trace: Answer;
  }> = {},
) {
  let isFound = false;
  const answer = ({ purpose }: Question): Answer | undefined => {
    if (purpose.kind === "known-streams") return { kind: "label-sets", sets: [stream] };
    if (purpose.kind === "access-sample") return { kind: "lines", lines: linesOf(stream, lines), limited: true };
    if (late && purpose.kind === "lines-of-id" && purpose.rung >= 0) {
      isFound = true;
      return { kind: "lines", lines: linesFrom("14:03:12.481 INFO gateway accepted"), limited: false };
    }
    if (purpose.kind !== "refusals") return undefined;
    const labels = (upstream: string): Labels => ({ answered_status: "429", answered_by: upstream });
    return { kind: "series", series: rows.map(([upstream, text]) => seriesFrom({ text, labels: labels(upstream) })) };
  };
  const { asked: all } = walk({
    ...{ lead: drawnLead, environments: [environment(["loki", "tempo"])], now: at("15:00:00") },
    world: { answer, streamLabels: ["app", "job"], trace: () => trace },
    pick: (open) => {
      const other = open.findIndex(({ purpose }) => purpose.kind !== "trace-by-id");
      return late && (other >= 0 || !isFound) ? other : 0;
    },
  });
  const of = (kind: Purpose["kind"]): Question | undefined => all.find(({ purpose }) => purpose.kind === kind);
  const counts = of("refusals");
  return {
    counts,
    purpose: counts?.purpose.kind === "refusals" ? counts.purpose : null,
    clients: of("refusals-by-client"),
  };
}

const minutesOf = (question: Question | undefined): number =>
  question?.window ? durationOf(question.window) / minute : 0;

describe("an access log", () => {
  test("that names whom it served is counted by it, and whom its refusals went to is asked of this path alone", () => {
    const lines = [json(200, "shop-payment-80"), json(429, "shop-ads-80"), json(429, "shop-payment-80")];
    const { counts, purpose, clients } = asked(lines, {
      rows: [
        ["shop-payment-80", flood],
        ["shop-ads-80", flood],
        ["shop-payment-worker-80", flood],
      ],
    });
    expect(counts?.text).toMatch(
      /^sum by \(answered_status, answered_by\) \(count_over_time\(\{app=~"ingress-nginx"\} \| json/,
    );
    expect(counts?.text).toContain('answered_by="proxy_upstream_name"');
    expect(purpose?.served).toMatchObject({ kind: "told", label: "answered_by", isSeen: true });
    expect(purpose?.read).toEqual({ lines: 2, refused: [{ answered: "429", client: "203.0.113.9", count: 1 }] });
    expect(clients?.text).toContain('| answered_status="429" | answered_by=~"shop-payment-80"');
    expect(clients?.purpose).toMatchObject({ whose: ["shop-payment-80"] });
  });

  test("that names no service is counted as a whole, and says so in its receipt", () => {
    const { counts, purpose } = asked([json(200, null), json(429, null)]);
    expect(counts?.text).toMatch(/^sum by \(answered_status\) \(/);
    expect(counts?.why).toBe(
      "how many requests were refused, by ingress-nginx: of the whole log, whose lines do not name a service",
    );
    expect(purpose?.served).toEqual({ kind: "untold" });
    expect(purpose?.read.lines).toBe(2);
    // Of everybody's log, a quarter of an hour around the lead; of one that tells of the path, the window.
    expect(minutesOf(counts)).toBeLessThanOrEqual(31);
    expect(minutesOf(asked([json(200, "shop-payment-80")]).counts)).toBeGreaterThan(40);
  });

  test("says whose answers it counted by client: everybody's, or its own", () => {
    const rows = [["", flood]] as const;
    expect(asked([json(429, null)], { rows }).clients?.purpose).toMatchObject({ whose: null });
    const own = asked([json(429, null)], {
      path: "edge-nginx GET / 0-900 [server]",
      stream: { app: "edge-nginx" },
      rows,
    });
    expect(own.clients?.purpose).toMatchObject({ whose: [] });
  });

  test("of others alone asks nobody's clients", () => {
    const lines = [json(200, "shop-payment-80"), json(429, "shop-ads-80")];
    expect(asked(lines, { rows: [["shop-ads-80", flood]] }).clients).toBeUndefined();
  });

  test("that is the very service looked at is its own as a whole; by a label of its stream, it is told", () => {
    const path = "edge-nginx GET / 0-900 [server]";
    expect(asked([json(429, null)], { path, stream: { app: "edge-nginx" } }).purpose?.served).toEqual({ kind: "own" });
    const sidecar = asked([json(429, null)], { stream: { app: "payment", job: "nginx" } });
    expect(sidecar.purpose?.served).toMatchObject({ kind: "told", label: "app", isSeen: true });
  });

  test("found by its lines first is counted once the trace has told the whole path, or will not come", () => {
    const path = "gateway GET / 0-900 [server]\n  payment Charge 10-800 [server]";
    const lines = [json(200, "shop-ads-80")];
    const rows = [["shop-payment-80", flood]] as const;
    const { purpose, clients } = asked(lines, { path, rows, late: true });
    const own = purpose?.served.kind === "told" ? new RegExp(purpose.served.own, "i") : null;
    expect(["shop-payment-80", "shop-gateway-80"].map((to) => own?.test(to))).toEqual([true, true]);
    expect(clients?.text).toContain('| answered_by=~"shop-payment-80"');
    const gone = asked(lines, { rows, late: true, trace: gapOf("timeout", "No answer in 10 s.") });
    expect(gone.purpose?.served).toMatchObject({ kind: "told", isSeen: false });
  });
});
