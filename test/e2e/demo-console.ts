/** The demo as tests meet it: at one instant, and asked until it answers in time. */
import { expect, test } from "@playwright/test";
import { type RunningConsole, startConsole } from "./console";

/** What is looked at first: an environment of the demo, and a lead in it. */
export type FirstLook = { readonly environment: string; readonly lead: string };

/** For the start, for each look, and for what else the hook does, ms. */
const patience = 120_000;

/**
 * A new environment's first questions count all that happened so far, on one thread: how long that takes on a slow
 * machine is not what is tested. So each of `looks` is taken here until none of its answers came too late. For a hook,
 * whose time it sets.
 */
export async function startDemoConsole(
  looks: readonly FirstLook[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<RunningConsole> {
  test.setTimeout(patience * (looks.length + 2));
  const demo = await startConsole("", { THROUGHLINE_DEMO: "1", THROUGHLINE_NOW: "2026-11-21T14:18:05Z", ...more });
  let times = 0;
  /** Another window each time, or it would be the run before that is read again. */
  const look = async ({ environment, lead }: FirstLook): Promise<string> => {
    times += 1;
    const to = new Date(Date.UTC(2026, 10, 21, 14, 18, 5 - times)).toISOString();
    const asked = new URLSearchParams({ environment, lead, from: "2026-11-21T13:40:00.000Z", to });
    return (await fetch(`${demo.url}/api/investigate?${asked}`)).text();
  };
  for (const each of looks)
    await expect
      .poll(() => look(each), { timeout: patience, intervals: [1_000] })
      .not.toMatch(/"reason":"(?:timeout|overloaded|spared)"|is spared until|"reason":"deadline"/);
  return demo;
}
