/** Traces that a search or an exemplar named -> rows "latency, status, id", failing first, then the slowest. Pure. */
import { answersOf, type Evidence } from "@/lib/evidence";
import type { Instant } from "@/lib/signal/time";

export type HitRow = {
  readonly traceId: string;
  /** ns; null = not told. */
  readonly duration: number | null;
  /** An exemplar tells how long a request took, and no more. */
  readonly status: "failing" | "slow" | "not told";
  /** "gateway POST /checkout"; "" = not told. */
  readonly root: string;
  readonly at: Instant;
};

const order: Readonly<Record<HitRow["status"], number>> = { failing: 0, slow: 1, "not told": 2 };
/** More would be a list of its own; the searches ask for no more of either kind. */
const mostRows = 40;

/** One row a trace: that it failed counts more than that it was slow. */
export function hitRows(evidence: readonly Evidence[]): readonly HitRow[] {
  const searched = answersOf(evidence, "trace-hits").flatMap(({ question: { purpose }, answer }): HitRow[] =>
    purpose.kind === "trace-search"
      ? answer.hits.map((hit) => ({
          ...{ traceId: hit.traceId, at: hit.at, duration: hit.duration * 1e6 },
          status: purpose.of === "errors" ? "failing" : "slow",
          root: [hit.rootService, hit.rootName].filter(Boolean).join(" "),
        }))
      : [],
  );
  const named = answersOf(evidence, "exemplars").flatMap(({ answer }): HitRow[] =>
    answer.exemplars.map(({ traceId, at, value }) => ({
      ...{ traceId, at, duration: value === null ? null : value * 1e9 },
      ...{ status: "not told", root: "" },
    })),
  );
  const rows = [...searched, ...named].toSorted(
    (a, b) =>
      order[a.status] - order[b.status] || (b.duration ?? 0) - (a.duration ?? 0) || (a.traceId < b.traceId ? -1 : 1),
  );
  const first = new Map(rows.toReversed().map((row) => [row.traceId, row]));
  return rows.filter((row) => first.get(row.traceId) === row).slice(0, mostRows);
}

/** "24 traces: 8 failing, 10 slow, 6 from exemplars" */
export function hitWords(rows: readonly HitRow[]): string {
  const count = (status: HitRow["status"]): number => rows.filter((row) => row.status === status).length;
  const parts = [
    [count("failing"), "failing"],
    [count("slow"), "slow"],
    [count("not told"), "named by exemplars"],
  ] as const;
  const said = parts.flatMap(([many, words]) => (many > 0 ? [`${many} ${words}`] : []));
  return `${rows.length} ${rows.length === 1 ? "trace" : "traces"} of these services: ${said.join(", ")}`;
}
