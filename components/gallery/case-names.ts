/** What the gallery shows, a page each: `/demo/gallery/<name>`. */

/** Panels, and the states in which each looks different. */
const panels = {
  lines: ["waiting", "found", "partial", "nothing", "failed", "lost", "huge", "hostile"],
  trace: ["waiting", "found", "alert", "named", "partial", "nothing", "failed", "lost", "huge", "hostile"],
  findings: ["waiting", "found", "nothing", "hostile"],
  alert: ["alert", "asked"],
  path: ["waiting", "beside", "nothing", "hostile"],
  time: ["waiting", "slow", "found", "alert", "asked", "partial", "nothing", "failed", "hostile"],
} as const;

export type PanelName = keyof typeof panels;
type PanelCase = { readonly [Name in PanelName]: `${Name}-${(typeof panels)[Name][number]}` }[PanelName];

const pages = [
  "primitives",
  "overlays",
  "gaps",
  "head",
  "still",
  "story",
  "ledger",
  "home-first",
  "home-connected",
  "alerts",
  "refusal",
] as const;
export type CaseName = (typeof pages)[number] | PanelCase;

const namesOf = <Name extends PanelName>(name: Name): readonly `${Name}-${(typeof panels)[Name][number]}`[] =>
  panels[name].map((state) => `${name}-${state}` as const);

export const caseNames: readonly CaseName[] = [
  ...pages,
  ...namesOf("lines"),
  ...namesOf("trace"),
  ...namesOf("findings"),
  ...namesOf("path"),
  ...namesOf("alert"),
  ...namesOf("time"),
];

export const caseNameFrom = (text: string): CaseName | undefined => caseNames.find((name) => name === text);
