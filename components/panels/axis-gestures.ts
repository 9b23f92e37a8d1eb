"use client";
/**
 * Hands on a time axis, the same on lanes and waterfall:
 *
 *   move      the crosshair                     drag      looks closer, from one end to the other
 *   wheel     with ctrl, ⌘ or alt: closer and back; over an axis also without; sideways: along
 *   fingers   one: the crosshair; two: closer, back and along; up and down stays the page's
 */
import { type RefObject, useEffect, useRef } from "react";
import { pointAt } from "@/components/panels/crosshair-store";
import { clamped, instantAt } from "@/components/panels/timeline-axis";
import { panned, pinched, viewBetween, zoomed } from "@/components/panels/view-moves";
import { lookAt } from "@/components/panels/view-store";
import { durationOf, type Instant, type Window } from "@/lib/signal/time";

export type Axis = {
  /** From the left to the right edge of the axis. */
  readonly shown: Window;
  /** How far one can look. */
  readonly window: Window;
  /** Where the axis lies, px of the viewport. */
  readonly place: () => { readonly left: number; readonly width: number } | null;
  /** What a drag has taken so far, as fractions of the axis; null = nothing. */
  readonly onTaken: (taken: readonly [number, number] | null) => void;
  /** A press that was no drag, on what has this attribute's value. */
  readonly onPress?: (target: Element) => void;
};

/** px that tell a drag from a press. */
const slack = 4;
/** ms without a scroll after which a wheel over the axis is meant for it. */
const still = 300;

export function useAxisGestures(element: RefObject<HTMLElement | null>, axis: Axis): void {
  const latest = useRef(axis);
  useEffect(() => {
    latest.current = axis;
  });
  useEffect(() => (element.current ? attach(element.current, () => latest.current) : undefined), [element]);
}

type Mode =
  | { readonly kind: "none" }
  | { readonly kind: "press" | "drag"; readonly x: number; readonly id: number; readonly target: Element | null }
  | { readonly kind: "pinch"; readonly held: readonly [Instant, Instant]; readonly ids: readonly [number, number] };

function attach(element: HTMLElement, axis: () => Axis): () => void {
  let mode: Mode = { kind: "none" };
  let begun = false;
  let scrolledAt = 0;
  const fingers = new Map<number, number>();
  const gone = new AbortController();
  const on = { signal: gone.signal };

  const fraction = (x: number): number | null => {
    const place = axis().place();
    return place && place.width > 0 ? (x - place.left) / place.width : null;
  };
  const isInside = (at: number | null): at is number => at !== null && at >= 0 && at <= 1;
  const instant = (at: number): Instant => instantAt(clamped(at), axis().shown);
  const point = (x: number): void => {
    const at = fraction(x);
    const { shown } = axis();
    pointAt(isInside(at) && shown.to > shown.from ? instant(at) : null);
  };
  const rest = (): void => {
    mode = { kind: "none" };
    axis().onTaken(null);
  };

  element.addEventListener("pointerdown", down, on);
  element.addEventListener("pointermove", move, on);
  element.addEventListener("pointerup", up, on);
  element.addEventListener("pointercancel", up, on);
  element.addEventListener(
    "pointerleave",
    // A finger that was lifted leaves the crosshair where it was: so its values can be read.
    ({ pointerType }) => pointerType !== "touch" && mode.kind !== "drag" && pointAt(null),
    on,
  );
  element.addEventListener("selectstart", (event) => mode.kind !== "none" && event.preventDefault(), on);
  element.addEventListener("wheel", turn, { ...on, passive: false });
  addEventListener("scroll", () => (scrolledAt = performance.now()), { ...on, passive: true, capture: true });
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || mode.kind !== "drag") return;
      event.preventDefault();
      rest();
    },
    { ...on, capture: true },
  );
  return () => gone.abort();

  function down(event: PointerEvent): void {
    const at = fraction(event.clientX);
    const target = event.target instanceof Element ? event.target : null;
    if (event.button !== 0 || !isInside(at) || target?.closest("a, button, input")) return;
    point(event.clientX);
    if (event.pointerType !== "touch") {
      mode = { kind: "press", x: event.clientX, id: event.pointerId, target };
      return;
    }
    fingers.set(event.pointerId, event.clientX);
    const [one, two] = [...fingers];
    if (fingers.size === 1) mode = { kind: "press", x: event.clientX, id: event.pointerId, target };
    if (!one || !two) return;
    const [first, second] = one[1] < two[1] ? [one, two] : [two, one];
    begun = false;
    mode = {
      kind: "pinch",
      held: [instant(fraction(first[1]) ?? 0), instant(fraction(second[1]) ?? 1)],
      ids: [first[0], second[0]],
    };
  }

  function move(event: PointerEvent): void {
    point(event.clientX);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event.clientX);
    if (mode.kind === "pinch") {
      const [first, second] = mode.ids.map((id) => fraction(fingers.get(id) ?? 0) ?? 0);
      const next = pinched(mode.held, [first ?? 0, second ?? 1], axis().window);
      lookAt(next, begun);
      begun = true;
      return;
    }
    if (mode.kind === "none" || event.pointerId !== mode.id || event.pointerType === "touch") return;
    if (mode.kind === "press" && Math.abs(event.clientX - mode.x) <= slack) return;
    if (mode.kind === "press") {
      element.setPointerCapture(event.pointerId);
      mode = { ...mode, kind: "drag" };
    }
    axis().onTaken([clamped(fraction(mode.x) ?? 0), clamped(fraction(event.clientX) ?? 0)]);
  }

  function up(event: PointerEvent): void {
    fingers.delete(event.pointerId);
    if (mode.kind === "pinch" && fingers.size > 0) return;
    const was = mode;
    rest();
    if (event.type === "pointercancel" || was.kind === "none" || was.kind === "pinch") return;
    if (was.kind === "press") {
      if (was.target && event.pointerId === was.id && Math.abs(event.clientX - was.x) <= slack)
        axis().onPress?.(was.target);
      return;
    }
    // The press that ends a drag chooses nothing.
    addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true, ...clickSoon() });
    const view = viewBetween(instant(fraction(was.x) ?? 0), instant(fraction(event.clientX) ?? 0), axis().window);
    if (view) lookAt(view);
  }

  function turn(event: WheelEvent): void {
    const { shown, window } = axis();
    const at = fraction(event.clientX);
    if (!isInside(at) || shown.to <= shown.from) return;
    const now = performance.now();
    const overAxis = event.target instanceof Element && event.target.closest("[data-axis]") !== null;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const isMeant = event.ctrlKey || event.metaKey || event.altKey || (overAxis && now - scrolledAt > still);
    if (!isMeant && !sideways) return;
    const perPixel = event.deltaMode === 1 ? 16 : 1;
    const next = sideways
      ? panned(shown, window, ((event.deltaX * perPixel) / (axis().place()?.width ?? 1)) * durationOf(shown))
      : zoomed(shown, window, instant(at), Math.exp(event.deltaY * perPixel * 0.002));
    const stays =
      next === null
        ? shown.from <= window.from && shown.to >= window.to
        : next.from === shown.from && next.to === shown.to;
    // At its end the axis lets go: the page scrolls, the browser goes back.
    if (stays && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    lookAt(next, now - turnedAt < still);
    turnedAt = now;
    point(event.clientX);
  }
}

let turnedAt = 0;
/** A click that follows comes at once or never. */
function clickSoon(): { readonly signal: AbortSignal } {
  const soon = new AbortController();
  setTimeout(() => soon.abort(), 0);
  return { signal: soon.signal };
}
