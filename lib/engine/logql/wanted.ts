/** What of a query can be decided before its lines are read: by their stream, by their kind, by an id they must hold. */
import type { LabelFilter, Logs, Stage } from "@/lib/engine/logql/ast";
import { labelFilter, namesIn, selects } from "@/lib/engine/logql/filters";
import { pipelineOf } from "@/lib/engine/logql/stages";
import type { Kind, Wanted } from "@/lib/engine/logql/storage";
import { type Hints, type Work, workOn } from "@/lib/engine/logql/work";

const isPlain = (filter: LabelFilter): boolean =>
  filter.kind === "matcher" ||
  ((filter.kind === "and" || filter.kind === "or") && isPlain(filter.left) && isPlain(filter.right));

/** Stages in front of the first that changes text or labels. */
const leading = (stages: readonly Stage[]): readonly Stage[] => {
  const end = stages.findIndex(({ kind }) => kind !== "line" && kind !== "labels");
  return end === -1 ? stages : stages.slice(0, end);
};

/** `a|b\.c` -> its texts; undefined where a pattern is more than a choice of texts. */
function choices(pattern: string): string[] | undefined {
  if (!/^(?:[^\\^$.*+?()[\]{}]|\\[^\w])*$/.test(pattern)) return undefined;
  return pattern.split("|").map((part) => part.replace(/\\([^\w])/g, "$1"));
}

function heldBy(filter: LabelFilter): readonly string[] | undefined {
  switch (filter.kind) {
    case "matcher": {
      const { op, value } = filter.matcher;
      const texts = op === "=" ? [value] : op === "=~" ? choices(value.replace(/^\(\?:(.*)\)$/, "$1")) : undefined;
      return texts?.some((text) => text === "") ? undefined : texts;
    }
    case "and":
      return heldBy(filter.left) ?? heldBy(filter.right);
    case "or": {
      const [left, right] = [heldBy(filter.left), heldBy(filter.right)];
      return left && right && [...new Set([...left, ...right])];
    }
    default:
      return undefined;
  }
}

export function wantedBy({ matchers, stages }: Logs): Wanted {
  const holds = leading(stages).flatMap((stage): (readonly string[])[] => {
    if (stage.kind === "labels") {
      const texts = heldBy(stage.filter);
      return texts ? [texts] : [];
    }
    return stage.kind === "line" && stage.op === "|=" ? [stage.any.map(({ text }) => text)] : [];
  });
  return { stream: selects(matchers), holds };
}

/** What is left to be done with each line of a kind; null where none of them is wanted. */
export type Rest = { readonly isDone: boolean; readonly run: (work: Work) => boolean };

export function restFor(logs: Logs, hints: Hints): (kind: Kind) => Rest | null {
  const selected = selects(logs.matchers);
  const early = leading(logs.stages).flatMap((stage) =>
    stage.kind === "labels" && isPlain(stage.filter)
      ? [{ stage, test: labelFilter(stage.filter), names: namesIn(stage.filter) }]
      : [],
  );
  const all = pipelineOf(logs.stages, hints);
  const others = logs.stages.filter((stage) => !early.some((each) => each.stage === stage));
  const short = pipelineOf(others, hints);
  const known = new Map<Kind, Rest | null>();
  return (kind) => {
    const rest = known.get(kind);
    if (rest !== undefined) return rest;
    const found = decide(kind);
    known.set(kind, found);
    return found;
  };
  function decide({ stream, fixed, varying }: Kind): Rest | null {
    if (!selected(stream)) return null;
    const sample = workOn(stream, fixed, "", () => "0");
    const decided = early.filter(({ names }) => !names.some((name) => varying.includes(name)));
    if (!decided.every(({ test }) => test(sample))) return null;
    return decided.length === early.length ? { isDone: others.length === 0, run: short } : { isDone: false, run: all };
  }
}
