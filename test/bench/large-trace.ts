/** A trace of 50,000 spans through the running console: how long it answers nobody else meanwhile, and what of that is whose. */
import { createServer } from "node:http";
import type { Evidence } from "@/lib/evidence";
import { explain } from "@/lib/findings";
import { parseLead } from "@/lib/lead";
import { nextQuestions } from "@/lib/plan";
import { traceQuestion } from "@/lib/recipes/trace-by-id";
import type { Setting, UpstreamSetting } from "@/lib/setting";
import { toInstant } from "@/lib/signal/time";
import { encodeLine, streamLines } from "@/lib/stream/encode";
import { readJson } from "@/lib/upstream/readers";
import { investigate, startConsole } from "@/test/bench/console";
import { type Figure, medianOf, ms, timeOf } from "@/test/bench/figure";
import { traceBytes } from "@/test/bench/parse";
import { generatedTraceId } from "@/test/upstream/generated-trace";

const spans = 50_000;
const rounds = 3;

async function startTempo(body: Buffer): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const isTrace = request.url?.includes(generatedTraceId) === true;
    response.writeHead(200, { "content-type": "application/json" }).end(isTrace ? body : '{"traces":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const configOf = (url: string): string =>
  `environments:\n  bench:\n    upstreams:\n      - {kind: tempo, url: "${url}"}\n`;

/** What the console's own thread does with the trace once a worker has read it: each of these is one stretch. */
function stretches(body: Buffer): { readonly what: string; readonly time: number }[] {
  const upstream: UpstreamSetting = {
    id: "bench/tempo",
    kind: "tempo",
    name: "tempo",
    environment: "bench",
    publicUrl: null,
    grafanaDatasource: null,
    tenants: [],
  };
  const environment = {
    name: "bench",
    zone: "UTC",
    upstreams: [upstream],
    mappings: [],
    changeStreams: [],
    annotationTags: [],
    links: [],
    lokiBudget: { sliceBytes: 5e9, totalBytes: 2e10 },
    grafanaUrl: null,
  };
  const setting: Setting = { environments: [environment] };
  const now = toInstant(Date.now());
  const question = traceQuestion(upstream, generatedTraceId, []);
  const reading = readJson(body, { question, upstream: upstream.id, now, reader: "tempo-trace" });
  const parsed = parseLead(generatedTraceId);
  if ("ok" in reading || !parsed.ok) throw new Error("the generated trace was not read");
  const receipt = { upstream: upstream.id, kind: upstream.kind, request: "", sent: now, firstByte: now, lastByte: now };
  const evidence: Evidence = {
    ...reading,
    question,
    receipt: { ...receipt, bytes: body.length, rows: spans, status: 200, attempts: 1 },
  };
  const { lead } = parsed;
  const known = [evidence];
  const plan = { lead, setting, window: null, known, startedAt: now, now, deep: false };
  const { window } = nextQuestions(plan);
  const lines = [...streamLines({ type: "evidence", evidence }, { now, environments: [] })];
  return [
    { what: "plan", time: timeOf(() => nextQuestions(plan)) },
    { what: "explain", time: timeOf(() => explain(lead, known, now, window)) },
    {
      what: "cutting it into lines",
      time: timeOf(() => [...streamLines({ type: "evidence", evidence }, { now, environments: [] })]),
    },
    { what: "the longest line as text", time: Math.max(...lines.map((line) => timeOf(() => encodeLine(line), 3))) },
    { what: "all lines as text", time: timeOf(() => lines.map(encodeLine)) },
  ];
}

export async function largeTraceFigures(): Promise<Figure[]> {
  const body = traceBytes(spans);
  const tempo = await startTempo(body);
  const stalls: number[] = [];
  const totals: number[] = [];
  try {
    const console = await startConsole(configOf(tempo.url));
    try {
      for (let round = -1; round < rounds; round += 1) {
        await console.tell("watch");
        const { lines } = await investigate(console.url, { lead: generatedTraceId, fresh: true });
        const stall = await console.tell("stall");
        if (lines.filter(({ line }) => line.type === "trace-rows").length === 0)
          throw new Error("the large trace did not arrive");
        if (round < 0) continue;
        stalls.push(stall);
        totals.push(lines.at(-1)?.after ?? 0);
      }
    } finally {
      await console.stop();
    }
  } finally {
    tempo.close();
  }
  const parts = stretches(body);
  return [
    {
      what: `longest stall of the server while ${spans.toLocaleString("en")} spans pass`,
      value: medianOf(stalls),
      unit: "ms",
      from: `median of ${rounds}; the whole takes ${ms(medianOf(totals))}`,
      most: 100,
    },
    ...parts.map(
      ({ what, time }): Figure => ({
        what: `… ${what}`,
        value: time,
        unit: "ms",
        from: "in this process",
        most: null,
      }),
    ),
  ];
}
