/** Evidence of series questions -> the series worth a lane: failures as a share of requests, each with what it did. Pure. */

import type { SeriesPlace } from "@/components/panels/cited-series";
import { withDistinctNames } from "@/components/panels/lane-names";
import { ratioSeries } from "@/lib/detect/ratio";
import {
  answersOf,
  type Evidence,
  type Found,
  type Purpose,
  type SaturationPart,
  type SeriesRole,
} from "@/lib/evidence";
import type { Movement } from "@/lib/explanation";
import { labelsKey } from "@/lib/signal/labels";
import type { Series, Unit } from "@/lib/signal/series";
import { type Service, shortNames } from "@/lib/signal/service";

/** What the lead's alert looks at, the three places of the entry service, and everything else. */
export type LaneRole = "alert" | "errors" | "latency" | "requests" | "other";

export type LaneSeries = {
  /** Stable for the same series, whatever else has come. */
  readonly key: string;
  readonly role: LaneRole;
  readonly name: string;
  readonly service: Service | null;
  /** The service in words. */
  readonly about: string;
  readonly unit: Unit;
  readonly series: Series;
  readonly place: SeriesPlace;
  /** What the findings say of it, once they do. */
  readonly movement: Movement | null;
  /** Lower is better to stand for its role: p99 before mean before median. */
  readonly preference: number;
  /** It is 1 or 0, and this is how either is called. */
  readonly state: SaturationPart["state"] | null;
  readonly evidence: readonly Evidence[];
};

type Red = Extract<Purpose, { kind: "red" }>;
type RedEvidence = { readonly found: Found<"series">; readonly red: Red };

const names: Readonly<Record<SeriesRole, string>> = {
  rate: "Requests",
  errors: "Errors",
  "error-ratio": "Error ratio",
  "latency-p50": "Median latency",
  "latency-p99": "p99 latency",
  "latency-mean": "Mean latency",
  saturation: "Saturation",
  other: "",
};
const laneRoles: Readonly<Record<SeriesRole, LaneRole>> = {
  rate: "requests",
  errors: "errors",
  "error-ratio": "errors",
  "latency-p50": "latency",
  "latency-p99": "latency",
  "latency-mean": "latency",
  saturation: "other",
  other: "other",
};
const sharpness: Readonly<Record<SeriesRole, number>> = {
  "error-ratio": 0,
  errors: 1,
  rate: 0,
  "latency-p99": 0,
  "latency-mean": 1,
  "latency-p50": 2,
  saturation: 0,
  other: 0,
};

/** By preference, then by name: two readers of one run see the same order, whatever came first. */
export function laneSeries(
  evidence: readonly Evidence[],
  movements: readonly Movement[],
  ended: boolean,
): readonly LaneSeries[] {
  const reds = answersOf(evidence, "series")
    .flatMap((found): RedEvidence[] => {
      const { purpose } = found.question;
      return purpose.kind === "red" ? [{ found, red: purpose }] : [];
    })
    .toSorted((a, b) => (a.found.question.id < b.found.question.id ? -1 : 1));
  const nameOf = shortNames([
    ...reds.flatMap(({ red }) => red.services.map(({ service }) => service)),
    ...movements.flatMap(({ service }) => service ?? []),
  ]);
  const moved = new Map(movements.map((movement) => [`${movement.question} ${movement.index}`, movement]));
  const made = reds.flatMap(({ found, red }) =>
    found.answer.series.flatMap((series, index): LaneSeries[] => {
      const value = series.labels[red.label] ?? "";
      const told = red.services.find((each) => each.value === value);
      const service = told?.service ?? null;
      const movement = moved.get(`${found.question.id} ${index}`) ?? null;
      const common = {
        key: [found.question.upstream, red.recipe, red.label, red.role, red.title, value, red.scope ?? ""]
          .join(" ")
          .trimEnd(),
        service,
        about: service ? nameOf(service) : value,
        preference: sharpness[red.role],
        place: { question: found.question.id, index },
        movement,
        state: null,
      };
      if (red.role === "errors") {
        const rate = rateBeside(reds, found, red, value);
        // Failures alone say little; the share they are follows with the requests.
        if (!rate && !ended) return [];
        if (rate) {
          const share = ratioSeries(series, rate.series);
          return [
            {
              ...common,
              role: "errors",
              name: "Error ratio",
              unit: "ratio",
              series: share,
              evidence: [found, rate.found],
            },
          ];
        }
      }
      const name = names[red.role] || (told?.title ?? red.title);
      return [{ ...common, role: laneRoles[red.role], name, unit: red.unit, series, evidence: [found] }];
    }),
  );
  const full = saturationSeries(evidence, moved, nameOf);
  // Two answers may hold the same series: one of them counts.
  const unique = new Map<string, LaneSeries>();
  for (const each of [...made, ...full].toSorted((a, b) => a.preference - b.preference || (a.key < b.key ? -1 : 1)))
    if (!unique.has(each.key)) unique.set(each.key, each);
  return withDistinctNames([...unique.values()]);
}

/** What runs full or stands still: whose it is only the findings tell, so there is no lane before they do. */
function saturationSeries(
  evidence: readonly Evidence[],
  moved: ReadonlyMap<string, Movement>,
  nameOf: (service: Service) => string,
): LaneSeries[] {
  return answersOf(evidence, "series").flatMap((found): LaneSeries[] => {
    const { id, upstream, purpose } = found.question;
    if (purpose.kind !== "saturation") return [];
    return found.answer.series.flatMap((series, index): LaneSeries[] => {
      const movement = moved.get(`${id} ${index}`);
      if (!movement) return [];
      const { service, title, unit } = movement;
      return [
        {
          key: `${upstream} saturation ${labelsKey(series.labels)}`,
          role: "other",
          name: title.slice(0, 1).toUpperCase() + title.slice(1),
          service,
          about: service ? nameOf(service) : "",
          unit,
          series,
          place: { question: id, index },
          movement,
          preference: 0,
          state: purpose.parts[series.labels.signal ?? ""]?.state ?? null,
          evidence: [found],
        },
      ];
    });
  });
}

function rateBeside(
  reds: readonly RedEvidence[],
  errors: Found<"series">,
  red: Red,
  value: string,
): { series: Series; found: Found<"series"> } | undefined {
  for (const { found, red: other } of reds) {
    if (other.role !== "rate" || other.recipe !== red.recipe || other.label !== red.label) continue;
    if (found.question.upstream !== errors.question.upstream || (other.scope ?? "") !== (red.scope ?? "")) continue;
    const series = found.answer.series.find((each) => each.labels[red.label] === value);
    if (series) return { series, found };
  }
  return undefined;
}
