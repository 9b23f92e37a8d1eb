/** A demo environment, or a variant of one, behind a listener of its own; leads are pasted, the real planner asks. */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { type TraceLinkRow, traceLinkRows } from "@/components/panels/trace-link-rows";
import { toSetting, toUpstreams } from "@/lib/config/derive";
import { configSchema } from "@/lib/config/schema";
import type { DemoEnvironment } from "@/lib/demo/environment";
import { backendsOf } from "@/lib/demo/servers/backends";
import { worldOf } from "@/lib/demo/servers/environments";
import { createListener } from "@/lib/demo/servers/serve";
import type { World } from "@/lib/demo/world";
import { type Evidence, type Question, type Slot, slots, type Unasked } from "@/lib/evidence";
import { type Explanation, nothingYet } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import { investigate } from "@/lib/investigate";
import { parseLead } from "@/lib/lead";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Instant, Window } from "@/lib/signal/time";
import { traceOf, verdictOf } from "@/lib/slot";
import { createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";

export type Told = {
  readonly environment: EnvironmentSetting | null;
  readonly window: Window | null;
  readonly questions: readonly Question[];
  readonly evidence: readonly Evidence[];
  readonly unasked: readonly Unasked[];
  readonly explanation: Explanation;
  readonly story: string;
  /** Best first. */
  readonly sentences: readonly string[];
  /** "found: 37 lines", by slot. */
  readonly verdicts: Readonly<Record<Slot, string>>;
};

/** What its trace panel says of other traces. */
export const linksIn = ({ evidence }: Told): readonly TraceLinkRow[] => {
  const answer = traceOf(evidence)?.answer;
  return answer ? traceLinkRows(answer, evidence).rows : [];
};

export type Installed = {
  readonly world: World;
  /** Where its backends listen: `<url>/loki`. */
  readonly url: string;
  /** As of `now`, over the window that the lead gives unless one is given. */
  readonly look: (text: string, window?: Window) => Promise<Told>;
  readonly stop: () => Promise<void>;
};

/** Its world's zero follows from `start`, as in the demo; everything is asked at `now`. */
export async function installed(demo: DemoEnvironment, start: Instant, now: Instant = start): Promise<Installed> {
  const world = worldOf(demo, start);
  const servers = new Map(Object.entries(backendsOf(world, () => now)));
  const listener = createListener((path) => {
    const [, kind = "", rest = ""] = /^\/([a-z]+)(\/.*)?$/.exec(path) ?? [];
    const answer = servers.get(kind) ?? (async () => new Response("404 page not found\n", { status: 404 }));
    return { route: { fault: null, answer }, rest };
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const upstreams = demo.backends.map((kind) => ({ kind, url: `${url}/${kind}`, timeout: "60s" }));
  const config = configSchema.parse({ environments: { [demo.name]: { upstreams, ...demo.settings } } });
  // The first question counts the world's requests since its beginning: that is not what is looked at.
  world.count(now);
  return {
    world,
    url,
    look: (text, window) => looked(config, text, window ?? null, now),
    stop: async () => {
      listener.closeAllConnections();
      listener.close();
      await once(listener, "close");
    },
  };
}

async function looked(
  config: ReturnType<typeof configSchema.parse>,
  text: string,
  window: Window | null,
  now: Instant,
): Promise<Told> {
  const parsed = parseLead(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const setting = toSetting(config);
  const { ask } = createAsk(toUpstreams(config), () => now);
  const budget = createBudget();
  const effects = {
    ask: (question: Question, signal: AbortSignal) => ask(question, signal, budget),
    now: () => now,
    sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => undefined),
  };
  let environment: EnvironmentSetting | null = null;
  let asked: Window | null = window;
  let explanation: Explanation = nothingYet;
  let unasked: readonly Unasked[] = [];
  const questions = new Map<string, Question>();
  const evidence = new Map<string, Evidence>();
  const request = { lead: parsed.lead, window: window ?? parsed.lead.window, deep: false, mappings: [] };
  for await (const line of investigate(request, setting, effects, new AbortController().signal)) {
    if (line.type === "window") {
      environment = setting.environments.find(({ name }) => name === line.environment) ?? null;
      asked = line.window;
    } else if (line.type === "planned") {
      for (const id of line.superseded ?? []) {
        questions.delete(id);
        evidence.delete(id);
      }
      for (const question of line.questions) questions.set(question.id, question);
      unasked = line.unasked;
    } else if (line.type === "evidence") evidence.set(line.evidence.question.id, line.evidence);
    else if (line.type === "findings") explanation = line.explanation;
  }
  const seen = { questions: [...questions.values()], evidence: [...evidence.values()], unasked, explanation };
  const verdicts = slots.map((slot) => {
    const { verdict, headline } = verdictOf(slot, { ...seen, environment, ended: true, now });
    return [slot, `${verdict}: ${headline}`] as const;
  });
  return {
    ...{ ...seen, environment, window: asked },
    story: textOf(explanation.story),
    sentences: explanation.findings.map(({ sentence }) => textOf(sentence)),
    verdicts: Object.fromEntries(verdicts) as never,
  };
}
