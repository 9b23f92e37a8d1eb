/** Changes as ticks with their names: a suspect solid and bold, the others dashed. */
import { placeLabels, textWidth } from "@/components/panels/change-labels";
import {
  byNearness,
  changeCount,
  changeDistance,
  changeName,
  changeRest,
  suspectsFirst,
} from "@/components/panels/change-words";
import { Lane, LaneNote } from "@/components/panels/lane";
import marks from "@/components/panels/lane-marks.module.css";
import { fractionOf } from "@/components/panels/timeline-axis";
import { inZone, useZone } from "@/components/ui/zone";
import type { Change } from "@/lib/signal/change";
import { type Instant, isWithin, type Window } from "@/lib/signal/time";

type Props = {
  readonly changes: readonly Change[];
  readonly suspects: ReadonlySet<string>;
  readonly window: Window;
  readonly onset: Instant | null;
  readonly width: number;
  /** Why there is none, in place. */
  readonly empty: { readonly words: string; readonly waiting: boolean };
};

const isMinor = ({ id, kind }: Change, suspects: ReadonlySet<string>): boolean => kind === "event" && !suspects.has(id);

export function ChangeLane({ changes, suspects, window, onset, width, empty }: Props) {
  const { zone, name: zoneName } = useZone();
  const inWindow = changes.filter(({ at }) => isWithin(at, window));
  // Events are many and of little weight: they take what room the others leave.
  const ordered = suspectsFirst(byNearness(inWindow, onset), suspects).toSorted(
    (a, b) => Number(isMinor(a, suspects)) - Number(isMinor(b, suspects)),
  );
  const placed = placeLabels(
    ordered.map((change) => {
      const suspect = suspects.has(change.id);
      return {
        id: change.id,
        x: fractionOf(change.at, window) * width,
        width: textWidth(changeName(change), suspect),
        prefers: suspect ? "left" : "right",
        minor: isMinor(change, suspects),
      };
    }),
    width,
    2,
    onset === null ? [] : [fractionOf(onset, window) * width],
  );
  const said = ordered
    .map((change) =>
      `${changeName(change)} at ${inZone(change.at, zone).clock} ${zoneName} ${changeDistance(change, onset)}`.trim(),
    )
    .join("; ");
  const named = new Set(placed.map(({ id }) => id));
  const unnamed = width > 0 && inWindow.some((change) => !isMinor(change, suspects) && !named.has(change.id));
  const about = `${changeCount(inWindow)}${unnamed ? `, ${placed.length} named` : ""}`;
  return (
    <Lane id="lane-changes" name="Changes" about={about} size="flat" heard={said === "" ? empty.words : said}>
      {inWindow.length === 0 && <LaneNote {...empty} />}
      {ordered.map((change) => (
        <span
          key={change.id}
          className={marks.tick}
          data-kind={change.kind}
          data-suspect={suspects.has(change.id)}
          style={{ "--left": fractionOf(change.at, window) }}
          title={`${change.kind === "event" ? `${changeName(change)}: ${changeRest(change)}` : change.title} · ${inZone(change.at, zone).clock} ${zoneName} · ${change.source}`}
        />
      ))}
      {placed.map(({ id, row, left }) => {
        const change = inWindow.find((each) => each.id === id);
        return (
          change && (
            <span
              key={id}
              className={marks.label}
              data-suspect={suspects.has(id)}
              data-row={placed.some((other) => other.row === 1) ? row : "only"}
              style={{ "--x": `${left}px` }}
              aria-hidden="true"
            >
              {changeName(change)}
            </span>
          )
        );
      })}
    </Lane>
  );
}
