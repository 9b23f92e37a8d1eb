"use client";
/** All rows at once, a line each, on a canvas; what is in sight is framed. A click goes there. */
import { type PointerEvent, useEffect, useRef } from "react";
import { Crosshair } from "@/components/panels/crosshair";
import styles from "@/components/panels/waterfall.module.css";
import type { WaterfallRows } from "@/components/panels/waterfall-rows";
import { type Zoom, zoomWindow } from "@/components/panels/waterfall-zoom";
import type { ServiceTones } from "@/components/service-tones";
import { instantAfter } from "@/lib/signal/time";
import { spanFlag } from "@/lib/signal/trace";

type Props = {
  readonly visible: WaterfallRows;
  /** Fractions of all rows. */
  readonly sight: { readonly from: number; readonly to: number };
  /** What the axis below shows of the trace. */
  readonly zoom: Zoom;
  readonly tone: ServiceTones;
  readonly onJump: (index: number, place: "middle") => void;
};

const height = 44;
const width = 600;

/** Paints at most two lines a pixel row: beyond that the eye sees nothing more. Failed spans go last, on top. */
function paint(canvas: HTMLCanvasElement, visible: WaterfallRows, tone: ServiceTones): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { trace, total } = visible.layout;
  // A canvas knows no custom properties: the element's own colour resolves them, theme included.
  const colourOf = (value: string): string => {
    canvas.style.color = value;
    return getComputedStyle(canvas).color;
  };
  const colours = trace.resources.map(({ service }) => colourOf(tone(service.name)));
  const error = colourOf("var(--error)");
  context.clearRect(0, 0, width, height);
  const line = height / visible.count;
  const step = Math.max(1, Math.floor(visible.count / (height * 2)));
  const bar = (index: number, row: number, colour: string): void => {
    context.fillStyle = colour;
    const left = ((trace.start[row] ?? 0) / total) * width;
    context.fillRect(
      left,
      index * line,
      Math.max(1, ((trace.duration[row] ?? 0) / total) * width),
      Math.max(0.6, line * 0.7),
    );
  };
  for (let index = 0; index < visible.count; index += step) {
    const row = visible.rows[index] ?? 0;
    bar(index, row, colours[trace.resource[row] ?? 0] ?? error);
  }
  let painted = -1;
  for (let index = 0; index < visible.count; index += 1) {
    const row = visible.rows[index] ?? 0;
    const pixel = Math.floor(index * line * 2);
    if (((trace.flags[row] ?? 0) & spanFlag.failed) === 0 || pixel === painted) continue;
    bar(index, row, error);
    painted = pixel;
  }
}

export function WaterfallMinimap({ visible, sight, zoom, tone, onJump }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { trace, total } = visible.layout;
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    paint(element, visible, tone);
    // The colours are the theme's: paint again when it changes.
    const repaint = (): void => paint(element, visible, tone);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", repaint);
    const observer = new MutationObserver(repaint);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      dark.removeEventListener("change", repaint);
      observer.disconnect();
    };
  }, [visible, tone]);

  const jump = (event: PointerEvent): void => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    onJump(Math.floor(((event.clientY - box.top) / box.height) * visible.count), "middle");
  };
  return (
    <div className={styles.minimap} onPointerDown={jump} onPointerMove={jump} aria-hidden="true">
      <canvas ref={canvas} width={width} height={height} />
      <span
        className={styles.sight}
        style={{ "--from": sight.from, "--to": sight.to, "--left": zoom.from, "--width": zoom.to - zoom.from }}
      />
      <Crosshair extent={zoomWindow({ from: 0, to: 1 }, instantAfter(trace.base, 0), total)} />
    </div>
  );
}
