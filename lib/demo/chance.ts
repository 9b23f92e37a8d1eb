/**
 * Chance that answers the same question always the same: integers in, well-mixed bits out. No state, no clock.
 * What happened in a given second is a function of the seed and that second, so any second can be told alone.
 */

/** 32 bits (unsigned) of up to three integers: murmur3's block step and finaliser. */
export function mix(a: number, b = 0, c = 0): number {
  let hash = 0x9747b28c;
  hash = Math.imul(hash ^ Math.imul(a, 0xcc9e2d51), 0x1b873593);
  hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  hash = Math.imul(hash ^ Math.imul(b, 0xcc9e2d51), 0x1b873593);
  hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  hash = Math.imul(hash ^ Math.imul(c, 0xcc9e2d51), 0x1b873593);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 32 bits of a text (FNV-1a, mixed). */
export function mixText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** 32 bits as a number in [0, 1). */
export const unit = (bits: number): number => (bits >>> 0) / 0x1_0000_0000;

/** Roughly normal (mean 0, deviation 1, |x| < 3.5) from two words: the sum of four uniform 16-bit draws. */
export const bell = (a: number, b: number): number =>
  (((a >>> 16) + (a & 0xffff) + (b >>> 16) + (b & 0xffff)) / 0x1_0000 - 2) * Math.sqrt(3);

/** A sequence of numbers in [0, 1) that belongs to `seed`. */
export function dice(seed: number): () => number {
  let thrown = 0;
  return () => unit(mix(seed, thrown++));
}

export const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, "0");
