/** One reader, one id, upstreams that each take 100 ms longer: how much of the time is not theirs. */
import { type Console, investigate } from "@/test/bench/console";
import { type Figure, medianOf, ms } from "@/test/bench/figure";
import { type RunOf, runOf } from "@/test/bench/run-of";

const rounds = 5;

export async function journeyFigures({ url }: Console, lead: string): Promise<Figure[]> {
  await investigate(url, { lead, fresh: true });
  const runs: RunOf[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(runOf(await investigate(url, { lead, fresh: true })));
  const median = (of: (run: RunOf) => number): number => medianOf(runs.map(of));
  return [
    {
      what: "time to the last evidence ÷ critical path",
      value: median(({ lastEvidence, criticalPath }) => lastEvidence / criticalPath),
      unit: "×",
      from: `${ms(median(({ lastEvidence }) => lastEvidence))} ÷ ${ms(median(({ criticalPath }) => criticalPath))}, median of ${rounds}`,
      // Six questions at once is what an upstream is asked for, so some wait: told, not gated.
      most: null,
    },
    {
      what: "time to the last evidence ÷ the same chains, six at once",
      value: median(({ lastEvidence, inTurn }) => lastEvidence / inTurn),
      unit: "×",
      from: `${ms(median(({ lastEvidence }) => lastEvidence))} ÷ ${ms(median(({ inTurn }) => inTurn))}, median of ${rounds}`,
      most: 1.2,
    },
    {
      what: "first evidence of the id ÷ fastest answer to the id",
      value: median(({ firstOfTheId, fastestById }) => firstOfTheId / fastestById),
      unit: "×",
      from: `${ms(median(({ firstOfTheId }) => firstOfTheId))} ÷ ${ms(median(({ fastestById }) => fastestById))}, median of ${rounds}`,
      most: 1.3,
    },
  ];
}
