"use client";
/** Lets a gap that stopped at a budget offer to go on. null = it cannot be asked for here. */
import { createContext, use } from "react";

export const SearchDeepContext = createContext<(() => void) | null>(null);
export const useSearchDeep = (): (() => void) | null => use(SearchDeepContext);
