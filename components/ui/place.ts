/** Where something that floats stands: below what it belongs to, above where there is no room, never beyond the edge. */

const gap = 6;
const edge = 8;

/** Both in px of the window; `room` is the window's size. */
export function placeOf(
  anchor: Pick<DOMRect, "left" | "right" | "top" | "bottom">,
  size: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly height: number },
  align: "start" | "end" = "start",
): { readonly left: number; readonly top: number } {
  const wanted = align === "start" ? anchor.left : anchor.right - size.width;
  const left = Math.max(edge, Math.min(wanted, room.width - size.width - edge));
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - size.height;
  return { left, top: below + size.height <= room.height - edge || above < edge ? below : above };
}

/** Moves an open popover to its anchor; it then scrolls with the page. */
export function placeAt(floating: HTMLElement, anchor: Element, align: "start" | "end" = "start"): void {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const size = floating.getBoundingClientRect();
  const { left, top } = placeOf(anchor.getBoundingClientRect(), size, { width, height }, align);
  floating.style.left = `${left + scrollX}px`;
  floating.style.top = `${top + scrollY}px`;
}
