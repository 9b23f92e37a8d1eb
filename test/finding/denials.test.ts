import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Evidence, Purpose } from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";
import { changeSources } from "@/lib/finding/change-before-onset";
import { strongClaim } from "@/lib/finding/ranked";
import { wasLookedAt } from "@/lib/finding/seen";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { at, drawnLead, drawnWindow, evidenceOf, gapOf, linesFrom, redOf, seriesFrom } from "@/test/draw";
import {
  annotations,
  cart333,
  errors,
  failuresByPod,
  healthyTrace,
  latency,
  lines,
  noAnnotations,
  noTrace,
  payment920,
  quietErrors,
  quietLatency,
  rate,
  trace,
} from "@/test/finding/checkout";

type Kind = Purpose["kind"];

const services = ["gateway", "order", "payment", "stock"].map((name) => ({ name, namespace: null }));
const named = services.map((service) => ({ service, where: { job: service.name } }));
const levels = (error: string): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: [
        seriesFrom({ text: "20x180", labels: { detected_level: "info" } }),
        seriesFrom({ text: error, labels: { detected_level: "error" } }),
      ],
    },
    { kind: "lines-by-level", services },
  );
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
const saturation = evidenceOf(
  { kind: "series", series: [seriesFrom({ text: "0.01x90 0.6x90", labels: { signal: "cpu", job: "payment" } })] },
  {
    kind: "saturation",
    parts: { cpu: { title: "CPU throttled", unit: "ratio", rateWindow: 0 } },
    services: named,
    interval: 15_000,
  },
);
const breakdown = failuresByPod({ a: 400, b: 2, c: 1 }, named);
const losses = (value: number): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: [
        seriesFrom({
          values: [value],
          step: 0,
          labels: { told: "lost", metric: "otelcol_exporter_send_failed_log_records" },
        }),
      ],
    },
    { kind: "telemetry-loss", services: named },
  );
const early = redOf("latency-p99", { payment: "0.1x90 30x90", order: "0.1x121 30x59", gateway: "0.2x121 30x59" });
const replica = (evidence: Evidence): Evidence => ({
  ...evidence,
  question: {
    ...evidence.question,
    id: `${evidence.question.id} replica`,
    upstream: `${evidence.question.upstream}-2`,
  },
});

/** What an installation may hold; each brings other claims to speak. */
const worlds: Readonly<Record<string, readonly Evidence[]>> = {
  "checkout fails": [
    trace,
    rate,
    errors,
    latency,
    lines,
    annotations(payment920, cart333),
    saturation,
    breakdown,
    around,
    losses(0),
  ],
  "and no one logs an error": [trace, rate, errors, early, levels("0x180"), noAnnotations, breakdown, losses(0)],
  "and log records are lost": [trace, rate, errors, early, levels("0x180"), noAnnotations, losses(300)],
  "error lines alone": [healthyTrace, rate, quietErrors, quietLatency, levels("0x121 9x59"), losses(0)],
  "all is quiet": [healthyTrace, rate, quietErrors, quietLatency, levels("0x180"), noAnnotations, losses(0)],
  "traffic is gone": [healthyTrace, redOf("rate", { gateway: "10x180", order: "10x121 0x59" }), losses(0)],
  "no trace was kept": [noTrace, lines, quietErrors, rate, losses(0)],
  "nothing at all": [noTrace, evidenceOf(gapOf("none-in-window"), { kind: "lines-of-id", rung: 0 })],
};

const ofLines: readonly Kind[] = ["lines-by-level", "lines-around", "lines-of-id", "lines-volume"];
/** Words that deny without reserve, and what must have been looked at for them: all of it that was asked, and some. */
const denials: readonly { readonly words: RegExp; readonly of: readonly Kind[] }[] = [
  { words: /logged one error line since/, of: ofLines },
  { words: /no other change is known(?: since [^,.]+)?\./, of: changeSources },
  { words: /(?:^|[.;] )No change (?:on this path )?is known/, of: changeSources },
  { words: /None of the \d+ series judged changed between [^;]*$/, of: ["red", "identity", "interval"] },
  { words: /no trace was found in [^;]*: (?:not kept|of the traces)/, of: ["trace-by-id"] },
  { words: /changed first, at/, of: ["red", "saturation"] },
  { words: /^Of the [\d,]+ failures/, of: ["breakdown"] },
  { words: /the failures counted of (?!those)/, of: ["red"] },
  { words: /: fewer asked/, of: ["red"] },
  { words: /Nothing was found under this [^;]*\.$/, of: ["trace-by-id", "lines-of-id"] },
];
/** Findings that say what is not, however carefully: with part of what they read missing they name it. */
const careful: Readonly<Partial<Record<string, readonly Kind[]>>> = {
  "spike-without-error-lines": ofLines,
  "error-lines-without-spike": ["red"],
  "no-known-change": changeSources,
  "all-quiet": ["red"],
  "vanished-traffic": ["red", "saturation", "telemetry-loss"],
  "order-of-onsets": ["red", "saturation"],
  "telemetry-loss": ["telemetry-loss"],
  concentration: ["breakdown"],
  "ran-full": ["saturation"],
  "lines-without-trace": ["trace-by-id"],
};

