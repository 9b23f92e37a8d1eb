"use client";
/** The numbers behind the lanes, as a table; loaded when it is opened. */
import { pointAt } from "@/components/panels/crosshair-store";
import type { LevelBars } from "@/components/panels/lane-levels";
import { cellsOf } from "@/components/panels/timeline-cells";
import type { ChartLane } from "@/components/panels/timeline-lanes";
import styles from "@/components/panels/timeline-tools.module.css";
import { inZone, printTime, type Zone } from "@/components/ui/zone";
import { type Instant, printDuration, type Window } from "@/lib/signal/time";

type Props = {
  readonly lanes: readonly ChartLane[];
  readonly levels: LevelBars | undefined;
  readonly shown: Window;
  readonly now: Instant;
  readonly zone: Zone;
};

export function TimelineTable({ lanes, levels, shown, now, zone }: Props) {
  const { columns, rows, step } = cellsOf(lanes, levels, shown);
  return (
    <section id="lane-numbers" className={styles.numbers} aria-label="The lanes’ numbers">
      <table>
        <caption>
          {rows.length} instants, {printDuration(step)} apart, {printTime(shown.from, now, zone.zone)} to{" "}
          {inZone(shown.to, zone.zone).clock} {zone.name}
        </caption>
        <thead>
          <tr>
            <th scope="col">{zone.name}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, cells }) => (
            <tr key={at}>
              <th scope="row">
                <button
                  type="button"
                  title="Mark this instant"
                  onFocus={() => pointAt(at)}
                  onBlur={() => pointAt(null)}
                  onPointerEnter={() => pointAt(at)}
                >
                  {printTime(at, now, zone.zone)}
                </button>
              </th>
              {cells.map((cell, index) => (
                <td key={columns[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
