/** Warnings and infos of an answer that is good nevertheless; each text once, with the place it refers to. */
import { printPlace } from "@/lib/engine/promql/complaint";

export type Notes = {
  readonly warn: (text: string, from: number) => void;
  readonly inform: (text: string, from: number) => void;
  /** At most ten of each kind, as Prometheus sends them. */
  readonly printed: (query: string) => { readonly warnings: readonly string[]; readonly infos: readonly string[] };
};

const most = 10;

export function createNotes(): Notes {
  const warnings = new Map<string, number>();
  const infos = new Map<string, number>();
  const print = (found: ReadonlyMap<string, number>, query: string, kind: string): string[] => {
    const texts = [...found].map(([text, from]) => `PromQL ${kind}: ${text} (${printPlace(query, from)})`);
    const left = texts.length - most;
    return left > 0 ? [...texts.slice(0, most), `${left} more ${kind} annotations omitted`] : texts;
  };
  return {
    warn: (text, from) => warnings.set(text, from),
    inform: (text, from) => infos.set(text, from),
    printed: (query) => ({ warnings: print(warnings, query, "warning"), infos: print(infos, query, "info") }),
  };
}
