/**
 * A real HTTP server that fails in every way backends fail. The first part of the path chooses the fault:
 * an upstream whose url is `server.url("hang")` hangs, whatever is asked of it. Reused by the end-to-end tests.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createGzip } from "node:zlib";
import { selfSigned } from "@/test/upstream/certificate";

type Fault = (response: ServerResponse, attempt: number, request: IncomingMessage) => void;

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};
const text = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers }).end(body);
};
const html = (response: ServerResponse, status: number, title: string): void => {
  const page = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  response.writeHead(status, { "content-type": "text/html" }).end(page);
};
const megabyte = Buffer.alloc(1_000_000, "x");

/** Writes `megabytes` with back pressure, until the reader leaves. */
function pour(target: NodeJS.WritableStream, response: ServerResponse, megabytes: number): void {
  let left = megabytes;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!target.write(megabyte)) {
        target.once("drain", more);
        return;
      }
    }
    if (left === 0) target.end('"}');
  };
  target.write('{"status":"');
  more();
}

export const emptyMatrix = { status: "success", data: { resultType: "matrix", result: [] } };

export const faults = {
  hang: () => undefined,
  "slow-drip": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 30);
    response.once("close", () => clearInterval(drip));
  },
  "head-then-hang": (response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"status"');
  },
  "reset-half-way": (response) => {
    response
      .writeHead(200, { "content-type": "application/json", "content-length": "1000" })
      .write('{"status":"success"');
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  },
  "reset-before-first-byte": (response) => {
    response.socket?.resetAndDestroy();
  },
  "reset-once": (response, attempt) => {
    if (attempt === 1) response.socket?.resetAndDestroy();
    else json(response, 200, emptyMatrix);
  },
  "401": (response) => text(response, 401, "Unauthorized", { "www-authenticate": "Basic" }),
  "401-echo": (response, _, request) => text(response, 403, `bad header ${request.headers.authorization}`),
  "403": (response) => json(response, 403, { message: "Access denied" }),
  "404": (response) => text(response, 404, "404 page not found\n"),
  "422": (response) =>
    json(response, 422, {
      status: "error",
      errorType: "execution",
      error: "query processing would load too many samples into memory in query execution",
    }),
  "429": (response) => text(response, 429, "too many outstanding requests", { "retry-after": "7" }),
  "500-text": (response) => text(response, 500, "panic:\u0007 something\n broke \u202e in here"),
  "500-long": (response) => text(response, 500, "x".repeat(100_000)),
  "502-html": (response) => html(response, 502, "502 Bad Gateway"),
  "502-html-once": (response, attempt) => {
    if (attempt === 1) html(response, 502, "502 Bad Gateway");
    else json(response, 200, emptyMatrix);
  },
  "503-retry-soon": (response, attempt) => {
    if (attempt === 1) text(response, 503, "starting", { "retry-after": "1" });
    else json(response, 200, emptyMatrix);
  },
  "503-retry-always": (response) => text(response, 503, "starting", { "retry-after": "1" }),
  "503-retry-late": (response) => text(response, 503, "starting", { "retry-after": "30" }),
  "503-own-words": (response) => text(response, 503, "Ingester not ready"),
  "503-query-timeout": (response) =>
    json(response, 503, { status: "error", errorType: "timeout", error: "query timed out in expression evaluation" }),
  "504-loki": (response) =>
    text(response, 504, "request timed out, decrease the duration of the request or add more label matchers"),
  redirect: (response) => {
    response.writeHead(302, { location: "https://login.example/oauth?state=s3cret" }).end();
  },
  "200-html": (response) => html(response, 200, "Sign in"),
  "truncated-json": (response) => {
    response
      .writeHead(200, { "content-type": "application/json" })
      .end('{"status":"success","data":{"resultType":"mat');
  },
  "wrong-shape": (response) => json(response, 200, { hello: "world" }),
  "not-json": (response) => text(response, 200, "echo"),
  empty: (response) => {
    response.writeHead(200).end();
  },
  "50-mb": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    pour(response, response, 50);
  },
  "gzip-bomb": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    const gzip = createGzip({ level: 9 });
    gzip.pipe(response);
    pour(gzip, response, 200);
  },
  "damaged-gzip": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end("this is no gzip");
  },
  "unknown-encoding": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "zstd" }).end("?");
  },
  "loki-too-wide": (response) =>
    text(
      response,
      400,
      "the query would read too many bytes (query: 8.8 MiB, limit: 1.0 MiB); consider adding more specific stream selectors or reduce the time range of the query",
    ),
  "loki-required-labels": (response) =>
    text(
      response,
      400,
      "stream selector is missing required matchers [app, team], labels present in the query were [namespace]",
    ),
  "loki-pipeline-error": (response) =>
    text(response, 400, "pipeline error: 'SampleExtractionErr' for series: '{__error__=\"x\", card=\"4111 1111\"}'"),
  "loki-tenants": (response) => text(response, 500, "multiple org IDs present"),
  "tempo-partial": (response) =>
    json(response, 200, {
      status: "PARTIAL",
      message: "Trace exceeds maximum size of 1000000 bytes, a partial trace is returned",
      trace: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: "service.name", value: { stringValue: "checkout" } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    spanId: "AAAAAAAAAAE=",
                    name: "GET /",
                    startTimeUnixNano: "1795233540000000000",
                    endTimeUnixNano: "1795233541000000000",
                  },
                ],
              },
            ],
          },
        ],
      },
    }),
  "tempo-too-large": (response) => text(response, 422, "trace exceeds max size (max bytes: 1000000)"),
  "tempo-not-found": (response) => json(response, 200, { trace: {}, metrics: {} }),
  "no-tenant": (response) => text(response, 401, "no org id\n"),
  fine: (response) => json(response, 200, emptyMatrix),
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
const isFault = (name: string): name is FaultName => Object.hasOwn(faults, name);

