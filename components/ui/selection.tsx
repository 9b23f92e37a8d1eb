"use client";
/** What is chosen on the page, for whatever lights up with it: a span's log lines, its exemplar. null = nothing is. */
import { createContext, use } from "react";

export type Selection = {
  /** Canonical: lower-case, 32 hex. */
  readonly traceId: string;
  readonly spanId: string;
};

export const SelectionContext = createContext<Selection | null>(null);
export const useSelection = (): Selection | null => use(SelectionContext);
