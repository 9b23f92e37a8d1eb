/** The demo's Tempo against the recordings of real ones: the same questions over the same traces, the same answers. */
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { tempoServerOf } from "@/lib/demo/servers/tempo";
import { toInstant } from "@/lib/signal/time";
import { pushedSource, pushedTraces } from "@/test/demo/tempo-pushed";
import { bodyText, type Recorded, readRecorded, recordedFolder, startReplay } from "@/test/recorded/replay";
import { answerOf, askOnce, traceCall, upstreamAt } from "@/test/upstream/fixtures";

const asked = (version: string): readonly (readonly [string, Recorded])[] =>
  readdirSync(recordedFolder(version))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(/\.json$/, ""))
    .map((name) => [name, readRecorded(version, name)] as const)
    // Tenants and size limits are settings that this server does not have.
    .filter(([, { note }]) => note === undefined);

/** What differs from server to server and says nothing of the answer: bytes read, versions, the order of lists and keys. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settled).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [
        key,
        ["inspectedBytes", "version", "goVersion"].includes(key) ? typeof inner : settled(inner),
      ]),
  );
}
const json = (text: string): unknown => (/^[[{]/.test(text) ? JSON.parse(text) : text);

describe.each(["2.10.8", "3.0.3"] as const)("Tempo %s", (version) => {
  // The searches were asked up to the present.
  const end = Number(new URL(readRecorded(version, "search-errors").request.path, "http://x").searchParams.get("end"));
  const now = toInstant(end * 1_000);
  const answer = tempoServerOf(pushedSource(version), () => now, { version });
  const ask = ({ request: { method, path, headers } }: Recorded): Promise<Response> =>
    answer(new Request(`http://tempo${path}`, { method, headers }));

  test.each(asked(version))("%s is answered as recorded", async (_, recorded) => {
    const response = await ask(recorded);
    const { status, headers } = recorded.response;
    expect([response.status, response.headers.get("content-type")]).toEqual([status, headers["content-type"] ?? null]);
    expect(settled(json(await response.text()))).toEqual(settled(json(bodyText(recorded))));
  });

  test("hits come newest first, as from the real one", async () => {
    const recorded = readRecorded(version, "search-most-recent");
    const ids = z.object({ traces: z.array(z.object({ traceID: z.string() })) });
    const told = ids.parse(JSON.parse(await (await ask(recorded)).text()));
    expect(told).toEqual(ids.parse(recorded.response.body));
  });

  describe("read by the console", () => {
    const server = createServer((message, response) => {
      answer(new Request(`http://tempo${message.url}`)).then(async (given) => {
        response.writeHead(given.status, Object.fromEntries(given.headers));
        response.end(Buffer.from(await given.arrayBuffer()));
      });
    });
    let url = "";
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    });
    afterAll(
      () =>
        new Promise<void>((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    );

    test.each([...pushedTraces(version).keys()])("trace %s is the same as the recorded one", async (traceId) => {
      const replay = await startReplay(version);
      const read = async (from: string) => {
        const { trace, details } = answerOf(
          await askOnce(upstreamAt("tempo", from), traceCall(traceId), { window: null }),
          "trace",
        );
        // Attributes in one order: Tempo keeps none.
        const told = details.attributes.map((pairs) =>
          Array.from({ length: pairs.length / 2 }, (_, i) => [
            details.keys[pairs[2 * i] ?? -1],
            JSON.stringify(details.values[pairs[2 * i + 1] ?? -1]),
          ]).sort((a, b) => (`${a}` < `${b}` ? -1 : 1)),
        );
        return { trace, told, rest: [details.events, details.links, details.statusMessages] };
      };
      expect(await read(url)).toEqual(await read(replay.url));
      await replay.close();
    });
  });
});
