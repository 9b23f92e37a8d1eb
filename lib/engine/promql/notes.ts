/** Warnings and infos of an answer that is good nevertheless; each text once, with the place it refers to. */
import { printPlace } from "@/lib/engine/promql/complaint";
import { printShort } from "@/lib/engine/promql/literals";

export type Notes = {
  readonly warn: (text: string, from: number) => void;
  readonly inform: (text: string, from: number) => void;
  /** A classic histogram whose counts had to be raised at `at` (ms); told once, with the extremes of all of them. */
  readonly force: (forced: Forced, at: number, from: number) => void;
  /** At most ten of each kind, as Prometheus sends them. */
  readonly printed: (query: string) => { readonly warnings: readonly string[]; readonly infos: readonly string[] };
};

/** What raising the counts of a histogram took: least and greatest bound raised, by how much at most. */
export type Forced = { readonly least: number; readonly greatest: number; readonly difference: number };

const most = 10;
const raised =
  "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";
const printSecond = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

type Raised = Forced & { readonly count: number; readonly first: number; readonly last: number };
const printRaised = ({ least, greatest, difference, count, first, last }: Raised): string =>
  `${raised}, from buckets ${printShort(least)} to ${printShort(greatest)}, with a max diff of ${printShort(difference, 2)}, over ${count} samples from ${printSecond(first)} to ${printSecond(last)}`;

export function createNotes(): Notes {
  const warnings = new Map<string, number>();
  const infos = new Map<string, number>();
  const forcings = new Map<number, Raised>();
  const print = (found: ReadonlyMap<string, number>, query: string, kind: string): string[] => {
    const texts = [...found].map(([text, from]) => `PromQL ${kind}: ${text} (${printPlace(query, from)})`);
    const left = texts.length - most;
    return left > 0 ? [...texts.slice(0, most), `${left} more ${kind} annotations omitted`] : texts;
  };
  return {
    warn: (text, from) => warnings.set(text, from),
    inform: (text, from) => infos.set(text, from),
    force: ({ least, greatest, difference }, at, from) => {
      const before = forcings.get(from);
      forcings.set(from, {
        least: Math.min(least, before?.least ?? least),
        greatest: Math.max(greatest, before?.greatest ?? greatest),
        difference: Math.max(difference, before?.difference ?? difference),
        count: (before?.count ?? 0) + 1,
        first: Math.min(at, before?.first ?? at),
        last: Math.max(at, before?.last ?? at),
      });
    },
    printed: (query) => {
      const forced = [...forcings].map(([from, each]): [string, number] => [printRaised(each), from]);
      return {
        warnings: print(warnings, query, "warning"),
        infos: print(new Map([...infos, ...forced]), query, "info"),
      };
    },
  };
}
