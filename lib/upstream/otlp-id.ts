/** Ids as OTLP/JSON holds them: Tempo sends base64, everyone else hex. A trace holds 200,000 of them: no regular expression, no buffer. */
import "server-only";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Six bits by character code; 255 = none. */
const bitsOf = new Uint8Array(128).fill(255);
for (let bits = 0; bits < 64; bits += 1) bitsOf[alphabet.charCodeAt(bits)] = bits;
bitsOf[45] = 62; // "-" and "_" of the URL alphabet
bitsOf[95] = 63;

/** Two base64 digits are twelve bits are three hex digits. */
const hexOfTwelve = Array.from({ length: 4_096 }, (_, bits) => bits.toString(16).padStart(3, "0"));
const hexDigits = "0123456789abcdef";
const isHex = /^[0-9a-fA-F]+$/;
const zeros = "00000000000000000000000000000000";

/** Bits at a place; 255 or more where there is no base64 digit. */
const at = (text: string, place: number): number => bitsOf[text.charCodeAt(place)] ?? 255;

/** 8 bytes: five pairs of digits and four bits of an eleventh; 16 bytes: ten pairs and eight bits of two more. "" = no base64. */
function fromBase64(text: string, bytes: 8 | 16): string {
  const whole = bytes === 8 ? 10 : 20;
  let hex = "";
  for (let place = 0; place < whole; place += 2) {
    const high = at(text, place);
    const low = at(text, place + 1);
    if (high > 63 || low > 63) return "";
    hex += hexOfTwelve[high * 64 + low] ?? "";
  }
  const rest = at(text, whole);
  if (rest > 63) return "";
  if (bytes === 8) return hex + hexDigits.charAt(rest >> 2);
  const last = at(text, whole + 1);
  return last > 63 ? "" : hex + hexDigits.charAt(rest >> 2) + hexDigits.charAt(((rest & 3) << 2) | (last >> 4));
}

/** Lower-case hex of `bytes` bytes, left-padded; "" for nothing, zeros or no id at all. Told apart by length: 8 bytes are 16 hex or 12 base64. */
export function idOf(value: unknown, bytes: 8 | 16): string {
  if (typeof value !== "string" || value === "") return "";
  const isBase64 = value.length === (bytes === 8 ? 12 : 24) && (value.endsWith("=") || !isHex.test(value));
  const hex = isBase64
    ? fromBase64(value, bytes)
    : isHex.test(value)
      ? value.toLowerCase().padStart(bytes * 2, "0")
      : "";
  return zeros.startsWith(hex) ? "" : hex;
}
