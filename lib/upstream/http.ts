/**
 * One request to one upstream -> Reply, with what it cost. Keep-alive pools, a deadline over everything, a limit on
 * decoded bytes, cancellation down to the socket. Follows no redirect, never throws for a sick backend, and asks again
 * at most once: where the connection broke before the first byte, or a proxy stood in for the backend.
 */
import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, type Dispatcher, request as undiciRequest } from "undici";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import { isKnownEncoding, readBody } from "@/lib/upstream/body";
import { cleanText, serverWords, withoutSecrets } from "@/lib/upstream/error-text";
import { type Cost, type Failure, fail, type Received, type Reply, type WireRequest } from "@/lib/upstream/reply";
import { once, shared } from "@/lib/upstream/shared";
import { causeOfError, causeOfStatus, errorCode } from "@/lib/upstream/wire-failure";

export const userAgent = "throughline/0.1.0";
const errorBodyLimit = 64 * 1024;
/** A server that wants a longer pause is not asked again. ms */
const longestPause = 2_000;
const shortPause = 200;

export type Exchange = { readonly reply: Reply<Received>; readonly cost: Cost };
/** Effects, given so that tests can hold the clock. `now` is epoch ms with fraction. */
export type WireEffects = { readonly now: () => number };
export const realEffects: WireEffects = { now: () => performance.timeOrigin + performance.now() };

/** The pool of this upstream: one in the process, however often this module is loaded. */
export function agentOf(config: UpstreamConfig): Agent {
  const { id, url, tls, concurrency, timeoutMs } = config;
  return once(
    shared().agents,
    JSON.stringify([id, url, tls, concurrency, timeoutMs]),
    () =>
      new Agent({
        connections: concurrency,
        pipelining: 1,
        allowH2: false,
        keepAliveTimeout: 30_000,
        // Coarse (about a second) and only per phase: the exact deadline over the whole exchange lies on top.
        headersTimeout: timeoutMs + 1_000,
        bodyTimeout: timeoutMs + 1_000,
        connect: {
          timeout: timeoutMs,
          ...(tls.ca === null ? {} : { ca: tls.ca }),
          ...(tls.cert === null ? {} : { cert: tls.cert }),
          ...(tls.key === null ? {} : { key: tls.key }),
        },
      }),
  );
}

const formOf = (parameters: WireRequest["parameters"]): string =>
  new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();

/** `GET /path?query`; a POST's form is shown in the same place, which the backends accept too. */
function printRequest(config: UpstreamConfig, { method, path, parameters }: WireRequest): string {
  const prefix = new URL(config.url).pathname.replace(/\/$/, "");
  return `${method} ${prefix}${path}${parameters.length > 0 ? `?${formOf(parameters)}` : ""}`;
}

