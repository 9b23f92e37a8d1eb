/**
 * One line while stages work on it: what it is called by stream, beside it, and by what was parsed of it. The same name
 * is known once: parsed goes before metadata, metadata before the stream's label.
 */
import type { LabelFilter } from "@/lib/engine/logql/ast";
import type { Labels } from "@/lib/signal/labels";

export type Work = {
  readonly stream: Labels;
  readonly metadata: Map<string, string>;
  readonly parsed: Map<string, string>;
  readonly deleted: Set<string>;
  /** Everything ever parsed: what is known need not be parsed again. */
  readonly extracted: Set<string>;
  text: string;
  error: string;
  details: string;
  /** Epoch nanoseconds. */
  readonly nanos: () => string;
};

/**
 * What of a line a metric query needs: parsers leave the rest alone, and lines that are not needed whole are not found
 * broken. Loki does so, and its answers differ by it.
 */
export type Hints = {
  readonly nothing: boolean;
  /** Empty: everything. */
  readonly required: readonly string[];
  readonly keepsErrors: boolean;
  /** Applied as soon as the label is parsed. */
  readonly filters: readonly { readonly label: string; readonly filter: LabelFilter }[];
};
export const noHints: Hints = { nothing: false, required: [], keepsErrors: false, filters: [] };

export const suffix = "_extracted";
export const errorLabel = "__error__";
export const detailsLabel = "__error_details__";
export const preserveLabel = "__preserve_error__";

export function workOn(stream: Labels, metadata: Labels, text: string, nanos: () => string): Work {
  const beside = new Map<string, string>();
  let error = "";
  let details = "";
  for (const name in metadata) {
    const value = metadata[name] ?? "";
    if (name === errorLabel) error = value;
    else if (name === detailsLabel) details = value;
    else beside.set(stream[name] === undefined ? name : name + suffix, value);
  }
  return {
    stream,
    metadata: beside,
    parsed: new Map(),
    deleted: new Set(),
    extracted: new Set(),
    text,
    error,
    details,
    nanos,
  };
}

export function labelOf(work: Work, name: string): string | undefined {
  const added = work.metadata.get(name) ?? work.parsed.get(name);
  if (added !== undefined) return added;
  return work.deleted.has(name) ? undefined : work.stream[name] || undefined;
}

/** As string matchers see it: absent is empty, and the error is one of the labels. */
export const matchedValue = (work: Work, name: string): string =>
  name === errorLabel ? work.error : (labelOf(work, name) ?? "");

export function setParsed(work: Work, name: string, value: string): void {
  work.metadata.delete(name);
  work.parsed.set(name, value);
  work.extracted.add(name);
}

export function deleteLabel(work: Work, name: string): void {
  work.metadata.delete(name);
  work.parsed.delete(name);
  work.deleted.add(name);
}

export function failWork(work: Work, hints: Hints, error: string, details: string | null): void {
  work.error = error;
  if (details !== null) work.details = details;
  if (hints.keepsErrors) setParsed(work, preserveLabel, "true");
}

/** The name under which a parsed value is kept beside labels of the same name. */
export const nameFor = (work: Work, name: string): string =>
  work.stream[name] !== undefined || work.metadata.has(name) ? name + suffix : name;

export const allExtracted = (work: Work, hints: Hints): boolean =>
  hints.required.length > 0 && hints.required.every((name) => work.extracted.has(name));
export const wantsNothing = (work: Work, hints: Hints): boolean => hints.nothing || allExtracted(work, hints);
export const isWanted = (work: Work, hints: Hints, name: string): boolean =>
  (hints.required.length === 0 || hints.required.includes(name)) && !work.extracted.has(name);

/** Labels of the stream that are left, what is beside, and what was parsed, the error among it. */
export type Sorted = { readonly stream: Labels; readonly metadata: Labels; readonly parsed: Labels };

export function sorted(work: Work): Sorted {
  const { metadata, parsed, deleted } = work;
  const isTouched = metadata.size > 0 || parsed.size > 0 || deleted.size > 0;
  const stream = isTouched
    ? Object.fromEntries(
        Object.entries(work.stream).filter(([name]) => !deleted.has(name) && !metadata.has(name) && !parsed.has(name)),
      )
    : work.stream;
  return {
    stream,
    metadata: Object.fromEntries(metadata),
    parsed: {
      ...Object.fromEntries(parsed),
      ...(work.error === "" ? {} : { [errorLabel]: work.error }),
      ...(work.details === "" ? {} : { [detailsLabel]: work.details }),
    },
  };
}

/** All of them as one set. */
export function allLabels(work: Work): Labels {
  const { stream, metadata, parsed } = sorted(work);
  return { ...stream, ...metadata, ...parsed };
}

/** `a.b c` -> `a_b_c`: how a field's name becomes a label's. */
export function labelName(key: string): string {
  const name = key.trim();
  if (name === "") return "";
  const signs = /^\w+$/.test(name) ? name : [...name].map((sign) => (/\w/.test(sign) ? sign : "_")).join("");
  return /^\d/.test(signs) ? `_${signs}` : signs;
}
