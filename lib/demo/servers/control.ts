/** The words between a demo and whoever started it, and the fault that lies on each of its upstreams. */
import { parseFault, printFault, type UpstreamFault } from "@/lib/demo/faults";
import type { DemoLead } from "@/lib/demo/servers/environments";

/** What the worker is told when it starts. */
export type DemoStart = {
  /** When the demo starts, ms; its incident began some minutes before. */
  readonly start: number;
  /** The instant at which its clock stands still, ms; null: it runs. */
  readonly frozen: number | null;
  /** 0 = any free one. */
  readonly port: number;
  /** Whoever knows it may set faults. */
  readonly token: string;
};
/** What it answers first; `rehearsed` comes once, when it has asked itself what visitors ask. */
export type DemoStarted = { readonly ok: true; readonly port: number } | { readonly ok: false; readonly error: string };
export type DemoMessage = DemoStarted | "rehearsed";

/** `<environment>/<kind>` -> fault, as `printFault` has it. */
export type Faults = Readonly<Record<string, string>>;

export type FaultBoard = {
  readonly of: (upstream: string) => UpstreamFault | null;
  readonly answer: (request: Request, path: string) => Promise<Response>;
};

const json = (value: unknown, status = 200): Response => Response.json(value, { status });

/** `GET faults`, `PUT faults/<environment>/<kind>` with the fault as text (`none` heals), `GET leads`. */
export function createBoard(upstreams: readonly string[], token: string, leads: () => readonly DemoLead[]): FaultBoard {
  const set = new Map<string, UpstreamFault>();
  const list = (): Faults => Object.fromEntries([...set].map(([upstream, fault]) => [upstream, printFault(fault)]));

  const put = async (request: Request, upstream: string): Promise<Response> => {
    if (!upstreams.includes(upstream)) return json({ error: `no upstream ${JSON.stringify(upstream)}` }, 404);
    const text = (await request.text()).trim();
    const fault = parseFault(text);
    if (fault) set.set(upstream, fault);
    else if (text === "none") set.delete(upstream);
    else return json({ error: `no fault ${JSON.stringify(text.slice(0, 80))}` }, 400);
    return json(list());
  };

  return {
    of: (upstream) => set.get(upstream) ?? null,
    answer: async (request, path) => {
      if (request.headers.get("authorization") !== `Bearer ${token}`) return json({ error: "a token is needed" }, 401);
      if (request.method === "GET" && path === "faults") return json(list());
      if (request.method === "GET" && path === "leads") return json(leads());
      if (request.method === "PUT" && path.startsWith("faults/")) return put(request, path.slice("faults/".length));
      return json({ error: "not found" }, 404);
    },
  };
}
