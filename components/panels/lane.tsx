/** The frame of a lane: its name and number in the gutter, its picture on the axis. */
import type { ReactNode } from "react";
import styles from "@/components/panels/timeline.module.css";

type Props = {
  readonly id?: string;
  readonly name: string;
  readonly about?: string;
  readonly value?: ReactNode;
  readonly size: "flat" | "bars" | "chart" | "small" | "folded";
  /** All of it as a sentence, for who does not see the picture. */
  readonly heard: string;
  /** Its name is long, and what it is about is told elsewhere: left out on a phone. */
  readonly named?: boolean;
  /** Shown on a phone. */
  readonly foremost?: boolean;
  /** Empty for the same reason as the lane above: one block with it. */
  readonly joined?: boolean;
  /** The reader was led here: shown whatever the screen. */
  readonly wanted?: boolean;
  readonly children: ReactNode;
};

export function Lane({
  id,
  name,
  about,
  value,
  size,
  heard,
  named = false,
  foremost = true,
  wanted = false,
  joined = false,
  children,
}: Props) {
  return (
    <div
      {...(id === undefined ? {} : { id })}
      className={styles.lane}
      data-size={size}
      data-named={named}
      data-joined={joined}
      data-long={name.length > longName}
      data-foremost={foremost || wanted}
      tabIndex={-1}
    >
      <div className={styles.gutter} aria-hidden="true">
        <b title={name}>{breakable(name)}</b>
        {about !== undefined && about !== "" && <span className={styles.about}>{about}</span>}
        {value !== undefined && <span className={styles.value}>{value}</span>}
      </div>
      {/* Not a landmark: a dozen of them would bury the real ones. */}
      <h3 className="only-heard">{about === undefined || about === "" ? name : `${name}, ${about}`}</h3>
      <p className="only-heard">{heard}</p>
      <div className={styles.plot}>{children}</div>
    </div>
  );
}

/** Letters that surely fit beside the axis. */
const longName = 18;

/** An alert's or a metric's name has no spaces: it may break before a capital and behind an underscore. */
const breakable = (name: string): string => name.replace(/(\p{Ll})(?=\p{Lu})|_/gu, "$&\u200b");

/** One line in place of a picture. */
export function LaneNote({ words, waiting = false }: { readonly words: string; readonly waiting?: boolean }) {
  return (
    <p className={styles.note} data-waiting={waiting} title={words}>
      {words}
    </p>
  );
}
