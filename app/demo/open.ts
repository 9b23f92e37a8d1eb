/** The demo of this process: started once, before the first request, if the configuration asks for it. */
import "server-only";
import { addEnvironments } from "@/lib/config/current";
import type { DemoLead } from "@/lib/demo/servers/environments";
import { type Demo, startDemo } from "@/lib/demo/servers/listener";
import { frozenAt } from "@/lib/signal/clock";

// instrumentation.ts and the pages are bundled apart; one process has one demo.
const key = Symbol.for("throughline.demo");
type Holder = typeof globalThis & { [key]?: Demo };

/** null unless it was asked for. */
export function openedDemo(): Demo | null {
  const holder: Holder = globalThis;
  return holder[key] ?? null;
}

/** Starts it and adds its environments; says one sentence and ends the process where it cannot. */
export async function openDemo(): Promise<void> {
  const holder: Holder = globalThis;
  if (holder[key]) return;
  try {
    const demo = await startDemo({ frozen: frozenAt(process.env.THROUGHLINE_NOW) ?? null });
    addEnvironments(demo.environments);
    holder[key] = demo;
    const [first] = await demo.leads();
    void rehearse(demo);
    if (first) process.stdout.write(`Demo data. ${first.title}, to paste: ${first.text}\n`);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(1);
  }
}

/** The console too is slow at what it does for the first time: before a visitor comes, it looks into the last lead,
 * with which nothing is wrong. Where its address is refused or taken, the first visitor is the first. */
async function rehearse(demo: Demo): Promise<void> {
  await demo.rehearsed;
  const leads = await demoLeads(demo);
  const lead = leads.findLast(({ environment }) => environment === leads[0]?.environment);
  const { HOSTNAME = "127.0.0.1", PORT = "3000" } = process.env;
  const host = HOSTNAME === "0.0.0.0" ? "127.0.0.1" : HOSTNAME.includes(":") ? `[${HOSTNAME}]` : HOSTNAME;
  if (!lead) return;
  const query = new URLSearchParams({ lead: lead.text, environment: lead.environment });
  await fetch(`http://${host}:${PORT}/api/investigate?${query}`)
    .then((answer) => answer.arrayBuffer())
    .catch(() => undefined);
}

/** What can be pasted, or nothing where the demo does not answer: the page around it stands all the same. */
export const demoLeads = (demo: Demo): Promise<readonly DemoLead[]> => demo.leads().catch(() => []);
