/** Leads the eye to an element: scrolls to it, gives it focus, and lights it for a moment. */
import type { Slot } from "@/lib/evidence";

const lit = 1_800;

/** The first of these ids that is on the page and in sight: a phone hides what it has no room for. */
export function jumpTo(ids: readonly string[]): void {
  const elements = ids.flatMap((id) => document.getElementById(id) ?? []);
  const element = elements.find((found) => found.checkVisibility());
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
      return ["lane-changes", "time"];
    case "spike":
      return ["time"];
    default:
      return [`lane-${slot}`, "time"];
  }
}
