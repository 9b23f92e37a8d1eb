/** The real Loki and ours, told the same world, asked the same: lines byte for byte, numbers to 1e-9. */
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { lokiServer } from "@/lib/demo/servers/loki";
import { labelsKey } from "@/lib/signal/labels";
import { minute, shift, toInstant, toUnixNanos } from "@/lib/signal/time";
import { casesOf } from "@/test/cases/cases";
import { stackWorld } from "@/test/stack/start";

const zero = toInstant(Number(process.env.STACK_ZERO));
const until = toInstant(Number(process.env.STACK_FED_UNTIL));
const realUrl = process.env.THROUGHLINE_LOKI_URL ?? "";
const world = stackWorld(zero);
const server = lokiServer(world, () => until);
const from = shift(until, -45 * minute);

const kept = world.finished({ from: shift(zero, minute), to: until }).filter(world.isTraceKept);
const id = (kept.find(({ failed }) => failed) ?? kept[0])?.traceId ?? "";
const spelled = (query: string): string =>
  query
    .replace(/\bUUID\b/g, id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"))
    .replace(/\bUPPER\b/g, id.toUpperCase())
    .replace(/\bID\b/g, id);

const labels = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string()]);
const answer = z.object({
  data: z.discriminatedUnion("resultType", [
    z.object({
      resultType: z.literal("streams"),
      result: z.array(z.object({ stream: labels, values: z.array(z.array(z.unknown())) })),
    }),
    z.object({
      resultType: z.literal("matrix"),
      result: z.array(z.object({ metric: labels, values: z.array(sample) })),
    }),
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: labels, value: sample })) }),
  ]),
});
type Said = { status: number; type: string; body: string };

async function both(
  path: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<[Said, Said]> {
  const where = `${path}?${new URLSearchParams(parameters)}`;
  const said = async (response: Response): Promise<Said> => ({
    status: response.status,
    type: (response.headers.get("content-type") ?? "").toLowerCase(),
    body: await response.text(),
  });
  return [
    await said(await fetch(`${realUrl}${where}`, { headers })),
    await said(await server(new Request(`http://loki${where}`, { headers }))),
  ];
}

/** All lines or samples as sorted rows: order within equal times is the server's own affair. */
function rowsOf({ status, body }: Said): { key: string; numbers: number[] }[] {
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
  const { data } = answer.parse(JSON.parse(body));
  switch (data.resultType) {
    case "streams":
      return data.result
        .flatMap(({ stream, values }) =>
          values.map(([at, text, beside]) => `${at} ${labelsKey(stream)} ${text} ${canonical(beside)}`),
        )
        .sort()
        .map((key) => ({ key, numbers: [] }));
    case "matrix":
      return data.result
        .map(({ metric, values }) => ({
          key: `${labelsKey(metric)} at ${values.map(([at]) => at).join(" ")}`,
          numbers: values.map(([, value]) => Number(value)),
        }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    case "vector":
      return data.result
        .map(({ metric, value }) => ({ key: `${labelsKey(metric)} at ${value[0]}`, numbers: [Number(value[1])] }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
const canonical = (beside: unknown): string => {
  const { structuredMetadata = {}, parsed = {} } = z
    .object({ structuredMetadata: labels.optional(), parsed: labels.optional() })
    .parse(beside ?? {});
  return `${labelsKey(structuredMetadata)} ${labelsKey(parsed)}`;
};

function expectSame(real: Said, ours: Said): number {
  const [a, b] = [rowsOf(real), rowsOf(ours)];
  expect(b.map(({ key }) => key)).toEqual(a.map(({ key }) => key));
  let numbers = 0;
  for (const [i, { key, numbers: values }] of a.entries())
    for (const [j, value] of values.entries()) {
      const own = b[i]?.numbers[j] ?? Number.NaN;
      const isSame = Object.is(own, value) || Math.abs(own - value) <= 1e-9 * Math.max(Math.abs(own), Math.abs(value));
      if (!isSame) expect.fail(`${key}: ${value} there, ${own} here`);
      numbers += 1;
    }
  return a.length + numbers;
}

const bounds = { start: toUnixNanos(from), end: toUnixNanos(until) };
let agreed = 0;
let compared = 0;
const agree = (size: number): void => {
  agreed += 1;
  compared += size;
};
afterAll(() => {
  console.log(`LogQL: ${agreed} queries agree with the real Loki, ${compared} lines, series and numbers compared`);
});

describe("ours says what the real Loki says", () => {
  for (const { input, expected, at } of casesOf("logql-agreement.txt"))
    test(`${at}: ${input}`, async () => {
      const [mode = "", size = "", direction = ""] = expected.split(" ");
      const query = spelled(input);
      if (mode === "refused") {
        const [real, ours] = await both("/loki/api/v1/query_range", { query, ...bounds, step: "60" });
        expect(ours).toEqual(real);
        expect(ours.status).toBe(400);
        agree(1);
      } else if (mode === "broken") {
        const [real, ours] = await both("/loki/api/v1/query_range", { query, ...bounds, step: "60" });
        const firstPart = ({ status, body }: Said): string => `${status} ${body.split("' for series")[0]}`;
        expect(firstPart(ours)).toBe(firstPart(real));
        agree(1);
      } else if (mode === "format") {
        const [real, ours] = await both("/loki/api/v1/format_query", { query });
        expect(JSON.parse(ours.body)).toEqual(JSON.parse(real.body));
        agree(1);
      } else if (mode === "lines") {
        const parameters = { query, ...bounds, limit: size, direction };
        const flags = { "x-loki-response-encoding-flags": "categorize-labels" };
        const [real, ours] = await both("/loki/api/v1/query_range", parameters, flags);
        const lines = expectSame(real, ours);
        agree(lines);
        const [realMerged, oursMerged] = await both("/loki/api/v1/query_range", parameters);
        expectSame(realMerged, oursMerged);
      } else if (mode === "range") {
        const [real, ours] = await both("/loki/api/v1/query_range", { query, ...bounds, step: size });
        agree(expectSame(real, ours));
      } else {
        const [real, ours] = await both("/loki/api/v1/query", { query, time: bounds.end });
        agree(expectSame(real, ours));
      }
    });
});
