/** A small HTTP server that gives prepared answers by path and keeps what it was asked. */
import { createServer } from "node:http";

export type Prepared = { readonly status?: number; readonly type?: string; readonly body: unknown };
export type Asked = {
  readonly method: string;
  readonly path: string;
  /** Query string and form together. */
  readonly parameters: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};
export type Answering = { readonly url: string; readonly asked: readonly Asked[]; readonly close: () => Promise<void> };

/** A function may answer by what is asked. Unknown paths are 404 in the words of Go's router. */
export async function startAnswering(
  routes: Readonly<Record<string, Prepared | ((asked: Asked) => Prepared)>>,
): Promise<Answering> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://answering");
    let form = "";
    for await (const chunk of request) form += String(chunk);
    for (const [name, value] of new URLSearchParams(form)) searchParams.append(name, value);
    const one: Asked = {
      method: request.method ?? "",
      path: pathname,
      parameters: searchParams,
      headers: request.headers,
    };
    asked.push(one);
    const route = routes[pathname];
    const prepared = typeof route === "function" ? route(one) : route;
    const { status = 200, type, body } = prepared ?? { status: 404, type: "text/plain", body: "404 page not found\n" };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, {
      "content-type": type ?? (typeof body === "string" ? "text/plain" : "application/json"),
    });
    response.end(status === 204 ? undefined : text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves `routes` while `use` runs. */
export async function answering<T>(
  routes: Parameters<typeof startAnswering>[0],
  use: (server: Answering) => Promise<T>,
): Promise<T> {
  const server = await startAnswering(routes);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}
