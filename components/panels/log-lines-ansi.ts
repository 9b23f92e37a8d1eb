/**
 * ANSI escapes in a line -> runs of text with a style. Select Graphic Rendition (ECMA-48 8.3.117) is read for the 16
 * named colours, weight, slant and underline; every other escape sequence is dropped. Never yields markup.
 */
import { ansiSequence } from "@/lib/signal/ansi";

export type AnsiRun = {
  /** Where it starts in the original text. */
  readonly at: number;
  readonly text: string;
  /** 0..15 as in SGR 30-37 and 90-97; null = the colour around. */
  readonly colour: number | null;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
};
type Style = Omit<AnsiRun, "at" | "text">;

const plain: Style = { colour: null, bold: false, faint: false, italic: false, underline: false };

export function ansiRuns(text: string): readonly AnsiRun[] {
  if (!text.includes("\u001b")) return text === "" ? [] : [{ at: 0, text, ...plain }];
  const runs: AnsiRun[] = [];
  let style = plain;
  let from = 0;
  for (const match of text.matchAll(ansiSequence)) {
    if (match.index > from) runs.push({ at: from, text: text.slice(from, match.index), ...style });
    from = match.index + match[0].length;
    if (match[2] === "m") style = styled(style, match[1] ?? "");
  }
  if (from < text.length) runs.push({ at: from, text: text.slice(from), ...style });
  return runs;
}

function styled(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      // 38;5;n names a colour of the palette, 38;2;r;g;b a free one, which would not suit both themes.
      const named = codes[at + 1] === 5 ? codes[at + 2] : undefined;
      if (code === 38) style = { ...style, colour: named !== undefined && named < 16 ? named : null };
      at += codes[at + 1] === 5 ? 2 : 4;
    } else style = one(style, code);
  }
  return style;
}

function one(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 39) return { ...style, colour: null };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  return style;
}