function headersOf(config: UpstreamConfig, request: WireRequest): Record<string, string> {
  return {
    accept: "application/json",
    ...config.headers,
    ...request.headers,
    ...(config.tenants.length > 0 ? { "x-scope-orgid": config.tenants.join("|") } : {}),
    ...(request.method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    "accept-encoding": "gzip",
    "user-agent": userAgent,
  };
}

const headerText = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? (value[0] ?? "") : (value ?? "");

/** Seconds or an HTTP date -> ms. */
function retryAfterOf(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

type Attempt = { readonly reply: Reply<Received>; readonly askAgainAfter: number | null };

/** Never rejects. `caller` aborted yields a `cancelled` failure. */
export async function exchange(
  config: UpstreamConfig,
  request: WireRequest,
  caller: AbortSignal,
  { now }: WireEffects = realEffects,
): Promise<Exchange> {
  const sent = now();
  const cost: { firstByte: number | null; bytes: number; status: number | null; attempts: number } = {
    firstByte: null,
    bytes: 0,
    status: null,
    attempts: 0,
  };
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), config.timeoutMs);
  const signal = AbortSignal.any([caller, deadline.signal]);

  function failureOf(error: unknown): Failure {
    if (caller.aborted) return fail("cancelled"); // the reader left; not the upstream's fault
    if (deadline.signal.aborted) return fail("timeout", "", cost.status);
    const code = errorCode(error);
    const said = code ?? (error instanceof Error ? error.message : "");
    return fail(causeOfError(code, cost.firstByte !== null), withoutSecrets(cleanText(said, 120), config), cost.status);
  }

  async function refusal(answer: Dispatcher.ResponseData, encoding: string): Promise<Attempt> {
    const { statusCode, headers } = answer;
    const read = async (): Promise<string> => {
      if (!isKnownEncoding(encoding)) return "";
      const count = (bytes: number): void => {
        cost.bytes += bytes;
      };
      return Buffer.from((await readBody(answer.body, encoding, errorBodyLimit, count)).bytes).toString();
    };
    const body = await read().catch(() => ""); // the status alone tells enough
    if (caller.aborted) return { reply: fail("cancelled"), askAgainAfter: null };
    const { said, type, own } = serverWords(body, config);
    const cause = causeOfStatus(statusCode, said, type);
    const retryAfter = retryAfterOf(headerText(headers["retry-after"]));
    const words = cause === "redirect" ? placeOf(headerText(headers.location)) : said;
    const again = cause === "bad-gateway" || cause === "unavailable";
    const wait = retryAfter ?? (own ? null : shortPause);
    return {
      reply: fail(cause, words, statusCode, retryAfter),
      askAgainAfter: again && wait !== null && wait <= longestPause ? wait : null,
    };
  }

  async function attempt(): Promise<Attempt> {
    cost.attempts += 1;
    cost.firstByte = null;
    cost.status = null;
    cost.bytes = 0;
    try {
      const form = formOf(request.parameters);
      const answer = await undiciRequest(
        `${config.url}${request.path}${request.method === "GET" && form !== "" ? `?${form}` : ""}`,
        {
          method: request.method,
          headers: headersOf(config, request),
          body: request.method === "POST" ? form : null,
          dispatcher: agentOf(config),
          signal,
        },
      );
      // Destroyed before it is read, a body tells its error to nobody, which would end the process.
      answer.body.on("error", () => undefined);
      cost.firstByte = now();
      cost.status = answer.statusCode;
      const encoding = headerText(answer.headers["content-encoding"]).trim().toLowerCase();
      if (answer.statusCode < 200 || answer.statusCode > 299) return await refusal(answer, encoding);
      if (!isKnownEncoding(encoding)) {
        answer.body.destroy();
        return {
          reply: fail("damaged", `content-encoding ${cleanText(encoding, 40)}`, answer.statusCode),
          askAgainAfter: null,
        };
      }
      const { bytes, cut } = await readBody(answer.body, encoding, config.maxBytes, (decoded) => {
        cost.bytes += decoded;
      });
      if (cut) return { reply: fail("too-large", "", answer.statusCode), askAgainAfter: null };
      const contentType = headerText(answer.headers["content-type"]).split(";")[0]?.trim().toLowerCase() ?? "";
      return { reply: { ok: true, value: { status: answer.statusCode, contentType, bytes } }, askAgainAfter: null };
    } catch (error) {
      const failure = failureOf(error);
      return { reply: failure, askAgainAfter: failure.cause === "reset" ? 0 : null };
    }
  }

  const first = await attempt();
  const reply = first.askAgainAfter === null ? first.reply : await again(first.askAgainAfter, first.reply);
  clearTimeout(timer);
  return { reply, cost: { request: printRequest(config, request), sent, lastByte: now(), ...cost } };

  async function again(wait: number, before: Reply<Received>): Promise<Reply<Received>> {
    const waited = await pause(wait, true, { signal }).catch(() => false);
    if (waited) return (await attempt()).reply;
    return caller.aborted ? fail("cancelled") : before;
  }
}

/** Host and path of a redirect; its query may hold a token. */
function placeOf(location: string): string {
  if (!URL.canParse(location)) return cleanText(location.split("?")[0] ?? "", 120);
  const { host, pathname } = new URL(location);
  return cleanText(`${host}${pathname}`, 120);
}
