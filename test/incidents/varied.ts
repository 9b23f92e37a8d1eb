/** A row and a seed -> the incident as it might have been as well. The same seed gives the same world. */
import { dice, mixText } from "@/lib/demo/chance";
import type { BackendKind, DemoEnvironment } from "@/lib/demo/environment";
import { at, deploys, type Happening, type Incident } from "@/lib/demo/script";
import { hour, type Instant, minute, parseInstant, shift } from "@/lib/signal/time";
import type { Row } from "@/test/incidents/rows";

export type Varied = {
  readonly environment: DemoEnvironment;
  readonly zero: Instant;
  /** When it is looked at: well on its way. */
  readonly now: Instant;
  /** A backend that answers nothing but 503. */
  readonly missing: BackendKind | null;
  readonly told: (service: string) => string;
  /** In words: what is other than in the demo. */
  readonly how: string;
};

const words = ["amber", "basalt", "cobalt", "dune", "ember", "fjord", "garnet", "heron", "indigo", "juniper", "krill"];
const roles = ["api", "core", "svc", "hub", "worker"];
const base = parseInstant("2026-11-18T09:00:00Z");
/** Counting a world costs by its age; nothing here looks back further. */
const history = 2.5 * hour;

const isKin = <T>(_: T, kin: unknown): kin is T => kin !== undefined;
/** Every text through `map`; what is no data stays as it is, and what is one thing in two places stays one. */
export function retold<T>(value: T, map: (text: string) => string, known = new Map<unknown, unknown>()): T {
  if (typeof value !== "object" || value === null) return value;
  const kin = known.get(value);
  if (isKin(value, kin)) return kin;
  const copy = Array.isArray(value) ? Object.assign([], value) : { ...value };
  known.set(value, copy);
  for (const [key, each] of Object.entries(value))
    Object.assign(copy, { [key]: typeof each === "string" ? map(each) : retold(each, map, known) });
  return copy;
}

const asMetric = (name: string): string => name.replaceAll(/[-.]/g, "_");
/** Not the places of a line (`{order}`), nor parts of longer words; also as metrics begin with it (`ledger_worker_…`). */
export const renaming = (names: ReadonlyMap<string, string>): ((text: string) => string) => {
  const all = new Map([...[...names].map(([name, told]) => [asMetric(name), asMetric(told)] as const), ...names]);
  const pattern = new RegExp(
    `(?<![A-Za-z{])(?:${[...all.keys()]
      .sort((a, b) => b.length - a.length)
      .map((name) => name.replaceAll(".", "\\."))
      .join("|")})(?![A-Za-z}])`,
    "g",
  );
  return (text) => text.replace(pattern, (name) => all.get(name) ?? name);
};

const isCause = ({ what: { kind } }: Happening): boolean => kind !== "deploy" && kind !== "rollback";

/** The same story without what went wrong in it: what was deployed stays. */
export const withoutCause = (varied: Varied): Varied => ({
  ...varied,
  environment: {
    ...varied.environment,
    incidents: varied.environment.incidents.map((each) => ({
      ...each,
      script: each.script.filter((happening) => !isCause(happening)),
    })),
  },
});

/** The few failures there always are, a half to one and a half times as many. */
const noisier =
  (noise: number) =>
  (happening: Happening): Happening =>
    happening.what.kind === "fault"
      ? { ...happening, what: { ...happening.what, share: happening.what.share * noise } }
      : happening;

export function varied({ name: row, environment, bystanders, needs }: Row, seed: number): Varied {
  if (base === undefined) throw new Error("no instant");
  const throwDie = dice(mixText(`${row} ${seed}`));
  const pick = <T>(among: readonly T[], or: T): T => among[Math.floor(throwDie() * among.length)] ?? or;
  const { scenario } = environment;
  const names = new Map(
    scenario.services.map(({ name }, index) => [
      name,
      `${words[(index + seed) % words.length] ?? "w"}-${pick(roles, "api")}`,
    ]),
  );
  const rate = 0.7 + 1.3 * throwDie();
  const zero = shift(base, Math.floor(throwDie() * 4_000) * minute + Math.floor(throwDie() * 60) * 1_000);
  const bystander = pick(bystanders, "");
  const offset = pick([-25, -9, -3, 4, 8], 4) * minute;
  const innocent: Incident = {
    name: "innocent",
    story: "Somebody else deploys.",
    script: bystander === "" ? [] : [at(offset, deploys(bystander, "7.7.7", "7d7d7d7"))],
  };
  // In turn: nothing, then one backend after the other, as far as it is not all there is to begin with.
  const mayMiss = [null, ...environment.backends.filter((kind) => !needs.includes(kind))];
  const missing = mayMiss[seed % mayMiss.length] ?? null;
  const noise = 0.5 + throwDie();
  const { settings } = environment;
  const again = retold({ scenario, settings, incidents: [...environment.incidents, innocent] }, renaming(names));
  return {
    environment: {
      ...environment,
      seed,
      history,
      settings: again.settings,
      scenario: {
        ...again.scenario,
        // Names its own: an id belongs to one world.
        name: scenario.name,
        namespace: scenario.namespace,
        routes: again.scenario.routes.map((route) => ({ ...route, perSecond: route.perSecond * rate })),
        ordinary: again.scenario.ordinary.map(noisier(noise)),
      },
      incidents: again.incidents,
    },
    zero,
    now: shift(zero, Math.floor(9 + throwDie() * 6) * minute),
    missing,
    told: (service) => names.get(service) ?? service,
    how: `${(100 * rate).toFixed(0)} % of the rate, ${(100 * noise).toFixed(0)} % of the usual failures, ${bystander} deployed ${offset / minute} min, ${missing ?? "nothing"} missing`,
  };
}
