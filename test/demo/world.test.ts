import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTraceId, printTraceId } from "@/lib/demo/ids";
import { quiet } from "@/lib/demo/incidents/quiet";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { createWorld } from "@/lib/demo/world";
import { day, hour, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";
import { spanKinds } from "@/lib/signal/trace";

const zero = toInstant(1_795_270_203_000);
const history = 2 * hour;
const make = (incidents = [silentHandshake]) => createWorld(shop, incidents, { seed: 7, zero, history });
const world = make();
const around = (fromMs: number, toMs: number): Window => ({ from: shift(zero, fromMs), to: shift(zero, toMs) });
/** Any window of at most two minutes from half an hour before the incident to ten minutes after. */
const windows = fc
  .tuple(fc.integer({ min: -30 * minute, max: 10 * minute }), fc.integer({ min: 1, max: 2 * minute }))
  .map(([from, length]) => around(from, from + length));

describe("the same question has the same answer", () => {
  test("two worlds of one seed tell the same, in whatever order they are asked", () => {
    const other = make();
    const late = around(5 * minute, 6 * minute);
    const early = around(-20 * minute, -19 * minute);
    const lateFirst = [other.series(late), other.series(early), other.lines(late), other.exemplars(early)];
    const series = world.series(early);
    expect([world.series(late), series, world.lines(late), world.exemplars(early)]).toEqual(lateFirst);
  });

  test("another seed is another afternoon", () => {
    const other = createWorld(shop, [silentHandshake], { seed: 8, zero, history });
    const ids = (asked: typeof world) => asked.requests(around(0, second)).map(({ traceId }) => traceId);
    expect(ids(other)).not.toEqual(ids(world));
  });

  test("a window is the sum of its halves, for every signal", () => {
    fc.assert(
      fc.property(windows, fc.double({ min: 0, max: 1, noNaN: true }), (window, share) => {
        const middle = toInstant(window.from + share * (window.to - window.from));
        const halves = [
          { from: window.from, to: middle },
          { from: middle, to: window.to },
        ];
        const ids = (asked: Window) => world.requests(asked).map(({ traceId }) => traceId);
        const ended = (asked: Window) => world.finished(asked).map(({ traceId }) => traceId);
        const samples = (asked: Window) =>
          world
            .series(asked)
            .flatMap(({ labels, at, values }) => at.map((t, i) => JSON.stringify([labels, t, values[i]])))
            .toSorted();
        const dots = (asked: Window) =>
          world
            .exemplars(asked)
            .map((each) => JSON.stringify(each))
            .toSorted();
        expect(halves.flatMap(ids)).toEqual(ids(window));
        expect(halves.flatMap(ended)).toEqual(ended(window));
        expect(halves.flatMap(world.lines)).toEqual(world.lines(window));
        expect(halves.flatMap(samples).toSorted()).toEqual(samples(window));
        expect(halves.flatMap(dots).toSorted()).toEqual(dots(window));
        expect(halves.flatMap(world.annotations)).toEqual(world.annotations(window));
      }),
      { numRuns: 12 },
    );
  });

  test("a request is found again by its trace id alone", () => {
    for (const request of world.requests(around(minute, minute + 5 * second)))
      expect(world.traceOf(world.request(request.traceId) ?? request)).toEqual(world.traceOf(request));
    expect(world.request("4bf92f3577b34da6a3ce929d0e0e4736")).toBeUndefined();
  });

  test("trace ids read back to their place, and only with their seed", () => {
    const places = fc.record({
      second: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      index: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
    });
    fc.assert(
      fc.property(fc.integer(), places, (seed, place) => {
        const id = printTraceId(seed, place);
        expect(id).toMatch(/^[0-9a-f]{32}$/);
        expect(parseTraceId(seed, id)).toEqual(place);
        expect(parseTraceId(seed + 1, id)).toBeUndefined();
      }),
    );
  });
});

describe("what happens follows from the script", () => {
  test("a failing checkout hangs thirty seconds in the handshake, and every span above it failed", () => {
    const failing = world.finished(around(minute, 2 * minute)).find(({ failed }) => failed);
    const spans = failing
      ? world.traceOf(failing).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      : [];
    const failed = spans.filter(({ status }) => status.code === 2);
    expect(failed.map(({ name }) => name).toSorted()).toEqual(
      [
        "Charge",
        "CreateOrder",
        "POST /checkout",
        "POST order",
        "payment.v1.Payment/Charge",
        "tls.handshake",
      ].toSorted(),
    );
    const handshake = failed.find(({ name }) => name === "tls.handshake");
    expect(
      Number(BigInt(handshake?.endTimeUnixNano ?? 0) - BigInt(handshake?.startTimeUnixNano ?? 0)) / 1e9,
    ).toBeCloseTo(30, 1);
    expect(handshake?.events.map(({ name }) => name)).toEqual(["exception"]);
    expect(
      failing &&
        world
          .linesOf(failing)
          .map(({ text }) => text)
          .join("\n"),
    ).toMatch(
      /POST \/checkout accepted[\s\S]*still pending after 10s peer=vault[\s\S]*handshake timeout with vault:8200 after 30.0s[\s\S]*POST \/checkout 504 in 30\.\d\ds/,
    );
  });

  test("from zero on 38 % of the checkouts fail, before next to none, and other routes never do", () => {
    const shareOf = (window: Window) => {
      const checkouts = world.requests(window).filter(({ route }) => route === "POST /checkout");
      return checkouts.filter(({ failed }) => failed).length / checkouts.length;
    };
    expect(shareOf(around(-20 * minute, 0))).toBeLessThan(0.01);
    expect(shareOf(around(0, 10 * minute))).toBeGreaterThan(0.34);
    expect(shareOf(around(0, 10 * minute))).toBeLessThan(0.42);
    const others = world.requests(around(0, 10 * minute)).filter(({ route }) => route !== "POST /checkout");
    expect(others.filter(({ failed }) => failed)).toEqual([]);
  });

  test("every span lies within its parent, a consumed message behind it, and parents stand before their children", () => {
    for (const { take } of world.requests(around(-10 * second, 10 * second)))
      for (const [row, span] of take.spans.entries()) {
        expect(span.parent).toBeLessThan(row);
        const parent = take.spans[span.parent];
        if (!parent) continue;
        if (span.kind === spanKinds.indexOf("consumer")) expect(span.start).toBeGreaterThan(parent.end);
        else expect([parent.start <= span.start, parent.end >= span.end]).toEqual([true, true]);
      }
  });

  test("about fifteen requests come in a second", () => {
    const perSecond = world.requests(around(-10 * minute, 0)).length / 600;
    expect(perSecond).toBeGreaterThan(12);
    expect(perSecond).toBeLessThan(19);
  });

  test("in the quiet world nothing fires, nothing was deployed, and hardly anything fails", () => {
    const calm = make([quiet]);
    const window = around(-10 * minute, 15 * minute);
    const requests = calm.requests(window);
    expect(calm.alerts(window)).toEqual([]);
    expect(calm.deploys(window)).toEqual([]);
    expect(requests.filter(({ failed }) => failed).length / requests.length).toBeLessThan(0.001);
    expect(calm.lines(window).filter(({ text }) => text.includes("handshake"))).toEqual([]);
  });

  test("a checkout crosses all of the path: through Kafka to the projector, in one trace", () => {
    const checkout = world.requests(around(-minute, 0)).find(({ route }) => route === "POST /checkout");
    const services = checkout
      ? world
          .traceOf(checkout)
          .map(({ resource }) => resource.attributes.find(({ key }) => key === "service.name")?.value)
      : [];
    expect(services.map((value) => (value && "stringValue" in value ? value.stringValue : ""))).toEqual([
      "gateway",
      "order",
      "cart",
      "projector",
      "stock",
      "payment",
    ]);
    expect(shop.services.length).toBe(7);
  });

  test("alerts reach back thirty days, and nothing else further than the world's origin", () => {
    const past = world.alerts({ from: shift(zero, -30 * day), to: shift(zero, -3 * hour) });
    expect(past.length).toBeGreaterThan(10);
    for (const { endsAt } of past) expect(endsAt ?? zero).toBeLessThan(zero - 50 * hour);
    expect(world.alerts({ from: shift(zero, -90 * day), to: shift(zero, -31 * day) })).toEqual([]);
    const before = around(-10 * hour, -9 * hour);
    expect([world.requests(before), world.lines(before), world.deploys(before), world.exemplars(before)]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(world.series(before).length).toBe(0);
    const [first] = past;
    const firing = world.series(
      { from: first?.firesAt ?? zero, to: first?.endsAt ?? zero },
      ({ __name__ }) => __name__ === "ALERTS",
    );
    expect(firing.map(({ labels }) => labels.alertname)).toContain(first?.name);
  });

  test("the guilty deploy comes 85 s before zero, the innocent one 12 minutes before, the way back 20 minutes after", () => {
    expect(world.deploys(around(-hour, hour)).map(({ at, what }) => [at - zero, what.service, what.version])).toEqual([
      [-12 * minute, "cart", "3.3.3"],
      [-85 * second, "payment", "9.2.0"],
      [20 * minute, "payment", "9.1.4"],
    ]);
  });
});
