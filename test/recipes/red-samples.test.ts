import { describe, expect, test } from "vitest";
import type { Evidence, Question } from "@/lib/evidence";
import { samplesQuestion } from "@/lib/recipes/red-samples";
import { shift, toInstant } from "@/lib/signal/time";
import { at, evidenceOf, redOf } from "@/test/draw";
import { upstream } from "@/test/installation";

const onset = { from: at("14:02:30"), to: at("14:03:30") };
/** What the probe for names told: so many series of each counter and job. */
const probed = (rows: Readonly<Record<string, number>>): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: Object.entries(rows).map(([family, count]) => ({
        labels: { family, job: "gateway" },
        start: toInstant(0),
        step: 0,
        values: [count],
      })),
    },
    { kind: "identity", signal: "metrics", label: "any" },
  );
const prometheus = upstream("prometheus");
const asked = (query: string, label = "job"): Question => {
  const { question } = redOf("rate", { gateway: "1x10" });
  if (question.purpose.kind !== "red") throw new Error("no red");
  return {
    ...question,
    call: { api: "prometheus-range", query, step: 15_000 },
    purpose: { ...question.purpose, label },
  };
};
const put = (question: Question, more: Partial<Parameters<typeof samplesQuestion>[2]> = {}): string | undefined => {
  const known = [probed({ a_total: 8, b_total: 3, much_total: 101 })].map((evidence) => ({
    ...evidence,
    question: { ...evidence.question, upstream: question.upstream },
  }));
  const { purpose } = question;
  const labels =
    purpose.kind === "red" && purpose.label === "subject" ? { subject: "gateway (b job)" } : { job: "gateway" };
  return samplesQuestion(question, prometheus, { labels, onset, known, after: [], now: at("14:18:05"), ...more })?.text;
};

const united = [
  'label_replace(sum by (job) (rate(a_total{job=~"gateway|cart"}[60s])), "subject", "$1", "job", "(.+)")',
  'label_replace(sum by (job) (rate(b_total{job="gateway"}[60s])), "subject", "$1 (b job)", "job", "(.+)")',
].join("\nor ");

describe("the counter behind a series is asked for its raw samples", () => {
  test.each([
    ["alone", asked('sum by (job) (rate(a_total{job="gateway"}[60s]))'), 'a_total{job="gateway"}[420s]'],
    [
      "one of several services",
      asked('sum by (job) (rate(a_total{job=~"cart|gateway",code=~"5.."}[60s]))'),
      'a_total{job="gateway",job=~"cart|gateway",code=~"5.."}[420s]',
    ],
    ["one of several conventions", asked(united, "subject"), 'b_total{job="gateway"}[420s]'],
  ])("%s", (_, question, text) => {
    expect(put(question)).toBe(text);
  });

  test.each([
    ["a counter of too many series", asked('sum by (job) (rate(much_total{job="gateway"}[60s]))')],
    ["one the probe did not tell of", asked('sum by (job) (rate(c_total{job="gateway"}[60s]))')],
    ["a service that is not asked for", asked('sum by (job) (rate(a_total{job=~"cart|order"}[60s]))')],
    ["a gauge", asked('sum by (job) (a_total{job="gateway"}) / 60')],
    ["a native histogram", asked('histogram_count(sum by (job) (rate(a_total{job="gateway"}[60s])))')],
    [
      "failures under two labels",
      asked('sum by (job) ((rate(a_total{job="gateway",x="1"}[60s]) or rate(a_total{job="gateway",y="1"}[60s])))'),
    ],
  ])("not %s", (_, question) => {
    expect(put(question)).toBeUndefined();
  });

  const plain = asked('sum by (job) (rate(a_total{job="gateway"}[60s]))');
  test("not where it is known as well as scrapes can tell, nor where it has just begun", () => {
    expect(put(plain, { onset: { from: onset.from, to: shift(onset.from, 30_000) } })).toBeUndefined();
    expect(put(plain, { now: shift(onset.to, 60_000) })).toBeUndefined();
    expect(put(plain, { now: shift(onset.to, 90_000) })).toBe('a_total{job="gateway"}[330s]');
  });
});
