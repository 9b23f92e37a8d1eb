/** Changes as ticks with their names: a suspect solid and bold, the others dashed. A press chooses one: each chart tells before and after. */
import { groupedLabels, placeLabels, textWidth } from "@/components/panels/change-labels";
import {
  byNearness,
  changeCount,
  changeDistance,
  changeName,
  changeRest,
  type Moment,
  suspectsFirst,
} from "@/components/panels/change-words";
import { Lane, LaneNote } from "@/components/panels/lane";
import marks from "@/components/panels/lane-marks.module.css";
import { fractionOf } from "@/components/panels/timeline-axis";
import { inZone, useZone } from "@/components/ui/zone";
import type { Change } from "@/lib/signal/change";
import { isWithin, type Window } from "@/lib/signal/time";

type Props = {
  readonly changes: readonly Change[];
  readonly suspects: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly window: Window;
  readonly onset: Moment | null;
  readonly width: number;
  /** Why there is none, in place. */
  readonly empty: { readonly words: string; readonly waiting: boolean };
};

const isMinor = ({ id, kind }: Change, suspects: ReadonlySet<string>): boolean => kind === "event" && !suspects.has(id);

export function ChangeLane({ changes, suspects, chosen, window, onset, width, empty }: Props) {
  const { zone, name: zoneName } = useZone();
  const inWindow = changes.filter(({ at }) => isWithin(at, window));
  // Events are many and of little weight: they take what room the others leave.
  const ordered = suspectsFirst(byNearness(inWindow, onset), suspects).toSorted(
    (a, b) => Number(isMinor(a, suspects)) - Number(isMinor(b, suspects)),
  );
  const byId = new Map(inWindow.map((change) => [change.id, change]));
  const xOf = (change: Change): number => fractionOf(change.at, window) * width;
  const groups = groupedLabels(
    ordered.map((change) => ({ id: change.id, x: xOf(change), minor: isMinor(change, suspects) })),
  );
  const moreOf = (id: string): readonly string[] => groups.find((group) => group.id === id)?.more ?? [];
  const nameOf = (id: string, isBrief: boolean): string => {
    const change = byId.get(id);
    const more = isBrief ? 0 : moreOf(id).length;
    return `${change ? changeName(change) : ""}${more > 0 ? ` +${more}` : ""}`;
  };
  const placed = placeLabels(
    groups.flatMap(({ id }) => {
      const change = byId.get(id);
      if (!change) return [];
      const suspect = suspects.has(id);
      return [
        {
          id,
          x: xOf(change),
          width: textWidth(nameOf(id, false), suspect),
          brief: textWidth(nameOf(id, true), suspect),
          prefers: suspect ? ("left" as const) : ("right" as const),
          minor: isMinor(change, suspects),
        },
      ];
    }),
    width,
    2,
    onset === null ? [] : [fractionOf(onset.at, window) * width],
  );
  const said = ordered
    .map((change) =>
      `${changeName(change)} at ${inZone(change.at, zone).clock} ${zoneName} ${changeDistance(change, onset)}`.trim(),
    )
    .join("; ");
  const titleOf = (change: Change): string =>
    `${change.kind === "event" ? `${changeName(change)}: ${changeRest(change)}` : change.title} · ${inZone(change.at, zone).clock} ${zoneName} · ${change.source}`;
  const named = new Set(placed.flatMap(({ id, isBrief }) => [id, ...(isBrief ? [] : moreOf(id))]));
  const unnamed = width === 0 ? 0 : inWindow.filter(({ id }) => !named.has(id)).length;
  const about = `${changeCount(inWindow)}${unnamed > 0 ? `, ${unnamed} below` : ""}`;
  const rows = placed.some(({ row }) => row === 1) ? 2 : 1;
  return (
    <Lane id="lane-changes" name="Changes" about={about} size="flat" heard={said === "" ? empty.words : said}>
      {inWindow.length === 0 && <LaneNote {...empty} />}
      {ordered.map((change) => (
        <span
          key={change.id}
          className={marks.tick}
          data-kind={change.kind}
          data-suspect={suspects.has(change.id)}
          data-chosen={chosen === change.id}
          data-change={change.id}
          style={{ "--left": fractionOf(change.at, window) }}
          title={titleOf(change)}
        />
      ))}
      {placed.map(({ id, isBrief, row, side, edge }) => {
        const change = byId.get(id);
        return (
          change && (
            <span
              key={id}
              className={marks.label}
              data-suspect={suspects.has(id)}
              data-chosen={chosen === id}
              data-change={id}
              data-side={side}
              data-row={rows === 2 ? row : "only"}
              style={{ "--x": `${edge}px` }}
              title={[change, ...moreOf(id).flatMap((more) => byId.get(more) ?? [])].map(titleOf).join("\n")}
              aria-hidden="true"
            >
              {nameOf(id, isBrief)}
            </span>
          )
        );
      })}
    </Lane>
  );
}
