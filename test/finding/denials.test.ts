import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";
import { strongClaim } from "@/lib/finding/ranked";
import { explain } from "@/lib/findings";
import type { Instant } from "@/lib/signal/time";
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
import {
  annotations,
  cart333,
  errors,
  failuresByPod,
  healthyTrace,
  latency,
  lines,
  linesOfId,
  noAnnotations,
  noTrace,
  payment920,
  quietErrors,
  quietLatency,
  rate,
  trace,
} from "@/test/finding/checkout";
import { fated, fates, overclaims, type Told, withoutEach } from "@/test/finding/denying";
import { levels, lost, named, neighbours, rows, saturation, services } from "@/test/finding/firing";

const around = evidenceOf(
  {
    kind: "lines",
    limited: false,
    lines: linesFrom(`
      14:00:12 WARN payment pool near its limit
      14:03:42 WARN payment handshake pending peer=vault
      14:04:42 WARN payment handshake pending peer=vault
      14:05:42 WARN payment handshake pending peer=vault`),
  },
  { kind: "lines-around", services },
);
const full = saturation("0.01x90 0.6x90");
const breakdown = failuresByPod({ a: 400, b: 2, c: 1 }, named);
const even = failuresByPod({ a: 140, b: 150, c: 145 }, named);
const early = redOf("latency-p99", { payment: "0.1x90 30x90", order: "0.1x121 30x59", gateway: "0.2x121 30x59" });
const lostLines = lost(300, "otelcol_exporter_send_failed_log_records");
const events = evidenceOf(
  {
    kind: "changes",
    changes: [changeFrom("payment", "14:02:00", { kind: "event", title: "Killing pod", version: null })],
  },
  { kind: "cluster-events", workloads: [] },
  { slot: "events" },
);
const apart = evidenceOf(traceAnswer("gateway GET / 3000-9000 [server]\n  order Create 5-2500 !"), {
  kind: "trace-by-id",
});
const well = linesOfId("14:03:12 INFO gateway accepted\n14:03:14 INFO order created");
const sampled = evidenceOf(
  {
    kind: "series",
    series: Object.entries({ true: 50, false: 950 }).map(([kept, value]) =>
      seriesFrom({ values: [value], step: 0, labels: { told: "traces", kept } }),
    ),
  },
  { kind: "telemetry-loss", services: named },
);
const replica = (evidence: Evidence): Evidence => ({
  ...evidence,
  question: {
    ...evidence.question,
    id: `${evidence.question.id} replica`,
    upstream: `${evidence.question.upstream}-2`,
  },
});

type World = { readonly known: readonly Evidence[]; readonly now: Instant };
const now = at("14:18:05");
const told = (...known: readonly Evidence[]): World => ({ known, now });

/** What an installation may hold; each brings other claims to speak. */
const worlds: Readonly<Record<string, World>> = {
  "checkout fails": told(
    ...[trace, rate, errors, latency, lines, annotations(payment920, cart333)],
    ...[full, breakdown, around, lost(0)],
  ),
  "and no one logs an error": told(trace, rate, errors, early, levels("0x180"), noAnnotations, even, lost(0)),
  "and log records are lost": told(trace, rate, errors, early, levels("0x180"), noAnnotations, lostLines),
  "error lines alone": told(healthyTrace, rate, quietErrors, quietLatency, levels("0x121 9x59"), lost(0)),
  "all is quiet": told(healthyTrace, rate, quietErrors, quietLatency, levels("0x180"), noAnnotations, lost(0)),
  "traffic is gone": told(healthyTrace, redOf("rate", { gateway: "10x180", order: "10x121 0x59" }), lost(0)),
  "no trace was kept": told(noTrace, lines, quietErrors, rate, lost(0)),
  "nothing runs full either": told(healthyTrace, rate, quietErrors, saturation("0.01x180"), lost(0)),
  "events are all that is told of changes": told(trace, rate, errors, events),
  "lines of the id are all well": told(noTrace, well, rate, quietErrors),
  "clocks lie apart": told(apart, rate, errors),
  "a sampler keeps few traces": told(noTrace, lines, sampled),
  "nothing at all": told(noTrace, evidenceOf(gapOf("none-in-window"), { kind: "lines-of-id", rung: 0 })),
  ...Object.fromEntries(
    Object.entries(rows).map(([kind, row]) => [`${kind} fires`, { known: row.fires, now: row.now ?? now }]),
  ),
};

