/** Escape sequences of terminals (ECMA-48) in text of others. */
const esc = "\u001b";
const bell = "\u0007";

/**
 * A control sequence with its parameters and its letter, an operating-system command up to its end, any other two-character
 * escape, or a lone escape.
 */
export const ansiSequence = new RegExp(
  `${esc}(?:\\[([0-9;:<=>?]*)[ -/]*([@-~])|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)?|[ -/]*[0-~])?`,
  "g",
);

export const withoutAnsi = (text: string): string => (text.includes(esc) ? text.replace(ansiSequence, "") : text);
