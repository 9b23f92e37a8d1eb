/** The demo's environments, each of their things to try: what an investigation asks, and what it makes Loki read. */
import type { DemoEnvironment } from "@/lib/demo/environment";
import { demoEnvironments } from "@/lib/demo/servers/environments";
import { parseInstant } from "@/lib/signal/time";
import type { Figure } from "@/test/bench/figure";
import { linesRead, printRead } from "@/test/bench/lines-read";
import { installed } from "@/test/demo/looked-at";

type Looked = {
  readonly title: string;
  readonly questions: number;
  readonly ratio: number | null;
  readonly from: string;
};

async function lookedAll(demo: DemoEnvironment): Promise<Looked[]> {
  const now = parseInstant("2026-11-21T14:18:05Z");
  if (now === undefined) throw new Error("no instant");
  const it = await installed(demo, now);
  try {
    const all: Looked[] = [];
    for (const { title, text } of demo.leads(it.world, now)) {
      const { evidence, questions, window } = await it.look(text.startsWith("/") ? `http://127.0.0.1${text}` : text);
      const read =
        window && demo.backends.includes("loki") ? await linesRead(`${it.url}/loki`, evidence, window) : null;
      all.push({
        title,
        questions: questions.length,
        ratio: read && read.volume > 0 ? read.processed / read.volume : null,
        from: read ? printRead(read) : "",
      });
    }
    return all;
  } finally {
    await it.stop();
  }
}

const most = (all: readonly Looked[], of: (looked: Looked) => number): Looked | undefined =>
  all.toSorted((a, b) => of(b) - of(a))[0];

/** The reach of either is the same for each of them. */
export async function environmentFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const demo of demoEnvironments) {
    const all = await lookedAll(demo);
    const asked = most(all, ({ questions }) => questions);
    const read = most(all, ({ ratio }) => ratio ?? 0);
    if (asked)
      figures.push({
        what: `${demo.name}: questions of an investigation`,
        value: asked.questions,
        unit: "count",
        from: `most of ${all.length}: ${asked.title}`,
        most: 60,
      });
    if (read && read.ratio !== null)
      figures.push({
        what: `${demo.name}: bytes Loki processes ÷ its volume of the services`,
        value: read.ratio,
        unit: "×",
        from: `${read.from}, most of ${all.length}: ${read.title}`,
        most: 3,
      });
  }
  return figures;
}