export type Misbehaving = {
  readonly url: (fault: FaultName) => string;
  /** The same faults behind a self-signed certificate. */
  readonly tlsUrl: (fault: FaultName) => string;
  readonly certificate: string;
  /** Nothing listens there. */
  readonly refusedUrl: string;
  readonly unresolvableUrl: string;
  /** "GET /hang/api/v1/query_range?…" in order of arrival. */
  readonly requests: readonly string[];
  /** Of the last request. */
  readonly lastHeaders: () => IncomingMessage["headers"];
  /** Requests whose client left before the answer was complete. */
  readonly abandoned: () => number;
  readonly close: () => Promise<void>;
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export async function startMisbehaving(): Promise<Misbehaving> {
  const requests: string[] = [];
  const attempts = new Map<string, number>();
  let lastHeaders: IncomingMessage["headers"] = {};
  let abandoned = 0;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const name = request.url?.split("/")[1] ?? "";
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    requests.push(`${request.method} ${request.url}`);
    lastHeaders = request.headers;
    response.once("close", () => {
      if (!response.writableFinished) abandoned += 1;
    });
    response.on("error", () => undefined);
    const fault: Fault | undefined = isFault(name) ? faults[name] : undefined;
    if (fault) fault(response, attempt, request);
    else text(response, 404, "404 page not found\n");
  };
  const pair = selfSigned();
  const plain = createServer(handle);
  const secure = createTlsServer(pair, handle);
  const closed = createServer();
  const [plainPort, securePort, closedPort] = [await listen(plain), await listen(secure), await listen(closed)];
  await stop(closed);
  return {
    url: (fault) => `http://127.0.0.1:${plainPort}/${fault}`,
    tlsUrl: (fault) => `https://127.0.0.1:${securePort}/${fault}`,
    certificate: pair.cert,
    refusedUrl: `http://127.0.0.1:${closedPort}`,
    unresolvableUrl: "http://no-such-host.invalid:9090",
    requests,
    lastHeaders: () => lastHeaders,
    abandoned: () => abandoned,
    close: async () => {
      await Promise.all([stop(plain), stop(secure)]);
    },
  };
}
