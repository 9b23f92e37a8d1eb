/** What is worth pasting, found in a world as it is: requests that are over, alerts that fire or fired last. */
import type { WorldAlert } from "@/lib/demo/alerts";
import type { Request } from "@/lib/demo/request";
import type { World } from "@/lib/demo/world";
import { fingerprintOf } from "@/lib/signal/fingerprint";
import { type Instant, minute, printClock, printInstant, second, shift, toInstant } from "@/lib/signal/time";

/** Kept ones that were over by then, newest first; old enough that nothing of their traces is still on its way. */
export function keptRequests(world: World, by: Instant, isWanted: (request: Request) => boolean): Request[] {
  const to = shift(by, -90 * second);
  const from = toInstant(Math.max(world.zero, to - 4 * minute));
  return world.finished({ from, to }).filter(isWanted).filter(world.isTraceKept).reverse();
}

/** The alert that fired last, since the incident began; of one name, if it is given. */
export const lastAlert = (world: World, now: Instant, name: string | null = null): WorldAlert | undefined =>
  world
    .alerts({ from: world.zero, to: shift(now, 1) })
    .toSorted((a, b) => b.firesAt - a.firesAt)
    .find((alert) => alert.firesAt <= now && (name === null || alert.name === name));

/** "firing since 14:08:00Z"; "which fired from … to …". */
export function printFiring({ firesAt, endsAt }: WorldAlert, now: Instant): string {
  const isOver = endsAt !== null && endsAt <= now;
  return isOver
    ? `which fired from ${printClock(firesAt, now)} to ${printClock(endsAt, now)}`
    : `firing since ${printClock(firesAt, now)}`;
}

/** As the message of this alert carries it: `/connect` has the template. */
export function linkOf({ labels, firesAt }: WorldAlert): string {
  const told = { startsAt: printInstant(firesAt), fingerprint: fingerprintOf(labels) };
  return `/alert?${`${new URLSearchParams({ ...labels, ...told })}`.replaceAll("%3A", ":")}`;
}

/** When to look for requests that an alert is about: now, or while it still fired; its condition outlasts what it warns of. */
export const whileFiring = (alert: WorldAlert | undefined, now: Instant): Instant =>
  alert?.endsAt && alert.endsAt <= now ? shift(alert.endsAt, -4 * minute) : now;
