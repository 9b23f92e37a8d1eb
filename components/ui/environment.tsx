"use client";
/** The environment that answers, for whatever links out of the page. null until it is known. */
import { createContext, use } from "react";
import type { EnvironmentSetting } from "@/lib/setting";

export const EnvironmentContext = createContext<EnvironmentSetting | null>(null);
export const useEnvironment = (): EnvironmentSetting | null => use(EnvironmentContext);
