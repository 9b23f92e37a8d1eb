/** Incidents under seeds: what must be named first or second, that it is gone without its cause, and how quiet quiet is. */
import { quietEnvironment } from "@/lib/demo/scenarios/shop-environments";
import { hour, minute, shift } from "@/lib/signal/time";
import type { Figure } from "@/test/bench/figure";
import { alarming, healthyBefore, type Lived, lived, sentencesOf } from "@/test/incidents/lived";
import { type Row, rows } from "@/test/incidents/rows";
import { type Varied, varied, withoutCause } from "@/test/incidents/varied";

/** How much of it: `seeds` of each incident, `worlds` quiet ones and as many before an incident, 20 windows each. */
type Extent = { readonly seeds: number; readonly worlds: number };
/** About eight minutes of work. */
export const allOfIt: Extent = { seeds: 20, worlds: 5 };
/** What every change can wait for: a minute of work. */
export const aPartOfIt: Extent = { seeds: 2, worlds: 1 };
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
  readonly seed: number;
  readonly how: string;
  readonly named: boolean;
  readonly first: readonly string[];
  readonly stayed: boolean;
  readonly questions: number;
};

async function judged(row: Row, seed: number): Promise<Verdict> {
  const story = varied(row, seed);
  const conclusion = row.conclusion(story.told);
  const { first, questions } = await living(story, async ({ world, look }) => {
    const [lead] = story.environment.leads(world, story.now);
    if (!lead) throw new Error(`${row.name}, seed ${seed}: no lead`);
    const seen = await look(lead.text, story.now);
    return { first: sentencesOf(seen.explanation).slice(0, 2), questions: seen.questions.length };
  });
  const calm = await living(withoutCause(story), async ({ world, look }) => {
    // The last of them is of a request that went well.
    const lead = story.environment.leads(world, story.now).at(-1);
    if (!lead) throw new Error(`${row.name}, seed ${seed}: no request that went well`);
    return sentencesOf((await look(lead.text, story.now)).explanation);
  });
  return {
    ...{ seed, how: story.how, first, questions },
    named: first.some((sentence) => conclusion.test(sentence)),
    stayed: calm.some((sentence) => conclusion.test(sentence)),
  };
}

const share = (all: readonly Verdict[], is: (verdict: Verdict) => boolean): string =>
  `${all.filter(is).length} of ${all.length}`;

/** A line a row, and beneath it each seed that came to another conclusion. */
function printRow({ name, environment }: Row, verdicts: readonly Verdict[]): string {
  const missed = verdicts.flatMap(({ seed, named, stayed, how, first }) =>
    named && !stayed
      ? []
      : [`    seed ${seed}, ${how}: ${named ? "named without its cause" : `first was: ${first[0] ?? "nothing"}`}`],
  );
  const cells = [
    name.padEnd(28),
    environment.scenario.name.padEnd(16),
    share(verdicts, ({ named }) => named).padEnd(12),
    share(verdicts, ({ stayed }) => !stayed).padEnd(12),
    `${Math.max(...verdicts.map(({ questions }) => questions))}`,
  ];
  return [cells.join(""), ...missed].join("\n");
}

function rowFigures(name: string, verdicts: readonly Verdict[]): Figure[] {
  const missed = verdicts.filter(({ named }) => !named).length;
  return [
    {
      what: `${name}: not named first or second`,
      value: (100 * missed) / verdicts.length,
      unit: "%",
      from: `${missed} of ${verdicts.length} seeds`,
      most: 5,
    },
    {
      what: `${name}: named without its cause`,
      value: verdicts.filter(({ stayed }) => stayed).length,
      unit: "count",
      from: `${verdicts.length} seeds`,
      most: 0,
    },
  ];
}

/** Windows of ordinary life in which something alarms; half of quiet worlds, half of the hour before an incident. */
async function quietFigure(worlds: number): Promise<Figure> {
  const said: string[] = [];
  let windows = 0;
  const [head] = rows;
  if (!head) throw new Error("no row");
  for (let seed = 101; seed <= 100 + 2 * worlds; seed += 1) {
    const isQuiet = seed <= 100 + worlds;
    const row = isQuiet ? { ...head, environment: quietEnvironment } : (rows[(7 * seed) % rows.length] ?? head);
    const story = varied(row, seed);
    // Looked at up to an hour before, over half an hour and what was usual before that.
    const older = { ...story, missing: null, environment: { ...story.environment, history: 3 * hour } };
    await living(older, async ({ world, look }) => {
      for (let index = 0; index < windowsEach; index += 1) {
        const now = shift(story.zero, (3 * (index - windowsEach) - 1) * minute);
        const healthy = healthyBefore(world, now);
        if (!healthy) continue;
        windows += 1;
        const found = alarming((await look(healthy.traceId, now)).explanation);
        if (found.length > 0) said.push(`${row.name}, seed ${seed}: ${found.map(({ kind }) => kind).join(", ")}`);
      }
    });
  }
  if (said.length > 0) console.log(`\nquiet windows that alarm\n${said.map((each) => `    ${each}`).join("\n")}`);
  return {
    what: "quiet windows with any finding that alarms",
    value: said.length,
    unit: "count",
    from: `${windows} windows`,
    most: Math.ceil(windows / 100),
  };
}

export async function incidentFigures({ seeds, worlds }: Extent): Promise<Figure[]> {
  const figures: Figure[] = [];
  console.log(
    `\n${"incident".padEnd(28)}${"world".padEnd(16)}${"named".padEnd(12)}${"then gone".padEnd(12)}questions at most`,
  );
  const all: Verdict[] = [];
  for (const [index, row] of rows.entries()) {
    const verdicts: Verdict[] = [];
    // Of a part each row has others of the twenty: so all that can be missing is missing somewhere.
    for (let next = 0; next < seeds; next += 1)
      verdicts.push(await judged(row, 1 + ((seeds * index + next) % allOfIt.seeds)));
    console.log(printRow(row, verdicts));
    all.push(...verdicts);
    // One of three is no share: of so few it is told of all rows together.
    if (seeds >= allOfIt.seeds) figures.push(...rowFigures(row.name, verdicts));
  }
  return [...figures, ...rowFigures("all incidents", all), await quietFigure(worlds)];
}
