/** Leads the eye to an element: scrolls to it, gives it focus, and lights it for a moment. */
import type { Slot } from "@/lib/evidence";

const lit = 1_800;

/** The first of these ids that is on the page. */
export function jumpTo(ids: readonly string[]): void {
  const element = ids.map((id) => document.getElementById(id)).find((found) => found !== null);
  if (!element) return;
  element.scrollIntoView({ block: "nearest" });
  element.focus({ preventScroll: true });
  element.dataset.lit = "";
  setTimeout(() => delete element.dataset.lit, lit);
}

/** Where a slot is drawn: its lane where it has one, else the block of lanes. */
export function idsOfSlot(slot: Slot): readonly string[] {
  switch (slot) {
    case "lines":
      return ["lines"];
    case "trace":
      return ["trace"];
    case "events":
      return ["lane-events", "lane-changes", "time"];
    default:
      return [`lane-${slot}`, "time"];
  }
}
