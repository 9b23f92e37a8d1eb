import type { ReadFile } from "@/lib/config/secrets";

/** A disk that holds these files and no others. */
export const disk =
  (files: Readonly<Record<string, string>>): ReadFile =>
  (path) => {
    const text = files[path];
    return text === undefined ? { ok: false, missing: true, why: "it does not exist" } : { ok: true, text };
  };
