/** What investigations leave behind in the console's heap, once garbage is collected. */
import { type Console, investigate, type Question } from "@/test/bench/console";
import type { Figure } from "@/test/bench/figure";

const half = 100;
/** As many people as look into one incident. */
const atOnce = 4;

/** Windows of an hour, each a second before the other: none is answered by an earlier run. */
export function shiftedWindows(lead: string, count: number): Question[] {
  const end = Math.floor(Date.now() / 1_000) * 1_000;
  return Array.from({ length: count }, (_, index) => ({
    lead,
    from: new Date(end - 3_600_000 - index * 1_000).toISOString(),
    to: new Date(end - index * 1_000).toISOString(),
  }));
}

export async function investigateAll(url: string, questions: readonly Question[]): Promise<void> {
  const left = [...questions];
  const reader = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await investigate(url, next);
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
}

export async function heapFigure({ url, tell }: Console, lead: string): Promise<Figure> {
  const questions = shiftedWindows(lead, 2 * half);
  await investigateAll(url, questions.slice(0, half));
  const before = await tell("heap");
  await investigateAll(url, questions.slice(half));
  const after = await tell("heap");
  return {
    what: `server heap after ${2 * half} investigations, growth since ${half}`,
    value: (after / before - 1) * 100,
    unit: "%",
    from: `${(before / 1e6).toFixed(1)} MB -> ${(after / 1e6).toFixed(1)} MB`,
    most: 10,
  };
}
