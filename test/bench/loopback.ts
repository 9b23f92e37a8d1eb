/** A server on a free loopback port. */
import { createServer, type RequestListener } from "node:http";

export type Loopback = { readonly url: string; readonly close: () => Promise<void> };

export async function listen(handle: RequestListener): Promise<Loopback> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
