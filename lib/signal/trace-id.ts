/** The canonical trace id, the forms in which people and backends write it, and the spellings under which logs may hold it. */

/** Lower-case, left-padded to 32 hex; undefined where the text is no id (dashes and `0x` are forgiven, all zeros are not). */
export function canonicalTraceId(text: string): string | undefined {
  const hex = text.trim().toLowerCase().replace(/^0x/, "").replaceAll("-", "");
  if (!/^[0-9a-f]{1,32}$/.test(hex) || /^0+$/.test(hex)) return undefined;
  return hex.padStart(32, "0");
}

/** Decimal of an unsigned 64-bit integer, as Datadog writes ids. */
export function fromDecimal(text: string): string | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >> 64n === 0n ? canonicalTraceId(value.toString(16)) : undefined;
}

/** Padded base64 of 16 or of 8 bytes, as Tempo's JSON has it; the unused last bits must be zero, so few words pass. */
export function fromBase64(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{21}[AQgw]==|[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=)$/.test(text)) return undefined;
  const hex = Array.from(atob(text), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
  return canonicalTraceId(hex.join(""));
}

/** AWS X-Ray's `1-<8 hex>-<24 hex>`: version, seconds, the rest; together the last two are the 32 hex. */
export function fromXray(text: string): string | undefined {
  const [, seconds, rest] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(text) ?? [];
  return seconds && rest ? canonicalTraceId(seconds + rest) : undefined;
}

/** 16 lower-case hex; null where the text is no span id or all zeros. */
export function canonicalSpanId(text: string | undefined): string | null {
  const hex = text?.toLowerCase().replace(/^0x/, "") ?? "";
  return /^[0-9a-f]{1,16}$/.test(hex) && !/^0+$/.test(hex) ? hex.padStart(16, "0") : null;
}

// A stripped or decimal form shorter than this is in every second log line by chance.
const shortestSafe = 8;

/**
 * Every spelling under which a log line may hold the id, without repeats, most likely first: as pasted, 32 lower-case
 * hex, 16 where it is a 64-bit id, zeros stripped (Tempo's search and metrics generator), dashed like a UUID, upper
 * case, decimal of the low 64 bits (Datadog), X-Ray's. A correlation id has only the one it was pasted in.
 */
export function spellingsOf({ spelling, traceId }: { readonly spelling: string; readonly traceId?: string }): string[] {
  if (traceId === undefined) return [spelling];
  const low = traceId.slice(16);
  const stripped = traceId.replace(/^0+/, "");
  const dashed = traceId.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const decimal = BigInt(`0x${low}`).toString();
  return [
    ...new Set([
      spelling,
      traceId,
      ...(stripped.length <= 16 ? [low] : []),
      ...(stripped.length >= shortestSafe ? [stripped] : []),
      dashed,
      traceId.toUpperCase(),
      ...(decimal.length >= shortestSafe ? [decimal] : []),
      `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`,
    ]),
  ];
}
