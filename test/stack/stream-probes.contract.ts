/** What it costs a real Loki to say which of its streams bear the names of services, events, access logs, databases. */
import { expect, test } from "vitest";
import { toInstant } from "@/lib/signal/time";
import { environment } from "@/test/installation";
import { urlOf } from "@/test/stack/url-of";
import { lookedAt } from "@/test/worlds/investigated";

const urls = { loki: urlOf("THROUGHLINE_LOKI_URL"), jaeger: urlOf("THROUGHLINE_JAEGER_URL") };
const now = toInstant(Number(urlOf("STACK_FED_UNTIL")));
const rounds = 5;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** ms. */
async function took(match: string): Promise<number> {
  const asked = new URLSearchParams({ "match[]": match, start: `${now - 3_600_000}000000`, end: `${now}000000` });
  const began = performance.now();
  const response = await fetch(`${urls.loki}/loki/api/v1/series?${asked}`);
  await response.text();
  expect(response.status).toBe(200);
  return performance.now() - began;
}

test("a selector of names costs Loki hardly more than one of any value", async () => {
  const installation = environment(["loki", "jaeger"], { name: "shop" });
  const { questions } = await lookedAt(urlOf("STACK_TRACE_ID"), installation, urls, () => now);
  const matches = questions.flatMap(({ call }) => (call.api === "loki-series" ? call.matches : []));
  expect(matches.length).toBeGreaterThan(8);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    let all = 0;
    let any = 0;
    // In turn, so that whatever else the machine does slows both.
    for (const match of matches) {
      all += await took(match);
      any += await took('{service_name=~".+"}');
    }
    ratios.push(all / any);
  }
  console.log(
    `${matches.length} selectors ÷ as many of any value: ${ratios.map((each) => each.toFixed(1)).join(", ")}`,
  );
  expect(median(ratios)).toBeLessThan(4);
});
