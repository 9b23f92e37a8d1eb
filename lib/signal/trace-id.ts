/** The canonical trace id and the spellings under which logs and metrics may hold it. */

/** Lower-case, left-padded to 32 hex; undefined where the text is no id (dashes and `0x` are forgiven, all zeros are not). */
export function canonicalTraceId(text: string): string | undefined {
  const hex = text.trim().toLowerCase().replace(/^0x/, "").replaceAll("-", "");
  if (!/^[0-9a-f]{1,32}$/.test(hex) || /^0+$/.test(hex)) return undefined;
  return hex.padStart(32, "0");
}
