/** A trace of 50,000 spans through the running console: how long it answers nobody else meanwhile, and what of that is whose. */
import type { Evidence } from "@/lib/evidence";
import { explain } from "@/lib/findings";
import { parseLead } from "@/lib/lead";
import { nextQuestions } from "@/lib/plan";
import type { EnvironmentSetting } from "@/lib/setting";
import { encodeLine, streamLines } from "@/lib/stream/encode";
import { readJson } from "@/lib/upstream/readers";
import { type Console, investigate, startConsole } from "@/test/bench/console";
import { type Figure, medianOf, ms, timeOf } from "@/test/bench/figure";
import { listen } from "@/test/bench/loopback";
import { readTask, tempo, traceBytes } from "@/test/bench/parse";
import { generatedTraceId } from "@/test/upstream/generated-trace";

const spans = 50_000;
const rounds = 5;

/** ms: the longest stall, and until the end of the stream. */
async function pass(console: Console): Promise<{ readonly stall: number; readonly whole: number }> {
  await console.tell("watch");
  const { lines } = await investigate(console.url, { lead: generatedTraceId, fresh: true });
  const stall = await console.tell("stall");
  const arrived = lines.reduce(
    (sum, { line }) => (line.type === "trace-rows" ? sum + line.rows.spanId.length : sum),
    0,
  );
  if (arrived !== spans) throw new Error(`${arrived} of ${spans} spans arrived`);
  return { stall, whole: lines.at(-1)?.after ?? 0 };
}

async function passes(body: Buffer): Promise<{ readonly stall: number; readonly whole: number }[]> {
  const server = await listen((request, response) => {
    const isTrace = request.url?.includes(generatedTraceId) === true;
    response.writeHead(200, { "content-type": "application/json" }).end(isTrace ? body : '{"traces":[]}');
  });
  try {
    const upstream = `{kind: tempo, url: "${server.url}"}`;
    const console = await startConsole(`environments:\n  bench:\n    upstreams:\n      - ${upstream}\n`);
    try {
      await pass(console);
      const found: { readonly stall: number; readonly whole: number }[] = [];
      for (let round = 0; round < rounds; round += 1) found.push(await pass(console));
      return found;
    } finally {
      await console.stop();
    }
  } finally {
    await server.close();
  }
}

const environment: EnvironmentSetting = {
  name: "bench",
  zone: "UTC",
  upstreams: [tempo],
  mappings: [],
  changeStreams: [],
  annotationTags: [],
  links: [],
  lokiBudget: { sliceBytes: 5e9, totalBytes: 2e10 },
  grafanaUrl: null,
};

/** ms of the console's own thread, once a worker has read the trace: each is done without a breath in between. */
function stretches(body: Buffer): { readonly what: string; readonly time: number }[] {
  const { question, now } = readTask;
  const reading = readJson(body, readTask);
  const parsed = parseLead(generatedTraceId);
  if ("ok" in reading || !parsed.ok) throw new Error("the generated trace was not read");
  const receipt = { upstream: tempo.id, kind: tempo.kind, request: "", sent: now, firstByte: now, lastByte: now };
  const cost = { bytes: body.length, rows: spans, status: 200, attempts: 1 };
  const evidence: Evidence = { ...reading, question, receipt: { ...receipt, ...cost } };
  const { lead } = parsed;
  const setting = { environments: [environment] };
  const plan = { lead, setting, window: null, known: [evidence], startedAt: now, now, deep: false };
  const { window } = nextQuestions(plan);
  const longestBlock = (): number => {
    let longest = 0;
    let before = performance.now();
    for (const line of streamLines({ type: "evidence", evidence }, { now, run: 1, environments: [] })) {
      encodeLine(line);
      longest = Math.max(longest, performance.now() - before);
      before = performance.now();
    }
    return longest;
  };
  return [
    { what: "plan", time: timeOf(() => nextQuestions(plan)) },
    { what: "explain", time: timeOf(() => explain(lead, [evidence], now, window)) },
    { what: "longest block of the stream", time: medianOf(Array.from({ length: rounds }, longestBlock)) },
  ];
}

export async function largeTraceFigures(): Promise<Figure[]> {
  const body = traceBytes(spans);
  const found = await passes(body);
  const of = `${spans.toLocaleString("en")} spans`;
  return [
    {
      what: `longest stall of the server while ${of} pass`,
      value: medianOf(found.map(({ stall }) => stall)),
      unit: "ms",
      from: `median of ${rounds}; the whole takes ${ms(medianOf(found.map(({ whole }) => whole)))}`,
      most: 100,
    },
    ...stretches(body).map(
      ({ what, time }): Figure => ({ what: `${what}, ${of}`, value: time, unit: "ms", from: "alone", most: null }),
    ),
  ];
}
