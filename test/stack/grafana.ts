/**
 * Grafana itself is not to be had here: a small server with its annotations API, `from`/`to` in ms, `type`, `tags`,
 * `matchAny`, `limit` as documented by Grafana, and its health. Loopback only, read only.
 */
import { createServer } from "node:http";
import { type AnnotationRow, annotationsFor } from "@/lib/demo/annotations";

export type GrafanaServer = { readonly url: string; readonly stop: () => Promise<void> };

const numberOf = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);

function answer(url: URL, rows: () => readonly AnnotationRow[]): { status: number; body: unknown } {
  const { searchParams: query, pathname } = url;
  if (pathname === "/api/health")
    return { status: 200, body: { database: "ok", version: "12.3.0", commit: "0000000" } };
  if (pathname !== "/api/annotations") return { status: 404, body: { message: "Not found" } };
  const type = query.get("type");
  const found = annotationsFor(rows(), {
    from: numberOf(query.get("from")),
    to: numberOf(query.get("to")),
    type: type === "annotation" || type === "alert" ? type : null,
    tags: query.getAll("tags"),
    matchAny: query.get("matchAny") === "true",
    limit: numberOf(query.get("limit")) ?? 100,
  });
  return { status: 200, body: found };
}

/** `rows` is asked at each call, so that what has not happened yet is not told. */
export async function startGrafana(rows: () => readonly AnnotationRow[]): Promise<GrafanaServer> {
  const server = createServer((request, response) => {
    const { status, body } = answer(new URL(request.url ?? "/", "http://grafana"), rows);
    response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
