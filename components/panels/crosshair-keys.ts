/** A key on the crosshair's slider -> what it does. Pure. */
export type CrosshairMove =
  /** Steps of the slider, later or earlier. */
  | { readonly kind: "by"; readonly steps: number }
  | { readonly kind: "to"; readonly end: "from" | "to" }
  /** Factor of what is shown; below 1 looks closer. */
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "whole" };

const moves: Readonly<Record<string, CrosshairMove>> = {
  ArrowRight: { kind: "by", steps: 1 },
  ArrowUp: { kind: "by", steps: 1 },
  ArrowLeft: { kind: "by", steps: -1 },
  ArrowDown: { kind: "by", steps: -1 },
  PageUp: { kind: "by", steps: 10 },
  PageDown: { kind: "by", steps: -10 },
  Home: { kind: "to", end: "from" },
  End: { kind: "to", end: "to" },
  "+": { kind: "zoom", factor: 0.5 },
  // The same key without shift on most keyboards.
  "=": { kind: "zoom", factor: 0.5 },
  "-": { kind: "zoom", factor: 2 },
  "0": { kind: "whole" },
};

export function crosshairMove(key: string, far: boolean): CrosshairMove | null {
  const move = moves[key];
  if (!move) return null;
  return move.kind === "by" && far ? { kind: "by", steps: move.steps * 10 } : move;
}
