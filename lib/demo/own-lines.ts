/** Streams that no request makes: access logs, events, a database's own words, each kind at its rate. */
import { mix, mixText, unit } from "@/lib/demo/chance";
import { clockOf, type WorldLine } from "@/lib/demo/lines";
import type { LineScript, Raise, StreamScript } from "@/lib/demo/own-script";
import { placesOfPod } from "@/lib/demo/own-series";
import { fillPlaces } from "@/lib/demo/places";
import { nanosOf } from "@/lib/demo/request";
import type { Pod, Roster } from "@/lib/demo/roster";
import type { Happening } from "@/lib/demo/script";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, second, type Window } from "@/lib/signal/time";

type DatedRaise = { readonly at: number; readonly what: Raise };

export type OwnLines = (window: Window) => WorldLine[];

const filled = (labels: Labels, known: Labels, bits: number): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, fillPlaces(value, known, bits)]));

/** Lines of any second are drawn from that second alone: windows compose. */
export function createOwnLines(
  streams: readonly StreamScript[],
  happenings: readonly { readonly at: number; readonly what: Happening["what"] }[],
  roster: Roster,
  worldSeed: number,
  origin: Instant,
): OwnLines {
  const raised = happenings.flatMap(({ at, what }): DatedRaise[] => (what.kind === "raise" ? [{ at, what }] : []));

  const said = (stream: StreamScript, line: LineScript, pod: Pod | null, { from, to }: Window): WorldLine[] => {
    const own = raised.filter(
      ({ what }) =>
        what.stream === stream.name &&
        what.line === line.name &&
        (what.pod === null || pod === null || what.pod === pod.teller.number),
    );
    if (line.perSecond === 0 && own.length === 0) return [];
    const rateAt = (at: number): number =>
      own.findLast(({ at: since, what }) => at >= since && (what.lasts === null || at < since + what.lasts))?.what
        .perSecond ?? line.perSecond;
    const seed = mix(worldSeed, mixText(`${stream.name} ${line.name} ${pod?.name ?? ""}`));
    const places = pod ? placesOfPod(pod) : {};
    const labels = filled(stream.labels, places, seed);
    const first = Math.floor(Math.max(from, pod?.from ?? origin) / second);
    const last = Math.min(to, pod?.until ?? Number.POSITIVE_INFINITY);
    const found: WorldLine[] = [];
    for (let inSecond = first; inSecond * second < last; inSecond++) {
      const rate = rateAt(inSecond * second);
      const count = Math.floor(rate + unit(mix(seed, inSecond)));
      for (let i = 0; i < count; i++) {
        const bits = mix(seed, inSecond, i + 1);
        const micros = inSecond * 1_000_000 + Math.floor(unit(mix(bits, 1)) * 1_000_000);
        const known = { ...places, time: clockOf(micros), ip: `203.0.113.${1 + (mix(bits, 2) % 250)}` };
        found.push({
          micros,
          nanos: nanosOf(micros),
          labels,
          text: fillPlaces(line.text, known, bits),
          metadata: filled(line.metadata, known, bits),
          traceId: null,
        });
      }
    }
    return found;
  };

  return (window) =>
    streams
      .flatMap((stream) => {
        const pods =
          stream.of === null
            ? [null]
            : roster.pods.filter(
                ({ service, from, until }) => service.name === stream.of && from < window.to && until > window.from,
              );
        return stream.lines.flatMap((line) => pods.flatMap((pod) => said(stream, line, pod, window)));
      })
      .filter(({ micros }) => micros >= window.from * 1_000 && micros < window.to * 1_000);
}
