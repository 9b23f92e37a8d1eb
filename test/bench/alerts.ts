/** Alerts: from a click to what stands around it, on the demo; and the list of very many. */
import { alertRows, noChoice } from "@/components/alert-list-rows";
import { startDemo } from "@/lib/demo/servers/listener";
import { hour, minute, printInstant, second, toInstant } from "@/lib/signal/time";
import { investigate, startConsole } from "@/test/bench/console";
import { type Figure, medianOf, ms, timeOf } from "@/test/bench/figure";
import { answering } from "@/test/upstream/answering";

const rounds = 5;
const firing = 500;
const past = 2_000;

async function clickFigures(): Promise<Figure[]> {
  const demo = await startDemo();
  try {
    const console = await startConsole(JSON.stringify({ environments: demo.environments }));
    try {
      // The demo's worker does not hold the process; the console does.
      await demo.rehearsed;
      const { text, environment } = (await demo.leads()).find(({ text }) => text.startsWith("/alert?")) ?? {};
      if (text === undefined || environment === undefined) throw new Error("the demo offers no alert");
      const [first, last]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        const { lines } = await investigate(console.url, { lead: text, environment, fresh: true });
        const evidence = lines.filter(({ line }) => line.type === "evidence");
        first.push(evidence[0]?.after ?? Number.NaN);
        last.push(evidence.at(-1)?.after ?? Number.NaN);
      }
      const from = (all: readonly number[]): string => `median of ${rounds}, ${all.map(ms).join(", ")}`;
      return [
        { what: "alert click to first evidence", value: medianOf(first), unit: "ms", from: from(first), most: 300 },
        { what: "alert click to the last slot", value: medianOf(last), unit: "ms", from: from(last), most: 1_500 },
      ];
    } finally {
      await console.stop();
    }
  } finally {
    await demo.stop();
  }
}

/** What a Prometheus and an Alertmanager tell of 500 that fire and 2,000 that are over. */
function crowd() {
  const now = Date.now();
  const labels = (n: number) => ({ alertname: `Alert${n % 40}`, service: `service-${n % 60}`, pod: `pod-${n}` });
  const alerts = Array.from({ length: firing }, (_, n) => ({
    ...{ labels: { ...labels(n), severity: "page" }, annotations: { summary: `Something is wrong with ${n}` } },
    ...{ startsAt: printInstant(toInstant(now - n * second)), endsAt: printInstant(toInstant(now + 4 * minute)) },
    ...{ fingerprint: n.toString(16).padStart(16, "0"), generatorURL: "", receivers: [{ name: "r" }] },
    status: { state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] },
  }));
  const samples = (n: number, value: (at: number) => number): [number, string][] =>
    Array.from({ length: 6 }, (_, step) => {
      const at = Math.floor((now - 2 * hour - (n % 200) * 5 * minute) / 300_000) * 300 + step * 300;
      return [at, String(value(at))];
    });
  const record = Array.from({ length: past }, (_, n) => {
    const told = samples(n, () => 1);
    const start = String(told[0]?.[0] ?? 0);
    return [
      { metric: { ...labels(firing + n) }, values: told.map(([at]) => [at, start]) },
      { metric: { __name__: "ALERTS", alertstate: "firing", ...labels(firing + n) }, values: told },
    ];
  }).flat();
  return { alerts, matrix: { status: "success", data: { resultType: "matrix", result: record } } };
}

async function listFigures(): Promise<Figure[]> {
  const { alerts, matrix } = crowd();
  const rules = { status: "success", data: { groups: [] } };
  const routes = {
    "/api/v2/alerts": { body: alerts },
    "/api/v2/silences": { body: [] },
    "/api/v1/rules": { body: rules },
    "/api/v1/query_range": { body: matrix },
  };
  return answering(routes, async ({ url }) => {
    const upstreams = ["alertmanager", "prometheus"].map((kind) => ({ kind, url }));
    const console = await startConsole(JSON.stringify({ environments: { crowd: { upstreams } } }));
    try {
      const took: number[] = [];
      const worked: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        // Within three seconds the list is shared.
        await new Promise((resolve) => setTimeout(resolve, 3_200));
        const before = await console.tell("worked");
        const began = performance.now();
        await (await fetch(console.url)).text();
        took.push(performance.now() - began);
        worked.push((await console.tell("worked")) - before);
      }
      const list = await (await fetch(`${console.url}/api/alerts?past=24h`)).json();
      const filter = timeOf(() => alertRows(list, { ...noChoice, search: "service-17 wrong" }));
      return [
        {
          ...{ what: "first page with 500 firing and 2,000 past, as HTML", value: medianOf(took), unit: "ms" },
          ...{ from: `${list.length} listed; median of ${rounds}, ${took.map(ms).join(", ")}`, most: 1_000 },
        },
        {
          ...{ what: "CPU of the console for that page", value: medianOf(worked), unit: "ms", most: null },
          from: `median of ${rounds}, ${worked.map(ms).join(", ")}`,
        },
        { what: "a filter over them", value: filter, unit: "ms", from: `${list.length} alerts`, most: 100 },
      ];
    } finally {
      await console.stop();
    }
  });
}

export const alertFigures = async (): Promise<Figure[]> => [...(await clickFigures()), ...(await listFigures())];
