/** How often the upstreams are asked: for a small trace, for a wide one, a second time, and for twenty readers. */
import { isProbe } from "@/lib/question-kinds";
import { type Console, type Heard, investigate, type Question } from "@/test/bench/console";
import type { Figure } from "@/test/bench/figure";
import type { Proxies } from "@/test/bench/proxy";
import { type RunOf, runOf, servicesAsked } from "@/test/bench/run-of";
import type { Wide } from "@/test/bench/wide";

const readers = 20;

/** Runs with the calls that reached the upstreams meanwhile. */
async function counted<T>(proxies: Proxies, work: () => Promise<T>): Promise<{ result: T; calls: number }> {
  const before = proxies.calls();
  const result = await work();
  return { result, calls: proxies.calls() - before };
}

/** Calls that no question's receipt tells of, so they were put for probes. */
const callsForProbes = (calls: number, { asked }: RunOf): number =>
  calls -
  asked.filter(({ question }) => !isProbe(question)).reduce((sum, { receipt: { attempts } }) => sum + attempts, 0);

async function questionFigures(console: Console, proxies: Proxies, lead: string, most: number): Promise<Figure[]> {
  const ask = (): Promise<Heard> => investigate(console.url, { lead, fresh: true });
  const cold = await counted(proxies, ask);
  const warm = await counted(proxies, ask);
  const run = runOf(cold.result);
  const again = runOf(warm.result);
  const of = `a trace of ${run.services.size} services`;
  return [
    { what: `questions for ${of}`, value: run.questions.length, unit: "count", from: `${cold.calls} calls`, most },
    {
      what: `calls for identity probes, ${of}, cold`,
      value: callsForProbes(cold.calls, run),
      unit: "count",
      from: `${run.probes.length} probes`,
      most: 12,
    },
    {
      what: `calls for identity probes, ${of}, kept`,
      value: callsForProbes(warm.calls, again),
      unit: "count",
      from: `${again.probes.length} probes, ${warm.calls} calls`,
      most: 0,
    },
  ];
}

/** The console must be fresh: its probes are counted cold. */
export const narrowFigures = (console: Console, proxies: Proxies, lead: string): Promise<Figure[]> =>
  questionFigures(console, proxies, lead, 40);

export async function wideFigures(
  console: Console,
  proxies: Proxies,
  [sixty, more]: readonly Wide[],
): Promise<Figure[]> {
  if (!sixty || !more) throw new Error("two wide traces are needed");
  const figures = await questionFigures(console, proxies, sixty.traceId, 60);
  const silent = [];
  for (const { traceId, services } of [sixty, more]) {
    const run = runOf(await investigate(console.url, { lead: traceId, fresh: true }));
    const asked = servicesAsked(run);
    const said = run.unasked.join("\n");
    const left = services.filter((name) => !asked.has(name));
    silent.push({
      what: `services of ${services.length} neither asked for nor named`,
      value: left.filter((name) => !said.includes(name)).length,
      unit: "count" as const,
      from: `${asked.size} asked, ${left.length} left`,
      most: 0,
    });
  }
  return [...figures, ...silent];
}

/** A link holds its window; another window is another link, of the same cost. */
export async function readersFigure(console: Console, proxies: Proxies, lead: string): Promise<Figure> {
  const resolved = runOfWindow(await investigate(console.url, { lead, fresh: true }));
  const link = (later: number): Question => ({
    lead,
    from: new Date(resolved.from + later).toISOString(),
    to: new Date(resolved.to + later).toISOString(),
  });
  const one = await counted(proxies, () => investigate(console.url, link(1_000)));
  const many = await counted(proxies, () =>
    Promise.all(Array.from({ length: readers }, () => investigate(console.url, link(2_000)))),
  );
  const short = many.result.filter(({ lines }) => lines.length < one.result.lines.length / 2).length;
  if (short > 0) throw new Error(`${short} of ${readers} readers were told less than one alone`);
  return {
    what: `calls for ${readers} readers of one link ÷ for one`,
    value: many.calls / one.calls,
    unit: "×",
    from: `${many.calls} ÷ ${one.calls}`,
    most: 1.1,
  };
}

function runOfWindow({ lines }: Heard): { readonly from: number; readonly to: number } {
  const window = lines.map(({ line }) => (line.type === "window" ? line.window : null)).findLast((each) => each);
  if (!window) throw new Error("the investigation found no window");
  return window;
}
