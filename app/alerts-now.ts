/** What fires and what ended lately, as `GET /api/alerts` tells it, for the first look at the first page. */
import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { server } from "@/app/server";
import type { FirstAlerts } from "@/components/alert-list";
import { alertRows, countsOf, noChoice } from "@/components/alert-list-rows";
import { alertEnvironment } from "@/components/alert-list-words";
import { type AlertSource, alertSources, type ListedAlert, listedAlerts, listQuestions } from "@/lib/alert-list";
import type { EnvironmentSetting } from "@/lib/setting";
import { day } from "@/lib/signal/time";

export type AlertsNow = { readonly alerts: readonly ListedAlert[]; readonly sources: readonly AlertSource[] };

/** Of every environment; `past` in ms, `origin` begins every link. */
export async function alertsNow(
  environments: readonly EnvironmentSetting[],
  past: number,
  origin: string,
): Promise<AlertsNow> {
  const { askAll, now } = server();
  const at = now();
  const told = await Promise.all(
    environments.map(async (environment) => {
      const questions = listQuestions(environment, past, at);
      const known = await askAll(questions);
      return {
        alerts: listedAlerts(environment, known, at, origin),
        sources: alertSources(environment, questions, known),
      };
    }),
  );
  return { alerts: told.flatMap(({ alerts }) => alerts), sources: told.flatMap(({ sources }) => sources) };
}

/** Longer no first page waits: then it shows what was told lately, else the browser asks. ms */
const patience = 1_000;
/** What slow sources told this long ago is shown until the browser has asked again, which it does at once. ms */
const lately = 30_000;
/** As many as the first screen shows. */
const firstRows = 30;

const kept = new Map<string | null, { readonly told: AlertsNow; readonly at: number }>();
function keep(environment: string | null, told: AlertsNow): AlertsNow {
  kept.set(environment, { told, at: performance.now() });
  return told;
}
function keptOf(environment: string | null): AlertsNow | null {
  const last = kept.get(environment);
  return last && performance.now() - last.at < lately ? last.told : null;
}

/** Of the environment named, where it can tell of alerts, else of all; null where nobody can. */
export async function firstAlerts(named: string | null): Promise<FirstAlerts | null> {
  const { setting, now } = server();
  const at = now();
  const telling = setting.environments.filter((environment) => listQuestions(environment, day, at).length > 0);
  if (telling.length === 0) return null;
  const only = telling.find(({ name }) => name === named) ?? null;
  const asked = only ? [only] : telling;
  const fresh = alertsNow(asked, day, "").then((answer) => keep(only?.name ?? null, answer));
  const told = (await Promise.race([fresh, wait(patience, null)])) ?? keptOf(only?.name ?? null);
  const base = {
    now: at,
    frozen: Boolean(process.env.THROUGHLINE_NOW),
    only: only?.name ?? null,
    environments: asked.map(alertEnvironment),
  };
  if (told === null) return { ...base, rows: null, total: 0, counts: null, sources: [] };
  const rows = alertRows(told.alerts, noChoice);
  return {
    ...base,
    rows: rows.slice(0, firstRows),
    total: rows.length,
    counts: countsOf(told.alerts),
    sources: told.sources,
  };
}
