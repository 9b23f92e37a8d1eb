"use client";
/** All keys, and the switch that turns the single ones off. Loaded when it is asked for. */
import styles from "@/components/keys-help.module.css";
import { Dialog } from "@/components/ui/dialog";
import { switchSingleKeys, useSingleKeys } from "@/components/ui/single-keys";

const keys = [
  ["/", "to the paste box", true],
  ["Ctrl K or ⌘ K", "to the paste box, also from a field", false],
  ["n, p", "next, previous failed span; in the lines the next, previous error", true],
  ["j, k", "next, previous row of the lines or the spans", true],
  ["t", "next time zone", true],
  ["b", "back to the phrase or the slot that led here", true],
  ["?", "these keys", true],
  ["Up Down Home End", "move in the lines and the spans", false],
  ["Left Right", "fold and unfold a span; move along the dots of a lane", false],
  ["Enter", "open a line, read a span", false],
  ["Left Right + − 0", "on the time axis: move the crosshair, look closer and back, the whole window", false],
  ["Esc", "back to where you looked before", false],
] as const;

export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className={styles.keys}>
        {keys.map(([name, does, single]) => (
          <div key={name} data-off={single && !on}>
            <dt>
              <kbd>{name}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.choice}>
        <input type="checkbox" checked={on} onChange={({ target }) => switchSingleKeys(target.checked)} /> Single
        letters and signs are commands
      </label>
    </Dialog>
  );
}
