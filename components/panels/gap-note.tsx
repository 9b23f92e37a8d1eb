"use client";
/** Why there is nothing here and what to do next, in the place where the thing would be. */
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useSearchDeep } from "@/components/ui/search-deep";
import { useWindowMoves } from "@/components/ui/window-moves";
import { type Gap, isFailure } from "@/lib/evidence";

type Props = { readonly gap: Pick<Gap, "reason" | "text" | "next"> };

export function GapNote({ gap }: Props) {
  return (
    <EmptyState
      text={gap.text}
      failed={isFailure({ kind: "gap", ...gap })}
      next={<NextStep gap={gap} />}
      kind={gap.reason.replaceAll("-", " ")}
    />
  );
}

/** A button where the page itself can do it, else the words. */
function NextStep({ gap }: Props) {
  const searchDeep = useSearchDeep();
  const { wider } = useWindowMoves();
  if (gap.reason === "over-budget" && gap.next !== "" && searchDeep !== null)
    return <Button onClick={searchDeep}>{gap.next}</Button>;
  if (gap.reason === "none-in-window" && wider !== null) return <Button onClick={wider}>Widen by 1 h each side</Button>;
  return gap.next === "" ? null : <p>{gap.next}</p>;
}

/** Several gaps under each other; the same words are said once. */
export function GapNotes({ gaps }: { readonly gaps: readonly Gap[] }) {
  const said = new Map(gaps.map((gap) => [gap.text, gap]));
  return [...said.values()].map((gap) => <GapNote key={gap.text} gap={gap} />);
}
