/** Alertmanager's name for a set of labels: FNV-1a, 64 bits (prometheus/common, model.LabelSet.Fingerprint). */
import type { Labels } from "@/lib/signal/labels";

/** 16 hex digits; the same for every firing of one alert. External labels count, so a rule server's own copy may differ. */
export function fingerprintOf(labels: Labels): string {
  let sum = 14_695_981_039_346_656_037n;
  const add = (bytes: Iterable<number>): void => {
    for (const byte of bytes) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 1_099_511_628_211n);
  };
  const encoder = new TextEncoder();
  for (const name of Object.keys(labels).sort()) {
    add(encoder.encode(name));
    add([255]);
    add(encoder.encode(labels[name] ?? ""));
    add([255]);
  }
  return sum.toString(16).padStart(16, "0");
}
