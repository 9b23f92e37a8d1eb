/**
 * What stands for a place in a script's text, by chance that is given: `{name:3-90}` a whole number, `{name:a|b|c}` one
 * of these, `{name:hex8}` so many hex digits; the same name and kind is the same value for the same bits.
 */
import { hex, mix, mixText } from "@/lib/demo/chance";

const place = /\{(\w+)(?::([^{}"]*))?\}/g;

function drawn(name: string, kind: string, bits: number): string {
  const chance = mix(bits, mixText(`${name}:${kind}`));
  const [, low, high] = /^(\d+)-(\d+)$/.exec(kind) ?? [];
  if (low !== undefined && high !== undefined) return `${Number(low) + (chance % (Number(high) - Number(low) + 1))}`;
  const digits = /^hex(\d+)$/.exec(kind)?.[1];
  if (digits !== undefined)
    return Array.from({ length: Math.ceil(Number(digits) / 8) }, (_, i) => hex(mix(chance, i)))
      .join("")
      .slice(0, Number(digits));
  const choices = kind.split("|");
  return choices[chance % choices.length] ?? "";
}

/** `known` by name; what is neither known nor says its kind stays as it is. */
export function fillPlaces(text: string, known: Readonly<Record<string, string>>, bits: number): string {
  if (!text.includes("{")) return text;
  return text.replaceAll(place, (whole, name: string, kind: string | undefined) =>
    kind === undefined ? (known[name] ?? whole) : drawn(name, kind, bits),
  );
}
