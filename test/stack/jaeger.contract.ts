/** The demo's Jaeger and the real one, told the same world, asked the same: the same answers but for their order. */
import { describe, expect, test } from "vitest";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { shopDayEnvironment } from "@/lib/demo/scenarios/shop-day-environments";
import { jaegerServer } from "@/lib/demo/servers/jaeger";
import { traceSourceOf } from "@/lib/demo/servers/tempo-traces";
import { createWorld } from "@/lib/demo/world";
import { hour, minute, second, shift, toInstant } from "@/lib/signal/time";
import { pushTraces } from "@/test/stack/push";
import { stackWorld } from "@/test/stack/start";
import { urlOf } from "@/test/stack/url-of";
import { answerOf, askOnce, gapIn, upstreamAt } from "@/test/upstream/fixtures";

const until = toInstant(Number(process.env.STACK_FED_UNTIL));
const world = stackWorld(toInstant(Number(process.env.STACK_ZERO)));
const real = process.env.THROUGHLINE_JAEGER_URL ?? "";
const embedded = jaegerServer(world, () => until);

type Told = { readonly status: number; readonly type: string | null; readonly body: unknown };
/** Without order: Jaeger's memory store keeps none. Processes are told by what they are, not by their number. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settled).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, settled(inner)]),
  );
}
function withProcesses(body: unknown): unknown {
  const text = JSON.stringify(body);
  if (!text.includes('"processes"')) return body;
  const walk = (value: unknown, processes: Readonly<Record<string, unknown>>): unknown => {
    if (Array.isArray(value)) return value.map((each) => walk(each, processes));
    if (typeof value !== "object" || value === null) return value;
    const own: Readonly<Record<string, unknown>> =
      "processes" in value && typeof value.processes === "object" ? { ...value.processes } : processes;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "processes")
        .map(([key, inner]) => [key, key === "processID" ? own[`${inner}`] : walk(inner, own)]),
    );
  };
  return walk(body, {});
}

async function told(response: Response): Promise<Told> {
  const text = await response.text();
  const body: unknown = /^\s*[[{]/.test(text) ? JSON.parse(text) : text;
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: settled(withProcesses(body)),
  };
}
async function compared(path: string, encoding = "identity", demo = embedded): Promise<Told> {
  const init = { headers: { "accept-encoding": encoding } };
  const [theirs, ours] = await Promise.all([
    fetch(real + path, init).then(told),
    demo(new Request(`http://jaeger${path}`, init)).then(told),
  ]);
  expect(ours).toEqual(theirs);
  return theirs;
}

const kept = world.finished({ from: shift(until, -hour), to: until }).filter(world.isTraceKept);
const chosen = [
  ...kept.filter(({ failed }) => failed).slice(0, 10),
  ...kept.filter(({ failed }) => !failed).slice(0, 10),
];
const ids = chosen.map(({ traceId }) => traceId);

describe("by id", () => {
  test("twenty traces are the same to the tag, in both APIs", async () => {
    expect(ids).toHaveLength(20);
    let spans = 0;
    for (const id of ids) {
      const { body } = await compared(`/api/traces/${id}`);
      await compared(`/api/v3/traces/${id}`);
      await compared(`/api/v3/traces/${id}`, "gzip");
      spans += JSON.stringify(body).split('"spanID"').length - 1;
    }
    console.log(`Jaeger: 20 traces, ${spans} ids of spans and parents agree, in both APIs`);
    expect(spans).toBeGreaterThan(100);
  });

  test.each(["abc", "xyz", "0".repeat(34), "7c9d1e2f-3a4b-5c6d-7e8f-90a1b2c3d4e5", `${"f".repeat(17)}x`])(
    "%s is refused or not found in the same words",
    async (id) => {
      expect((await compared(`/api/traces/${id}`)).status).toBeGreaterThan(399);
      expect((await compared(`/api/v3/traces/${id}`)).status).toBeGreaterThan(399);
    },
  );

  test("an id in capitals is the same trace", async () => {
    expect((await compared(`/api/v3/traces/${ids[0]?.toUpperCase()}`)).status).toBe(200);
  });
});

describe("search", () => {
  // Traces in flight at the end were never pushed.
  const within = `start=${shift(until, -hour) * 1_000}&end=${shift(until, -2 * minute) * 1_000}`;
  test.each([
    "service=gateway&limit=0",
    "service=payment&operation=tls.handshake",
    `service=gateway&limit=0&tags=${encodeURIComponent('{"error":"true"}')}`,
    `service=gateway&limit=0&tags=${encodeURIComponent('{"http.response.status_code":"504","span.kind":"server"}')}`,
    "service=order&limit=0&minDuration=1s",
    "service=cart&limit=0&maxDuration=2ms",
    "service=gateway&limit=5",
    "service=nobody",
  ])("%s finds the same traces", async (query) => {
    const ofTrace = ({ body }: Told): string[] =>
      [...new Set([...JSON.stringify(body).matchAll(/"traceID":"([0-9a-f]+)"/g)].map(([, id = ""]) => id))].sort();
    const path = `/api/traces?${within}&${query}`;
    const [theirs, ours] = await Promise.all([
      fetch(real + path).then(told),
      embedded(new Request(`http://jaeger${path}`)).then(told),
    ]);
    // Which five are the newest, the memory store takes from the first span that came in.
    if (query.includes("limit=5")) expect(ofTrace(ours).length).toBe(ofTrace(theirs).length);
    else expect(ours).toEqual(theirs);
  });

  test.each([
    "",
    "?service=gateway&limit=x",
    "?service=gateway&tags=x",
    "?service=gateway&tag=x",
    `?service=gateway&tags=${encodeURIComponent('{"a":1}')}`,
    "?service=gateway&start=x",
    "?service=gateway&minDuration=x",
    "?service=gateway&minDuration=2s&maxDuration=1s",
    "?traceID=abc",
    "?traceID=xyz",
  ])("/api/traces%s is answered in the same words", async (query) => {
    await compared(`/api/traces${query}`);
  });

  test.each(["", "?query.service_name=a&query.start_time_min=x&query.start_time_max=x"])(
    "/api/v3/traces%s is answered in the same words",
    async (query) => {
      await compared(`/api/v3/traces${query}`);
    },
  );
});

test("services and operations: none that the real one does not know", async () => {
  const names = async (ask: (path: string) => Promise<Response>, path: string): Promise<string> =>
    JSON.stringify((await told(await ask(path))).body);
  expect(await names((path) => embedded(new Request(`http://jaeger${path}`)), "/api/services")).toBe(
    await names((path) => fetch(real + path), "/api/services"),
  );
  expect(await names((path) => embedded(new Request(`http://jaeger${path}`)), "/api/v3/services")).toBe(
    await names((path) => fetch(real + path), "/api/v3/services"),
  );
  await compared("/api/v3/operations");
  await compared("/api/operations");
});

// At the end: what it pushes, the searches above would find.
test("a trace in flight, of which some spans have come in, is told the same way", async () => {
  const zero = toInstant(Number(process.env.STACK_ZERO));
  const everything = createWorld(shop, [silentHandshake], { seed: 1, zero, history: 2 * hour });
  const at = shift(zero, 2 * minute);
  const inFlight = everything
    .requests({ from: shift(at, -20 * second), to: at })
    .find((request) => request.failed && !world.isTraceKept(request));
  const traceId = inFlight?.traceId ?? "";
  const source = traceSourceOf(everything, () => at);
  const pushed = await fetch(`${process.env.STACK_OTLP_URL}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: source.resourceSpans(traceId) }),
  });
  expect(pushed.status).toBe(200);
  const path = `/api/traces/${traceId}`;
  const theirs = await told(await fetch(real + path));
  const ours = await told(await jaegerServer(everything, () => at)(new Request(`http://jaeger${path}`)));
  expect(JSON.stringify(ours)).toContain("invalid parent span IDs");
  expect(ours).toEqual(theirs);
});

// Behind the searches, too.
test("traces that link to each other are told the same way, and found from either side", async () => {
  const zero = toInstant(Number(process.env.STACK_ZERO));
  const { scenario, seed, sampling } = shopDayEnvironment;
  const day = createWorld(scenario, [], { seed, zero, history: 10 * minute, sampling });
  const batch = day
    .requests({ from: shift(zero, minute), to: shift(zero, 3 * minute) })
    .filter(({ take }) => take.batch)
    .find(({ taken }) => taken().filter(({ request }) => day.isTraceKept(request)).length > 1);
  if (!batch) throw new Error("no batch that links to two traces");
  const from = batch.taken().flatMap(({ request }) => (day.isTraceKept(request) ? [request] : []));
  await pushTraces(urlOf("STACK_OTLP_URL"), [batch, ...from].map(day.traceOf));
  const demo = jaegerServer(day, () => until);
  for (const { traceId } of [batch, ...from]) {
    await compared(`/api/traces/${traceId}`, "identity", demo);
    await compared(`/api/v3/traces/${traceId}`, "identity", demo);
  }
  const upstream = upstreamAt("jaeger", real);
  const { details } = answerOf(await askOnce(upstream, { api: "jaeger-trace", traceId: batch.traceId }), "trace");
  expect(details.links.map(({ traceId }) => traceId).sort()).toEqual(from.map(({ traceId }) => traceId).sort());
  const window = { from: shift(zero, minute), to: shift(zero, 5 * minute) };
  const linkingTo = (traceId: string) =>
    askOnce(
      upstream,
      {
        ...{ api: "jaeger-search", service: "analytics", tags: { "span.kind": "consumer" }, longerThan: null },
        ...{ limit: 50, linkingTo: traceId },
      },
      { window },
    );
  for (const { traceId } of from) {
    const { hits } = answerOf(await linkingTo(traceId), "trace-hits");
    expect(hits).toMatchObject([{ traceId: batch.traceId, rootService: "analytics", rootName: "orders process" }]);
  }
  expect(gapIn(await linkingTo(ids[0] ?? "")).text).toMatch(/^The one trace in which analytics took a message from /);
});
