/** The few signs of the page, drawn: those of a font differ from machine to machine. */

type Sign = { readonly line?: string; readonly fill?: string };

const disc = "M8 3.25a4.75 4.75 0 1 1 0 9.5a4.75 4.75 0 0 1 0-9.5z";
const signs = {
  close: { line: "M4 4l8 8M12 4l-8 8" },
  up: { line: "M8 13V3M4 7l4-4l4 4" },
  down: { line: "M8 3v10M4 9l4 4l4-4" },
  more: { line: "M4.5 6.5L8 10l3.5-3.5" },
  chevron: { line: "M6 4l4 4l-4 4" },
  disc: { fill: disc },
  half: { line: disc, fill: "M8 3.25a4.75 4.75 0 0 0 0 9.5z" },
  ring: { line: disc },
  dots: {
    fill: "M2 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M6.7 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M11.4 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0",
  },
} as const satisfies Readonly<Record<string, Sign>>;

export type IconName = keyof typeof signs;

/** In the colour of the text around it; `size` in px. Never the only bearer of a meaning. */
export function Icon({ name, size = 12 }: { readonly name: IconName; readonly size?: number }) {
  const { line, fill }: Sign = signs[name];
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true">
      {fill && <path d={fill} fill="currentColor" />}
      {line && <path d={line} stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" />}
    </svg>
  );
}
