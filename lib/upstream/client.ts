/** What every backend's client is, and the way they all end: a reply read, or told as a gap. */
import "server-only";
import type { Question } from "@/lib/evidence";
import type { Instant } from "@/lib/signal/time";
import { decode } from "@/lib/upstream/decode";
import { gapOf } from "@/lib/upstream/gap-text";
import type { ReadTask } from "@/lib/upstream/readers";
import { type Failure, found, type Http, type Reading, type Received, type Reply } from "@/lib/upstream/reply";

/** Never rejects. undefined = this kind of upstream does not know such a call. */
export type Client = (
  http: Http,
  question: Question,
  now: Instant,
  signal: AbortSignal,
) => Promise<Reading | undefined>;

export const gapReading = (failure: Failure, { config }: Http, notes: readonly string[] = []): Reading =>
  found(gapOf(failure, config), notes);

/** Decodes a reply; what cannot be read, and what never came, is a gap. */
export async function settle(
  http: Http,
  reply: Reply<Received>,
  task: ReadTask,
  signal: AbortSignal,
): Promise<Reading> {
  if (!reply.ok) return gapReading(reply, http);
  const decoded = await decode(reply.value, task, signal);
  return decoded.ok ? decoded.value : gapReading(decoded, http);
}

export const withNotes = (reading: Reading, notes: readonly string[]): Reading => ({
  ...reading,
  notes: [...reading.notes, ...notes],
});