const now = at("14:18:05");
type Told = { readonly known: readonly Evidence[]; readonly pending: readonly Evidence[] };
const tell = ({ known, pending }: Told): Explanation =>
  explain(drawnLead, known, now, drawnWindow, { pending: pending.map(({ question }) => question), unasked: [] });

/** What is wrong with it; empty = every word is covered. */
function overclaims({ known, pending }: Told): string[] {
  const { findings, story } = tell({ known, pending });
  const asked = (kinds: readonly Kind[]): readonly Evidence[] =>
    [...known, ...pending].filter(({ question }) => kinds.includes(question.purpose.kind));
  const isRead = (evidence: Evidence): boolean => known.includes(evidence) && wasLookedAt(evidence);
  const sentences = [textOf(story), ...findings.map(({ sentence }) => textOf(sentence))];
  const denied = denials.flatMap(({ words, of }) =>
    sentences
      .filter((sentence) => words.test(sentence))
      .filter(() => !asked(of).every(isRead) || !asked(of).some(isRead))
      .map((sentence) => `denies without having looked: ${sentence}`),
  );
  const read = new Set(known.filter(isRead).map(({ question }) => question.id));
  const uncited = [...findings.flatMap(({ sentence }) => sentence), ...story].flatMap(({ text, cites }) =>
    cites.some((id) => !read.has(id)) ? [`cites what was not read: ${text}`] : [],
  );
  const silent = findings.flatMap(({ kind, weakenedBy, sentence }) => {
    const failed = asked(careful[kind] ?? []).filter((each) => known.includes(each) && !wasLookedAt(each));
    return failed.length > 0 && weakenedBy.length === 0 ? [`names no gap: ${textOf(sentence)}`] : [];
  });
  return [...denied, ...uncited, ...silent];
}

const failed = (evidence: Evidence): Evidence => ({ ...evidence, answer: gapOf("timeout", "No answer in 10 s.") });

describe.each(Object.entries(worlds))("where %s", (_, world) => {
  const upstreams = [...new Set(world.map(({ question }) => question.upstream))];

  test("what was looked at is said", () => {
    expect(overclaims({ known: world, pending: [] })).toEqual([]);
    expect(
      tell({ known: world, pending: [] }).findings.length + tell({ known: world, pending: [] }).story.length,
    ).toBeGreaterThan(0);
  });

  test.each(upstreams)(
    "with %s failing, slow, or not there, no sentence denies more than was looked at",
    (upstream) => {
      const own = world.filter(({ question }) => question.upstream === upstream);
      const rest = world.filter((each) => !own.includes(each));
      expect(overclaims({ known: [...rest, ...own.map(failed)], pending: [] })).toEqual([]);
      expect(overclaims({ known: rest, pending: own })).toEqual([]);
      expect(overclaims({ known: rest, pending: [] })).toEqual([]);
    },
  );

  test.each(upstreams)("with a second store beside %s failing, the sentences that lean on it name it", (upstream) => {
    const second = world.filter(({ question }) => question.upstream === upstream).map((each) => failed(replica(each)));
    expect(overclaims({ known: [...world, ...second], pending: [] })).toEqual([]);
  });
});

test("whatever fails, that it goes on never stands above a change before the onset with a strong claim", () => {
  // By its distance alone it would weigh less than that it goes on.
  const earlier = annotations({ ...payment920, at: at("13:53:00"), notBefore: at("13:53:00") });
  const world = (worlds["checkout fails"] ?? []).map((each) =>
    each.question.purpose.kind === "annotations" ? earlier : each,
  );
  const upstreams = [null, ...new Set(world.map(({ question }) => question.upstream))];
  const places = upstreams.map((upstream) => {
    const known = world.map((each) => (each.question.upstream === upstream ? failed(each) : each));
    const { findings } = tell({ known, pending: [] });
    const change = findings.find(({ kind, score }) => kind === "change-before-onset" && score >= strongClaim);
    const symptom = findings.find(({ kind }) => kind === "still-happening");
    return change && symptom ? [upstream, findings.indexOf(change) < findings.indexOf(symptom)] : [upstream, null];
  });
  expect(places.filter(([, isAbove]) => isAbove !== null).length).toBeGreaterThan(2);
  expect(places.filter(([, isAbove]) => isAbove === false)).toEqual([]);
});

test("whatever part of it fails, is slow or was not asked, no sentence denies more than was looked at", () => {
  const fates = ["read", "read", "failed", "pending", "absent"] as const;
  const most = 2 * Math.max(...Object.values(worlds).map((world) => world.length));
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(worlds)),
      fc.array(fc.constantFrom(...fates), { minLength: most, maxLength: most }),
      (name, drawn) => {
        const world = worlds[name] ?? [];
        const all = [...world, ...world.map(replica)];
        const of = (fate: (typeof fates)[number]): Evidence[] => all.filter((_, index) => drawn[index] === fate);
        expect(overclaims({ known: [...of("read"), ...of("failed").map(failed)], pending: of("pending") })).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
