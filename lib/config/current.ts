/** The configuration this process runs with: read once, when first asked for, and shared by all who ask. */
import "server-only";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { type Listen, printSetting, toListen, toSetting, toUpstreams, toWebhookToken } from "@/lib/config/derive";
import { type Loaded, loadConfig } from "@/lib/config/load";
import { printProblems } from "@/lib/config/problems";
import { configSchema } from "@/lib/config/schema";
import type { ReadFile, Variables } from "@/lib/config/secrets";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Setting } from "@/lib/setting";

export type Current = {
  readonly setting: Setting;
  /** Holds secrets. */
  readonly upstreams: readonly UpstreamConfig[];
  readonly listen: Listen;
  /** A secret; null = Alertmanager's webhook is off. */
  readonly webhookToken: string | null;
  readonly file: string | null;
  readonly notes: readonly string[];
  /** Whether the demo's backends are to be started and looked at, too. */
  readonly demo: boolean;
};
export type CurrentOrWrong =
  | { readonly ok: true; readonly current: Current }
  /** `text` is what the terminal shows. */
  | { readonly ok: false; readonly text: string };

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
};

export const readFile: ReadFile = (path) => {
  try {
    return { ok: true, text: readFileSync(path, "utf8") };
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    return { ok: false, missing: code === "ENOENT", why: reasons[code] ?? `error ${code}` };
  }
};

const derive = (loaded: Loaded & { ok: true }, variables: Variables): Current => ({
  setting: toSetting(loaded.config),
  upstreams: toUpstreams(loaded.config),
  listen: toListen(loaded.config, variables, hostname()),
  webhookToken: toWebhookToken(loaded.config, variables),
  file: loaded.file,
  notes: loaded.notes,
  demo: loaded.config.demo,
});

/** Reads and checks without keeping: for the command line. */
export function readCurrent(variables: Variables, folder: string): CurrentOrWrong {
  const loaded = loadConfig(variables, readFile, folder);
  if (!loaded.ok) return { ok: false, text: printProblems(loaded.problems, loaded.file) };
  return { ok: true, current: derive(loaded, variables) };
}

// instrumentation.ts, proxy.ts and route handlers are separate instances of this module in one process: what they are
// to share hangs on the global object.
const key = Symbol.for("throughline.current-config");
type Holder = typeof globalThis & { [key]?: CurrentOrWrong };

/** As `currentConfig`, with a wrong configuration as a value. */
export function tryCurrentConfig(): CurrentOrWrong {
  const holder: Holder = globalThis;
  holder[key] ??= readCurrent(process.env, process.cwd());
  return holder[key];
}

/** The configuration, after the start has made sure that it is right. Throws where it is wrong all the same. */
export function currentConfig(): Current {
  const found = tryCurrentConfig();
  if (!found.ok) throw new Error(found.text);
  return found.current;
}

/** At the start of the server: the configuration, or every problem of it printed and the process ended, because a throw
 * in `register()` leaves a server behind that answers nothing but errors. */
export function startWithConfig(): Current {
  const found = tryCurrentConfig();
  if (found.ok) return found.current;
  process.stderr.write(found.text);
  process.exit(1);
}

/** At the start, before anything is asked: `environments` as a file has them come behind those that are configured;
 * one of the same name is left out, and said. Throws where they are no environments. */
export function addEnvironments(environments: Readonly<Record<string, unknown>>): void {
  const current = currentConfig();
  const taken = new Set(current.setting.environments.map(({ name }) => name));
  const entries = Object.entries(environments);
  const more = configSchema.parse({ environments: Object.fromEntries(entries.filter(([name]) => !taken.has(name))) });
  const left = entries.filter(([name]) => taken.has(name)).map(([name]) => name);
  const holder: Holder = globalThis;
  holder[key] = {
    ok: true,
    current: {
      ...current,
      setting: { environments: [...current.setting.environments, ...toSetting(more).environments] },
      upstreams: [...current.upstreams, ...toUpstreams(more)],
      notes: [
        ...current.notes,
        ...left.map((name) => `the demo's environment ${name} is left out, because one of that name is configured`),
      ],
    },
  };
}

/** Says in one line what is configured, and what the person who started it should know. */
export function sayConfig(): void {
  const { setting, file, notes } = currentConfig();
  for (const note of notes) process.stderr.write(`Note: ${note}.\n`);
  process.stdout.write(`Configured${file === null ? "" : ` by ${file}`}: ${printSetting(setting)}.\n`);
}
