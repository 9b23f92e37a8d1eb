/** What the browser must load before the page can work: scripts in the served HTML, without those for old browsers. */
import { gzipSync } from "node:zlib";
import type { Console } from "@/test/bench/console";
import type { Figure } from "@/test/bench/figure";

const kilobytes = (body: string | Uint8Array): number => gzipSync(body, { level: 9 }).length / 1_000;

export async function scriptsFigure({ url }: Pick<Console, "url">, lead: string): Promise<Figure> {
  const html = await (await fetch(`${url}/investigate?lead=${lead}`)).text();
  const tags = [...html.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gs)].map(([, head = "", body = ""]) => ({
    head,
    body,
  }));
  const wanted = tags.filter(({ head }) => !/\bnomodule\b/i.test(head));
  const sources = new Set(wanted.flatMap(({ head }) => /\bsrc="([^"]+)"/.exec(head)?.[1] ?? []));
  const files = await Promise.all(
    [...sources].map(async (source) => kilobytes(await (await fetch(new URL(source, url))).bytes())),
  );
  const inline = kilobytes(wanted.map(({ body }) => body).join("\n"));
  if (files.length === 0) throw new Error("the page names no script");
  return {
    what: "scripts in the HTML of /investigate, gzip -9",
    value: files.reduce((sum, size) => sum + size, inline),
    unit: "kB",
    from: `${files.length} files, and ${inline.toFixed(1)} kB inline`,
    most: 190,
  };
}
