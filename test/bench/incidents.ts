/** Incidents under seeds: what must be named first or second, that it is gone without its cause, and how quiet quiet is. */
import { quietEnvironment } from "@/lib/demo/scenarios/shop-environments";
import { minute, shift } from "@/lib/signal/time";
import type { Figure } from "@/test/bench/figure";
import { alarming, healthyBefore, type Lived, lived, sentencesOf } from "@/test/incidents/lived";
import { type Row, rows } from "@/test/incidents/rows";
import { type Varied, varied, withoutCause } from "@/test/incidents/varied";

const seeds = 20;
const quietWorlds = 5;
const windowsEach = 20;

async function living<T>(story: Varied, look: (lived: Lived) => Promise<T>): Promise<T> {
  const own = await lived(story);
  try {
    return await look(own);
  } finally {
    await own.close();
  }
}

type Verdict = {
  readonly how: string;
  readonly named: boolean;
  readonly first: readonly string[];
  readonly stayed: boolean;
};

async function judged(row: Row, seed: number): Promise<Verdict> {
  const story = varied(row, seed);
  const conclusion = row.conclusion(story.told);
  const first = await living(story, async ({ world, look }) => {
    const [lead] = story.environment.leads(world, story.now);
    if (!lead) throw new Error(`${row.name}, seed ${seed}: no lead`);
    return sentencesOf((await look(lead.text, story.now)).explanation).slice(0, 2);
  });
  const calm = await living(withoutCause(story), async ({ world, look }) => {
    // The last of them is of a request that went well.
    const lead = story.environment.leads(world, story.now).at(-1);
    if (!lead) throw new Error(`${row.name}, seed ${seed}: no request that went well`);
    return sentencesOf((await look(lead.text, story.now)).explanation);
  });
  return {
    how: story.how,
    first,
    named: first.some((sentence) => conclusion.test(sentence)),
    stayed: calm.some((sentence) => conclusion.test(sentence)),
  };
}

async function rowFigures(row: Row): Promise<Figure[]> {
  const verdicts: Verdict[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) verdicts.push(await judged(row, seed));
  console.log(
    `\n${row.name}\n${verdicts.map(({ named, stayed, how, first }, seed) => `${`${seed + 1}`.padStart(3)}  ${named ? "named" : "NOT NAMED"}${stayed ? ", STAYS" : ""}  ${how}\n       ${first[0] ?? "nothing"}`).join("\n")}`,
  );
  const missed = verdicts.filter(({ named }) => !named).length;
  return [
    {
      what: `${row.name}: not named first or second`,
      value: (100 * missed) / seeds,
      unit: "%",
      from: `${missed} of ${seeds} seeds`,
      most: 5,
    },
    {
      what: `${row.name}: named without its cause`,
      value: verdicts.filter(({ stayed }) => stayed).length,
      unit: "count",
      from: `${seeds} seeds`,
      most: 0,
    },
  ];
}

/** Windows of ordinary life in which something alarms; half of quiet worlds, half of the hour before an incident. */
async function quietFigure(): Promise<Figure> {
  const said: string[] = [];
  let windows = 0;
  const [head] = rows;
  if (!head) throw new Error("no row");
  for (let seed = 101; seed <= 100 + 2 * quietWorlds; seed += 1) {
    const isQuiet = seed <= 100 + quietWorlds;
    const row = isQuiet ? { ...head, environment: quietEnvironment } : (rows[seed % rows.length] ?? head);
    const story = { ...varied(row, seed), missing: null };
    await living(story, async ({ world, look }) => {
      for (let index = 0; index < windowsEach; index += 1) {
        const now = shift(story.zero, (3 * (index - windowsEach) - 1) * minute);
        const healthy = healthyBefore(world, now);
        if (!healthy) continue;
        windows += 1;
        const found = alarming((await look(healthy.traceId, now)).explanation);
        if (found.length > 0) said.push(`seed ${seed}: ${found.map(({ kind }) => kind).join(", ")}`);
      }
    });
  }
  if (said.length > 0) console.log(`\nquiet windows that alarm\n${said.map((each) => `     ${each}`).join("\n")}`);
  return {
    what: "quiet windows with any finding that alarms",
    value: said.length,
    unit: "count",
    from: `${windows} windows`,
    most: Math.ceil(windows / 100),
  };
}

export async function incidentFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const row of rows) figures.push(...(await rowFigures(row)));
  return [...figures, await quietFigure()];
}
