/** What detection claims of series whose truth is known: how often it is fooled, how well it places an onset, what it costs. */
import { changePointOf } from "@/lib/detect/change-point";
import { type Figure, ms, timesOf } from "@/test/bench/figure";
import { draw, noises, roles } from "@/test/detect/drawn";
import { fooledIn, looks, scoresOf, together } from "@/test/detect/score";

const windows = 10_000;
const drawsEach = 60;

const percent = (part: number, of: number): number => (100 * part) / of;
const inWords = (part: number, of: number): string =>
  `${part.toLocaleString("en-US")} of ${of.toLocaleString("en-US")}`;

/** Every noise and role in turns, a signal in every fourth. */
function seriesOf(points: number) {
  const step = 15_000;
  return Array.from({ length: 200 }, (_, index) =>
    draw({
      noise: noises[index % noises.length] ?? "white",
      role: roles[(index >> 1) % roles.length] ?? "rate",
      interval: step,
      step,
      window: (points - 1) * step,
      seed: index * 31 + 5,
      signal: index % 4 === 0 ? { shape: "step", onset: 0.6 * points * step, lasts: 0, size: 20 } : null,
    }),
  );
}

function onsetFigures(): Figure[] {
  const scores = scoresOf(drawsEach);
  const all = together(scores);
  const shapes = [...scores].map(
    ([shape, { found, inside }]) => `${shape} ${percent(found - inside, found).toFixed(1)}`,
  );
  const errors = [...scores].map(([shape, { error }]) => `${shape} ${error.toFixed(2)}`);
  const missed = [...scores].map(([shape, { drawn, found }]) => `${shape} ${percent(drawn - found, drawn).toFixed(0)}`);
  return [
    {
      what: "onsets outside the stated interval, of signals found",
      value: percent(all.found - all.inside, all.found),
      unit: "%",
      from: `${inWords(all.found - all.inside, all.found)}: ${shapes.join(", ")}`,
      most: 5,
    },
    {
      what: "median error of an onset ÷ sample interval",
      value: all.error,
      unit: "×",
      from: `${errors.join(", ")}; interval ${all.width.toFixed(1)} wide`,
      most: 1,
    },
    {
      what: "signals of 6 to 60 deviations not claimed",
      value: percent(all.drawn - all.found, all.drawn),
      unit: "%",
      from: `${missed.join(", ")}; six noises, among ${looks} series`,
      most: null,
    },
  ];
}

function noiseFigure(): Figure {
  const { windows: fooled, claims } = fooledIn(windows);
  return {
    what: `windows of ${looks} quiet series with a claim`,
    value: percent(fooled, windows),
    unit: "%",
    from: `${inWords(fooled, windows)}; ${[...claims].map(([noise, count]) => `${noise} ${count}`).join(", ")} claims`,
    most: 1,
  };
}

function costFigures(): Figure[] {
  const [few = 0, many = 0] = timesOf(
    [60, 600].map((points) => {
      const all = seriesOf(points);
      return () => all.map(({ values, options }) => changePointOf(values, options));
    }),
  );
  return [
    {
      what: "200 series of 600 points judged",
      value: many,
      unit: "ms",
      from: "all noises, a quarter with a step",
      most: 30,
    },
    { what: "600 points judged ÷ 60 points", value: many / few, unit: "×", from: `${ms(many)} ÷ ${ms(few)}`, most: 15 },
  ];
}

export const detectFigures = (): Figure[] => [...onsetFigures(), noiseFigure(), ...costFigures()];
