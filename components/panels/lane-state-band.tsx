/** A state of 0 and 1 as a band: what is rarely on is loud while it is, quiet else, and nothing where it was not sampled. In words, too. */
import { textWidth } from "@/components/panels/change-labels";
import marks from "@/components/panels/lane-marks.module.css";
import type { Points } from "@/components/panels/lane-points";
import { stretchesOf } from "@/components/panels/lane-states";
import { clamped, fractionOf } from "@/components/panels/timeline-axis";
import type { Window } from "@/lib/signal/time";

type Props = {
  readonly points: Points;
  readonly window: Window;
  readonly width: number;
  readonly names: { readonly on: string; readonly off: string };
};

export function StateBand({ points, window, width, names }: Props) {
  return stretchesOf(points).map(({ from, to, up }) => {
    const left = clamped(fractionOf(from, window));
    const share = clamped(fractionOf(to, window)) - left;
    return share <= 0 ? null : (
      <span key={from} className={marks.state} data-up={up} style={{ "--left": left, "--width": share }}>
        {share * width > textWidth(up ? names.on : names.off, false) + 8 && (up ? names.on : names.off)}
      </span>
    );
  });
}
