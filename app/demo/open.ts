/** The demo of this process: started once, before the first request, if the configuration asks for it. */
import "server-only";
import { addEnvironments } from "@/lib/config/current";
import type { DemoLead } from "@/lib/demo/servers/leads";
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
    if (first) process.stdout.write(`Demo data. ${first.title}, to paste: ${first.text}\n`);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(1);
  }
}

/** What can be pasted, or nothing where the demo does not answer: the page around it stands all the same. */
export const demoLeads = (demo: Demo): Promise<readonly DemoLead[]> => demo.leads().catch(() => []);
