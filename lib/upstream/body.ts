/** The wire's bytes -> decoded bytes, never more than asked for: the limit is on what comes out of the decoder. */
import "server-only";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

export type Body = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The limit was passed; `bytes` is what came before it. */
  readonly cut: boolean;
};

const encodings = {
  "": null,
  identity: null,
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

export const isKnownEncoding = (encoding: string): encoding is keyof typeof encodings =>
  Object.hasOwn(encodings, encoding);

/** Reads to the end or to `limit` decoded bytes, whichever comes first; past it the stream and its socket are destroyed. */
export async function readBody(
  body: Readable,
  encoding: keyof typeof encodings,
  limit: number,
  onBytes: (decoded: number) => void,
): Promise<Body> {
  const decoder = encodings[encoding]?.({ chunkSize: 64 * 1024 }) ?? null;
  // pipeline carries errors and destruction both ways: destroying the decoder closes the socket.
  const stream: Readable = decoder ? pipeline(body, decoder, () => undefined) : body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (size + chunk.length > limit) {
      chunks.push(chunk.subarray(0, limit - size));
      stream.destroy();
      return { bytes: joined(chunks), cut: true };
    }
    size += chunk.length;
    chunks.push(chunk);
    onBytes(chunk.length);
  }
  return { bytes: joined(chunks), cut: false };
}

/** One buffer of its own, so that it may be transferred to the decoder thread. */
function joined(chunks: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
