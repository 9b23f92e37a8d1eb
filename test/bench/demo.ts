/** The embedded backends as the console meets them: how long their answers take while it asks, and alone. */
import { type Demo, startDemo } from "@/lib/demo/servers/listener";
import { type Console, investigate, startConsole } from "@/test/bench/console";
import { demoMemory } from "@/test/bench/demo-memory";
import { type Figure, medianOf, ms } from "@/test/bench/figure";
import { runOf } from "@/test/bench/run-of";

const rounds = 3;

/** ms, nearest rank. */
const p95Of = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;

/** ms for the same questions one after the other, nobody else asking. */
async function timeAlone(url: string, requests: readonly string[]): Promise<number> {
  const began = performance.now();
  for (const request of requests) {
    const [method = "GET", path = "/"] = request.split(" ");
    const [place = "", query = ""] = path.split("?");
    const answer = await (method === "POST"
      ? fetch(`${url}${place}`, { method, body: new URLSearchParams(query) })
      : fetch(`${url}${path}`));
    await answer.arrayBuffer();
  }
  return performance.now() - began;
}

async function answers(demo: Demo, console: Console): Promise<Figure[]> {
  await demo.rehearsed;
  const leads = await demo.leads();
  const [failing, healthy] = [leads[0], leads.at(-1)];
  if (!failing || !healthy) throw new Error("the demo has no leads");
  // What the console of a demo does before its first visitor: another environment, another request.
  await investigate(console.url, { lead: healthy.text, environment: healthy.environment });
  await console.tell("watch");
  const { asked } = runOf(await investigate(console.url, { lead: failing.text }));
  const stall = await console.tell("stall");
  const took = asked.map(({ receipt }) => receipt.lastByte - receipt.sent);
  const requests = asked.map(({ receipt }) => receipt.request);
  const alone: number[] = [];
  for (let round = 0; round < rounds; round += 1) alone.push(await timeAlone(demo.url, requests));
  const [p95, sum] = [p95Of(took), medianOf(alone)];
  return [
    {
      what: "embedded answers in a cold investigation, p95",
      value: p95,
      unit: "ms",
      from: `${took.length} questions, half of them within ${ms(medianOf(took))}`,
      most: 80,
    },
    {
      what: "p95 of the embedded answers ÷ all of them, one after the other",
      value: p95 / sum,
      unit: "×",
      from: `${ms(p95)} ÷ ${ms(sum)}, median of ${rounds}`,
      most: 1.5,
    },
    {
      what: "longest stall of the console in a cold investigation",
      value: stall,
      unit: "ms",
      from: "of the demo's failing checkout",
      most: 50,
    },
  ];
}

export async function demoFigures(): Promise<Figure[]> {
  const demo = await startDemo();
  try {
    const console = await startConsole(JSON.stringify({ environments: demo.environments }));
    try {
      return [...(await answers(demo, console)), ...(await demoMemory())];
    } finally {
      await console.stop();
    }
  } finally {
    await demo.stop();
  }
}
