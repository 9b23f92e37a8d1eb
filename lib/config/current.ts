/** The configuration this process runs with: read once, when first asked for, and shared by all who ask. */
import "server-only";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { type Listen, printSetting, toListen, toSetting, toUpstreams } from "@/lib/config/derive";
import { type Loaded, loadConfig } from "@/lib/config/load";
import { printProblems } from "@/lib/config/problems";
import type { ReadFile, Variables } from "@/lib/config/secrets";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Setting } from "@/lib/setting";

export type Current = {
  readonly setting: Setting;
  /** Holds secrets. */
  readonly upstreams: readonly UpstreamConfig[];
  readonly listen: Listen;
  readonly file: string | null;
  readonly notes: readonly string[];
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
  file: loaded.file,
  notes: loaded.notes,
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

/** At the start of the server: says in one line what is configured, or prints every problem and ends the process,
 * because a throw in `register()` leaves a server behind that answers nothing but errors. */
export function startWithConfig(): void {
  const found = tryCurrentConfig();
  if (!found.ok) {
    process.stderr.write(found.text);
    process.exit(1);
  }
  const { setting, file, notes } = found.current;
  for (const note of notes) process.stderr.write(`Note: ${note}.\n`);
  process.stdout.write(`Configured${file === null ? "" : ` by ${file}`}: ${printSetting(setting)}.\n`);
}
