/** One request as it was: when, which take it played, who it was for. What lines and spans are filled in from. */
import { takenBy } from "@/lib/demo/batches";
import { hex, mix, unit } from "@/lib/demo/chance";
import type { Draw, Draws } from "@/lib/demo/draws";
import { fillPlaces } from "@/lib/demo/places";
import type { Pod } from "@/lib/demo/roster";
import type { Take } from "@/lib/demo/take";

export type Request = {
  /** As the scenario writes its ids; 32 lower-case hex where it sends spans. */
  readonly traceId: string;
  /** Epoch microseconds, exact. */
  readonly startMicros: number;
  /** When its last span ended. */
  readonly endMicros: number;
  readonly route: string;
  readonly failed: boolean;
  readonly take: Take;
  /** Where it takes a batch: whose messages, and which of their spans published them; ascending in time. */
  readonly taken: () => readonly { readonly request: Request; readonly row: number }[];
  /** In [0, 1): what sampling decides by. */
  readonly chance: number;
  /** Which pod of a service it went through. */
  readonly podOf: (service: string) => Pod | undefined;
  /** Fills `{user}` and the like; `span` tells apart what happens several times in one request. */
  readonly fill: (text: string, span: number) => string;
};

/** Batches are few, and every collector keeps them. */
export const chanceOf = ({ bits, take }: Draw): number => (take.batch ? 0 : unit(mix(bits, 6)));

export function requestOf(draw: Draw, draws: Draws): Request {
  const { take, bits } = draw;
  const pick = (salt: number, below: number): number => mix(bits, 100 + salt) % below;
  const places = (span: number): Readonly<Record<string, string>> => ({
    user: `u${100 + pick(1, 900)}`,
    order: `o-${hex(mix(bits, 102)).slice(0, 4)}`,
    cart: `c-${hex(mix(bits, 103)).slice(0, 6)}`,
    items: `${1 + pick(4, 5)}`,
    amount: `${5 + pick(5, 240)}.${10 + pick(6, 90)}`,
    sku: `${10 + pick(7 + span, 90)}`,
    qty: `${1 + pick(50 + span, 3)}`,
    id: `${1_000 + pick(8, 9_000)}`,
    ip: `203.0.113.${1 + pick(9, 250)}`,
  });
  return {
    // Spelled when asked for: most requests are only counted.
    get traceId() {
      return draws.traceId(draw);
    },
    startMicros: draw.at,
    endMicros: draw.at + take.duration,
    route: take.route,
    failed: take.failed,
    take,
    taken: () =>
      takenBy(draw, draws).map(({ draw: published, row }) => ({ request: requestOf(published, draws), row })),
    chance: chanceOf(draw),
    podOf: (service) => draws.podFor(service, draw),
    fill: (text, span) => {
      if (!text.includes("{")) return text;
      return fillPlaces(text, places(span), bits);
    },
  };
}

/** Integer epoch microseconds as the nanoseconds every backend speaks. */
export const nanosOf = (micros: number): string => `${micros}000`;
