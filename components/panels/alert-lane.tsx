/** Alerts as bars from start to end, named inside; one that still fires runs out at the right edge. */
import { type AlertBar, alertWords } from "@/components/panels/alert-bars";
import { textWidth } from "@/components/panels/change-labels";
import { Lane, LaneNote } from "@/components/panels/lane";
import marks from "@/components/panels/lane-marks.module.css";
import { clamped, fractionOf } from "@/components/panels/timeline-axis";
import { inZone, useZone } from "@/components/ui/zone";
import type { Alert } from "@/lib/signal/alert";
import type { Instant, Window } from "@/lib/signal/time";

/** Rows of bars that the lane's height holds. */
const rowsShown = 2;

type Props = {
  readonly bars: readonly AlertBar[];
  readonly window: Window;
  /** px of the axis. */
  readonly width: number;
  readonly empty: { readonly words: string; readonly waiting: boolean };
};

export function AlertLane({ bars, window, width, empty }: Props) {
  const { zone, name: zoneName } = useZone();
  const shown = bars.filter(({ row }) => row < rowsShown);
  const clock = (at: Instant): string => `${inZone(at, zone).clock} ${zoneName}`;
  const span = ({ alert }: AlertBar): string =>
    `${alertWords(alert)}, since ${clock(alert.startsAt)}${alert.endsAt === null ? ", still firing" : ` until ${clock(alert.endsAt)}`}`;
  const about =
    bars.length === 0 ? "" : `${bars.length} fired${shown.length < bars.length ? `, ${shown.length} shown` : ""}`;
  return (
    <Lane
      id="lane-alerts"
      name="Alerts"
      about={about}
      size="flat"
      heard={bars.length === 0 ? empty.words : bars.map(span).join("; ")}
    >
      {bars.length === 0 && <LaneNote {...empty} />}
      {shown.map((bar) => {
        const from = clamped(fractionOf(bar.alert.startsAt, window));
        const to = bar.alert.endsAt === null ? 1 : clamped(fractionOf(bar.alert.endsAt, window));
        const { words, place } = barName(bar.alert, from * width, to * width, width);
        return (
          <span
            key={bar.id}
            className={marks.alert}
            data-severity={severityOf(bar.alert.labels.severity)}
            data-open={bar.alert.endsAt === null}
            data-place={place}
            data-rows={shown.some(({ row }) => row > 0) ? 2 : 1}
            style={{ "--left": from, "--width": to - from, "--row-index": bar.row }}
            title={span(bar)}
          >
            <b>{words}</b>
          </span>
        );
      })}
    </Lane>
  );
}

/** Its severity is left out rather than its name cut. All in px. */
export function barName(alert: Alert, from: number, to: number, space: number): { words: string; place: NamePlace } {
  const whole = alertWords(alert);
  const place = namePlace(from, to, whole, space);
  return place === null
    ? { words: alert.name, place: namePlace(from, to, alert.name, space) ?? "inside" }
    : { words: whole, place };
}

type NamePlace = "inside" | "behind" | "before";

/** Where a bar's name stands: inside where it fits, else behind it, else before it; null = nowhere. All in px. */
export function namePlace(from: number, to: number, name: string, space: number): NamePlace | null {
  const needed = textWidth(name, true) + 14;
  if (to - from >= needed) return "inside";
  if (space - to >= needed) return "behind";
  return from >= needed ? "before" : null;
}

/** People write page, critical, P1, sev1; what is not clearly grave is drawn as a warning. */
export const severityOf = (severity: string | undefined): "grave" | "mild" =>
  /^(crit|page|fatal|emerg|high|error|p1|p0|sev-?[01])/i.test(severity ?? "") ? "grave" : "mild";
