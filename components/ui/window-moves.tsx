"use client";
/** Lets whatever says "not in this window" offer another one: the same id, asked again. null = it cannot be asked for here. */
import { createContext, use } from "react";

export type WindowMoves = {
  /** To the server's present; null where the window reaches it already. */
  readonly untilNow: (() => void) | null;
  /** An hour more on each side; null as long as no window is known. */
  readonly wider: (() => void) | null;
};

export const WindowMovesContext = createContext<WindowMoves>({ untilNow: null, wider: null });
export const useWindowMoves = (): WindowMoves => use(WindowMovesContext);
