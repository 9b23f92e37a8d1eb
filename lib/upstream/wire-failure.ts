/** Error codes of sockets, TLS and undici, and HTTP statuses -> the cause that a reader is told. */
import "server-only";
import type { FailureCause } from "@/lib/upstream/reply";

/** The first code found in an error, its cause or its parts (a refused `localhost` is an AggregateError of ::1 and 127.0.0.1). */
export function errorCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 3) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if ("cause" in error) return errorCode(error.cause, depth + 1);
  if ("errors" in error && Array.isArray(error.errors)) return errorCode(error.errors[0], depth + 1);
  return undefined;
}

const byCode: Readonly<Record<string, FailureCause>> = {
  ECONNREFUSED: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EACCES: "unreachable",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls-untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "tls-untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "tls-untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls-untrusted",
  CERT_HAS_EXPIRED: "tls",
  CERT_NOT_YET_VALID: "tls",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls",
  EPROTO: "tls",
};

/** `answered`: the head of the answer had come already. */
export function causeOfError(code: string | undefined, answered: boolean): FailureCause {
  if (code === undefined) return answered ? "cut-off" : "unreachable";
  const known = byCode[code];
  if (known) return known;
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) return "tls";
  if (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW") return "not-http";
  // A gzip stream that stops early is a broken connection, any other zlib error a damaged body.
  if (code === "Z_BUF_ERROR") return "cut-off";
  if (code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR_FORMAT")) return "damaged";
  if (code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET" || code === "UND_ERR_CLOSED")
    return answered ? "cut-off" : "reset";
  return answered ? "cut-off" : "unreachable";
}

/** `said` and `type` as error-text.ts found them. A query that timed out in the server is no reason to ask again. */
export function causeOfStatus(status: number, said: string, type: string | null): FailureCause {
  if (status >= 300 && status < 400) return "redirect";
  if (status === 401) return /no org id/i.test(said) ? "no-tenant" : "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 422) return "unprocessable";
  if (status === 429) return "rate-limited";
  if (status < 500) return "bad-request";
  if (status === 504 || (status === 503 && (type === "timeout" || /timed out/i.test(said)))) return "query-timeout";
  if (status === 503) return "unavailable";
  return status === 502 ? "bad-gateway" : "server-error";
}
