/** What can be pasted into a console on the demo: found in the worlds as they are now. */
import type { Request } from "@/lib/demo/request";
import type { World } from "@/lib/demo/world";
import { type Instant, minute, printClock, second, shift, toInstant } from "@/lib/signal/time";

export type DemoLead = {
  readonly environment: string;
  readonly title: string;
  /** To paste. */
  readonly text: string;
  readonly traceId: string;
  /** What there is to say of it beside the title; null: nothing. */
  readonly note: string | null;
};

const isCheckout = ({ route }: Request): boolean => route === "POST /checkout";

/** From before it resolved: its condition outlasts what it warns of. */
const beforeResolved = 4 * minute;

/** Kept checkouts that were over by then, newest first; old enough that nothing of their traces is still on its way. */
function checkouts(world: World, by: Instant): Request[] {
  const to = shift(by, -90 * second);
  const from = toInstant(Math.max(world.zero, to - 4 * minute));
  return world.finished({ from, to }).filter(isCheckout).filter(world.isTraceKept).reverse();
}

function failingLeads(environment: string, world: World, now: Instant): DemoLead[] {
  const alert = world
    .alerts({ from: world.zero, to: shift(now, 1) })
    .toSorted((a, b) => b.firesAt - a.firesAt)
    .find(({ firesAt }) => firesAt <= now);
  const resolved = alert?.endsAt && alert.endsAt <= now ? alert.endsAt : null;
  const by = resolved ? shift(resolved, -beforeResolved) : now;
  const [first, other, third] = checkouts(world, by).filter(({ failed }) => failed);
  const line = other && world.linesOf(other).find(({ text }) => text.includes("charge failed"));
  const lead = (title: string, text: string, request: Request, note: string | null): DemoLead[] => [
    { environment, title, text, traceId: request.traceId, note },
  ];
  return [
    ...(first ? lead("A checkout that failed", first.traceId, first, null) : []),
    ...(line ? lead("A log line", line.text, other, null) : []),
    ...(alert && third
      ? lead(
          `The alert ${alert.name}, ${resolved ? `which fired from ${printClock(alert.firesAt, now)} to ${printClock(resolved, now)}` : `firing since ${printClock(alert.firesAt, now)}`}`,
          third.traceId,
          third,
          "The id of a request it fired for; the alert itself opens from the list of alerts.",
        )
      : []),
  ];
}

function healthyLead(environment: string, world: World, now: Instant): DemoLead[] {
  const healthy = checkouts(world, now).find(({ failed }) => !failed);
  if (!healthy) return [];
  const { traceId } = healthy;
  return [{ environment, title: "A checkout that went well", text: traceId, traceId, note: null }];
}

/** Nothing later than `now`; the failing ones first. */
export const leadsOf = (environment: string, world: World, now: Instant): DemoLead[] => [
  ...failingLeads(environment, world, now),
  ...healthyLead(environment, world, now),
];
