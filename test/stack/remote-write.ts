/**
 * Prometheus' remote write, version 1, by hand: protobuf of `prometheus.WriteRequest` inside a snappy block.
 *
 *   WriteRequest { 1: TimeSeries { 1: Label { 1: name 2: value }, 2: Sample { 1: double 2: int64 ms }, 3: Exemplar { 1: Label 2: double 3: int64 ms } } }
 */
import type { Labels } from "@/lib/signal/labels";

export type WrittenSeries = {
  readonly labels: Labels;
  /** Ascending in time, ms. */
  readonly samples: readonly { readonly at: number; readonly value: number }[];
  readonly exemplars: readonly { readonly labels: Labels; readonly at: number; readonly value: number }[];
};

const utf8 = new TextEncoder();

/** Bytes that grow; a field is its tag, then its payload. */
function createWriter() {
  let bytes = new Uint8Array(64);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return;
    const grown = new Uint8Array(Math.max(bytes.length * 2, length + more));
    grown.set(bytes.subarray(0, length));
    bytes = grown;
  };
  const varint = (value: number): void => {
    reserve(10);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[length++] = (rest % 0x80) | 0x80;
    bytes[length++] = rest;
  };
  const raw = (data: Uint8Array): void => {
    reserve(data.length);
    bytes.set(data, length);
    length += data.length;
  };
  const field = (number: number, data: Uint8Array): void => {
    varint((number << 3) | 2);
    varint(data.length);
    raw(data);
  };
  return {
    varint,
    raw,
    field,
    text: (number: number, text: string): void => field(number, utf8.encode(text)),
    double: (number: number, value: Uint8Array): void => {
      varint((number << 3) | 1);
      raw(value);
    },
    /** A non-negative integer below 2^53. */
    integer: (number: number, value: number): void => {
      varint(number << 3);
      varint(value);
    },
    bytes: (): Uint8Array<ArrayBuffer> => bytes.slice(0, length),
  };
}
type Writer = ReturnType<typeof createWriter>;

/** Prometheus' own NaN for "this series ended here"; a JavaScript NaN would be an ordinary sample. */
const staleBits = Uint8Array.from([2, 0, 0, 0, 0, 0, 0xf0, 0x7f]);
export const stale = Number.NaN;

function doubleBits(value: number): Uint8Array {
  if (Number.isNaN(value)) return staleBits;
  const bits = new Uint8Array(8);
  new DataView(bits.buffer).setFloat64(0, value, true);
  return bits;
}

function message(write: (writer: Writer) => void): Uint8Array {
  const writer = createWriter();
  write(writer);
  return writer.bytes();
}

const writeLabels = (writer: Writer, labels: Labels): void => {
  // The receiver refuses labels out of order.
  for (const [name, value] of Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    writer.field(
      1,
      message((label) => {
        label.text(1, name);
        label.text(2, value);
      }),
    );
};

export const encodeWriteRequest = (series: readonly WrittenSeries[]): Uint8Array =>
  message((request) => {
    for (const { labels, samples, exemplars } of series)
      request.field(
        1,
        message((timeSeries) => {
          writeLabels(timeSeries, labels);
          for (const { at, value } of samples)
            timeSeries.field(
              2,
              message((sample) => {
                sample.double(1, doubleBits(value));
                sample.integer(2, at);
              }),
            );
          for (const exemplar of exemplars)
            timeSeries.field(
              3,
              message((written) => {
                writeLabels(written, exemplar.labels);
                written.double(2, doubleBits(exemplar.value));
                written.integer(3, exemplar.at);
              }),
            );
        }),
      );
  });

/** Snappy's block format with literals only: valid, and not smaller. */
export function snappyBlock(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = createWriter();
  writer.varint(data.length);
  for (let from = 0; from < data.length; from += 0x1_0000) {
    const literal = data.subarray(from, from + 0x1_0000);
    const last = literal.length - 1;
    // Tag 61: a literal whose length less one follows in two bytes.
    writer.raw(Uint8Array.from([61 << 2, last & 0xff, last >>> 8]));
    writer.raw(literal);
  }
  return writer.bytes();
}

/** Throws with the server's words when it refuses. */
export async function remoteWrite(url: string, series: readonly WrittenSeries[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    body: snappyBlock(encodeWriteRequest(series)),
  });
  if (!response.ok) throw new Error(`Prometheus refused samples: ${response.status} ${await response.text()}`);
  await response.body?.cancel();
}
