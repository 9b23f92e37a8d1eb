/** What is wrong with a query's text, in Prometheus' words and with its place: `1:6: parse error: unclosed left parenthesis`. */

/** `from` in UTF-16 units; null where no place is known. */
export type Complaint = { readonly from: number | null; readonly text: string };

const bytes = new TextEncoder();

/** `line:column`, both from 1, columns in bytes of UTF-8, as Prometheus counts. */
export function printPlace(query: string, from: number | null): string {
  if (query === "" || from === null) return "unknown position";
  const before = query.slice(0, from);
  const line = before.split("\n").length;
  return `${line}:${bytes.encode(before.slice(before.lastIndexOf("\n") + 1)).length + 1}`;
}

export const printComplaint = (query: string, { from, text }: Complaint): string =>
  `${printPlace(query, from)}: parse error: ${text}`;

/** Runs what may complain by calling `complain`, at any depth; the first complaint is the answer. */
export function hearing<T>(
  act: (complain: (from: number | null, text: string) => never) => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly complaint: Complaint } {
  let heard: Complaint | undefined;
  try {
    return {
      ok: true,
      value: act((from, text) => {
        heard ??= { from, text };
        throw new Error(text);
      }),
    };
  } catch (error) {
    if (heard) return { ok: false, complaint: heard };
    throw error;
  }
}
export type Complain = (from: number | null, text: string) => never;
