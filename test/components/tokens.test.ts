/** Contrast over all tokens, computed from the style sheet itself (WCAG 2.2, 1.4.3 and 1.4.11). */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../../components/ui/tokens.css", import.meta.url), "utf8");
type Colour = { readonly rgb: readonly [number, number, number]; readonly alpha: number };
const themes = { light: 0, dark: 1 } as const;

const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, [parse(light), parse(dark)]] as const,
  ),
);

/** OKLCH -> linear sRGB, clipped as browsers do. Matrices: https://bottosson.github.io/posts/oklab/ */
function parse(text: string): Colour {
  const [l = 0, c = 0, h = 0, alpha = 1] = [...text.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    rgb: [
      clip(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
      clip(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
      clip(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
    ],
    alpha,
  };
}

/** A colour that lets its ground shine through -> what is seen. Browsers mix in sRGB with its gamma, not in light. */
function over({ rgb, alpha }: Colour, ground: Colour["rgb"]): Colour["rgb"] {
  const gamma = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
  const light = (coded: number): number => (coded <= 0.04045 ? coded / 12.92 : ((coded + 0.055) / 1.055) ** 2.4);
  const mix = (at: 0 | 1 | 2): number => light(gamma(rgb[at]) * alpha + gamma(ground[at]) * (1 - alpha));
  return [mix(0), mix(1), mix(2)];
}

const luminance = ([r, g, b]: Colour["rgb"]): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
/** `other` is a token, or `fill on ground` where one lies over the other. */
function contrast(one: string, other: string, theme: keyof typeof themes): number {
  const find = (name: string): Colour["rgb"] => {
    const [top = "", ground] = name.split(" on ");
    const colour = tokens.get(top)?.[themes[theme]];
    if (!colour) throw new Error(`no token ${top}`);
    return ground === undefined ? colour.rgb : over(colour, find(ground));
  };
  const [light = 0, dark = 0] = [luminance(find(one)), luminance(find(other))].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["ground", "panel", "raised", "selected"];
const services = Array.from({ length: 8 }, (_, index) => `service-${index}`);
const texts = [
  "text",
  "muted",
  "faint",
  "throughline-text",
  "error",
  "warning",
  "good",
  "change",
  "action",
  ...services,
];
const marks = ["throughline", "outline", "quiet-bar"];
/** Text that stands on a fill of its own colour, and all that may stand on the band after the onset. */
const onFills: readonly (readonly [string, string])[] = [
  ["error", "error-fill"],
  ["warning", "warning-fill"],
  ["change", "change-fill"],
  ...["throughline-text", "text", "muted", "error", "change"].map((token) => [token, "throughline-band"] as const),
];
/** Lines, bars and dots of the charts: seen on the panel, before the onset and in the band after it. */
const drawn = ["error", "warning", "good", "change", "action", "throughline", "quiet-bar", ...services];
const cases = (["light", "dark"] as const).flatMap((theme) => [
  ...texts.flatMap((token) => grounds.map((ground) => [theme, token, ground, 4.5] as const)),
  ...marks.flatMap((token) => ["ground", "panel"].map((ground) => [theme, token, ground, 3] as const)),
  [theme, "on-action", "action", 4.5] as const,
  ...onFills.flatMap(([token, fill]) =>
    ["ground", "panel"].map((ground) => [theme, token, `${fill} on ${ground}`, 4.5] as const),
  ),
  ...drawn.flatMap((token) =>
    ["panel", "throughline-band on panel"].map((ground) => [theme, token, ground, 3] as const),
  ),
  // A bar holds its duration.
  ...services.map((token) => [theme, theme === "light" ? "panel" : "ground", token, 4.5] as const),
]);

test.each(cases)("%s: %s on %s reaches %d", (theme, token, ground, least) => {
  expect(contrast(token, ground, theme)).toBeGreaterThanOrEqual(least);
});

test("every colour of the style sheet has both themes", () => {
  const colours = [...css.matchAll(/--[\w-]+: (?:light-dark\()?oklch/g)];
  expect(tokens.size).toBe(colours.length);
});
