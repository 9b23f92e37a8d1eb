/** Text that others wrote -> text that is what it looks like. Pure; React makes sure that markup in it stays letters. */

const codePoint = (character: string): string =>
  `⟨${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

// The joiner between two pictures makes one of them: there it hides nothing.
const hidden = /(?!(?<=\p{Extended_Pictographic}|\p{EMod}|\uFE0F)\u200D(?=\p{Extended_Pictographic}))[\p{Cc}\p{Cf}]/gu;

/**
 * Control and format characters become visible signs: a bidirectional override (of class Cf) could make a text read
 * backwards, and zero-width ones hide in it.
 */
export const harmless = (text: string): string =>
  text.replaceAll("\r\n", "\n").replace(hidden, (character) => {
    if (character === "\n" || character === "\t") return character;
    return character < " " ? String.fromCodePoint(0x2400 + character.charCodeAt(0)) : codePoint(character);
  });

/** The same, of at most so many characters. */
export const brief = (text: string, most: number): string =>
  harmless(text.length > most ? `${text.slice(0, most - 1)}…` : text);
