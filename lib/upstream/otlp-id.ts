/** Ids as OTLP/JSON holds them: Tempo sends base64, everyone else hex. */
import "server-only";

const isHex = /^[0-9a-fA-F]+$/;
const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Lower-case hex of `bytes` bytes, left-padded; "" for nothing, zeros or no id at all. Told apart by length: 8 bytes are 16 hex or 12 base64. */
export function idOf(value: unknown, bytes: 8 | 16): string {
  if (typeof value !== "string" || value === "") return "";
  const encoded = bytes === 8 ? 12 : 24;
  const hex =
    value.length === encoded && (value.endsWith("=") || !isHex.test(value)) && isBase64.test(value)
      ? Buffer.from(value, "base64").toString("hex")
      : isHex.test(value)
        ? value.toLowerCase()
        : "";
  return /^0*$/.test(hex) ? "" : hex.padStart(bytes * 2, "0");
}