const tell = ({ known, pending }: Told, when = now): Explanation =>
  explain(drawnLead, known, when, drawnWindow, {
    ...{ pending: pending.map(({ question }) => question), unasked: [], neighbours },
  });

describe.each(Object.entries(worlds))("where %s", (_, world) => {
  const said = (known: readonly Evidence[]): Explanation => tell({ known, pending: [] }, world.now);

  test("what was looked at is said", () => {
    expect(said(world.known).findings.length + said(world.known).story.length).toBeGreaterThan(0);
  });

  test("with any upstream, slot or kind failing, cut, slow or not asked, no sentence denies more than was looked at", () => {
    const wrong = [...withoutEach(world.known)].flatMap((part) =>
      overclaims(part, tell(part, world.now)).map((words) => `${part.how}: ${words}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(fates)("with a second store beside each, its answers %s, the sentences that lean on it name it", (fate) => {
    const upstreams = [...new Set(world.known.map(({ question }) => question.upstream))];
    const wrong = upstreams.flatMap((upstream) => {
      const own = world.known.filter(({ question }) => question.upstream === upstream);
      const known = [...world.known, ...own.map((each) => fated(replica(each), fate))];
      return overclaims({ known, pending: [] }, said(known)).map((words) => `${upstream}: ${words}`);
    });
    expect(wrong).toEqual([]);
  });
});

test("whatever fails, that it goes on never stands above a change before the onset with a strong claim", () => {
  // By its distance alone it would weigh less than that it goes on.
  const earlier = annotations({ ...payment920, at: at("13:53:00"), notBefore: at("13:53:00") });
  const world = (worlds["checkout fails"]?.known ?? []).map((each) =>
    each.question.purpose.kind === "annotations" ? earlier : each,
  );
  const upstreams = [null, ...new Set(world.map(({ question }) => question.upstream))];
  const places = upstreams.map((upstream) => {
    const known = world.map((each) => (each.question.upstream === upstream ? fated(each, "timeout") : each));
    const { findings } = tell({ known, pending: [] });
    const change = findings.find(({ kind, score }) => kind === "change-before-onset" && score >= strongClaim);
    const symptom = findings.find(({ kind }) => kind === "still-happening");
    return change && symptom ? [upstream, findings.indexOf(change) < findings.indexOf(symptom)] : [upstream, null];
  });
  expect(places.filter(([, isAbove]) => isAbove !== null).length).toBeGreaterThan(2);
  expect(places.filter(([, isAbove]) => isAbove === false)).toEqual([]);
});

test("whatever part of it fails, is slow or was not asked, no sentence denies more than was looked at", () => {
  const ends = ["read", "read", "read", ...fates, "pending", "absent"] as const;
  const most = 2 * Math.max(...Object.values(worlds).map(({ known }) => known.length));
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(worlds)),
      fc.array(fc.constantFrom(...ends), { minLength: most, maxLength: most }),
      (name, drawn) => {
        const world = worlds[name];
        const all = [...(world?.known ?? []), ...(world?.known ?? []).map(replica)];
        const of = (end: (typeof ends)[number]): Evidence[] => all.filter((_, index) => drawn[index] === end);
        const part = {
          known: [...of("read"), ...fates.flatMap((fate) => of(fate).map((each) => fated(each, fate)))],
          pending: of("pending"),
        };
        expect(overclaims(part, tell(part, world?.now))).toEqual([]);
      },
    ),
    { numRuns: 400 },
  );
});
