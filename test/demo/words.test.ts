/** The words a world is written in beside requests: counters of steps, series and lines of their own, ids, rules. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { hexIds, type Ids, shortIds, uuidIds } from "@/lib/demo/ids";
import { counter, gauge, jumps, lines, moves, raises } from "@/lib/demo/own-script";
import { fillPlaces } from "@/lib/demo/places";
import { at, concludes, counts, fires, laments, type Scenario, serves, uses } from "@/lib/demo/script";
import type { SampledSeries } from "@/lib/demo/series";
import { prometheusServer } from "@/lib/demo/servers/prometheus";
import { goKubernetes } from "@/lib/demo/telemetry/go-kubernetes";
import { createWorld } from "@/lib/demo/world";
import { hour, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";

const zero = toInstant(1_795_270_203_000);
const depth = gauge("queue_depth", { queue: "tickets" }, 12, { of: "desk", noise: 0.2, grain: 1 });
const breaker = gauge("breaker_state", {}, 0, { of: "desk" });
const dropped = counter("rows_dropped_total", { job: "sink" }, 0);
const restarts = counter("restarts_total", { pod: "{pod}" }, 0, { of: "desk", fromPod: false });
const steady = counter("steady_total", { job: "x" }, 3, { noise: 0.6 });
const access = {
  name: "access",
  labels: { job: "access_logs" },
  of: null,
  lines: [
    lines("ok", 2, '{"time":"{time}","ip":"{ip}","status":200,"bytes":{size:100-900}}'),
    lines("refused", 0, "{ip} 429"),
  ],
};
const rule = {
  name: "QueueIsFull",
  expression: "queue_depth > 100",
  pendingFor: minute,
  labels: { severity: "page" },
  annotations: { summary: "The queue is full" },
};
const silent = { ...rule, name: "NeverFired" };
const service = {
  version: "1.0.0",
  revision: "aaaaaaa",
  pods: 2,
  language: "go",
  buildInfo: null,
  idle: { level: "info", text: "idle", every: minute },
} as const;

const scenario: Scenario = {
  name: "tickets",
  namespace: "tickets",
  platform: "hosts",
  ids: shortIds("tk-"),
  services: [
    { ...service, name: "desk", telemetry: { ...goKubernetes, spans: false } },
    { ...service, name: "ledger", pods: 1, telemetry: { ...goKubernetes, line: null } },
  ],
  routes: [
    {
      name: "POST /tickets",
      perSecond: 4,
      root: serves(
        "desk",
        "POST /tickets",
        "POST /tickets",
        5,
        uses("desk", "write", 3, {}),
        serves("ledger", "GET /", "GET /", 1, concludes("info", "nobody reads this")),
        counts("tickets_total", { outcome: "sold" }),
        counts("tickets_total", { outcome: "{error}" }, "failed"),
        counts("seats_total", {}, "ok", 1, 3),
        concludes("info", "sold", { event: "ticket_sold", seat: "{seat:1-90}" }),
        laments("error", "failed"),
      ),
    },
  ],
  ordinary: [],
  series: [depth, breaker, dropped, restarts, steady],
  streams: [access],
  rules: [rule, silent],
};
const script = [
  at(0, {
    kind: "fault",
    routes: ["POST /tickets"],
    service: "desk",
    step: "write",
    share: 0.5,
    takes: null,
    fails: { type: "disk_full", message: "no space left", status: 500 },
    says: [],
    lasts: null,
  } as const),
  at(0, moves(depth, 400, { over: 4 * minute, lasts: 10 * minute })),
  at(2 * minute, moves(breaker, 1, { lasts: 3 * minute, pod: 1 })),
  at(minute, moves(dropped, 5, { lasts: 2 * minute })),
  at(3 * minute, jumps(restarts, 1, 0)),
  at(0, raises(access, "refused", 10, { lasts: minute })),
  at(2 * minute, fires(rule, 8 * minute, { queue: "tickets" })),
];
const world = createWorld(scenario, [{ name: "full", story: "", script }], { seed: 3, zero, history: hour });
const around = (from: number, to: number): Window => ({ from: shift(zero, from), to: shift(zero, to) });
const all = around(-10 * minute, 20 * minute);
const of = (name: string, window = all): SampledSeries[] => world.series(window, (labels) => labels.__name__ === name);
const valuesAt = (name: string, ms: number): (number | undefined)[] =>
  of(name).map(({ at, values }) => values[at.findLastIndex((t) => t <= zero + ms)]);

test("a step's counter counts each request once, by its amount, under the failure's own type", () => {
  const requests = world
    .finished(around(-hour, 20 * minute))
    .filter(({ endMicros }) => endMicros / 1e3 < zero + 19 * minute);
  const failed = requests.filter((request) => request.failed).length;
  const total = (name: string, outcome?: string): number =>
    of(name, around(19 * minute, 19 * minute + 15 * second))
      .filter(({ labels }) => labels.outcome === outcome)
      .reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
  // Scraped up to fifteen seconds later, at four a second.
  expect(failed).toBeGreaterThan(1_000);
  expect(total("tickets_total", "disk_full") - failed).toBeGreaterThanOrEqual(0);
  expect(total("tickets_total", "disk_full") - failed).toBeLessThan(60);
  expect(total("seats_total")).toBe(3 * total("tickets_total", "sold"));
  expect(of("tickets_total")[0]?.labels).toMatchObject({ job: "desk", pod: "desk-1" });
});

test("a gauge has its level and a little noise, goes where it is moved, and comes back", () => {
  for (const value of valuesAt("queue_depth", -minute)) expect(value).toBeGreaterThan(4);
  for (const value of valuesAt("queue_depth", 9 * minute)) expect(value).toBeGreaterThan(150);
  for (const value of valuesAt("queue_depth", 19 * minute)) expect(value).toBeLessThan(24);
  expect(
    of("queue_depth")
      .flatMap(({ values }) => values)
      .every(Number.isInteger),
  ).toBe(true);
});

test("a state is nought or one, and of one pod alone if the script says so", () => {
  expect(valuesAt("breaker_state", minute)).toEqual([0, 0]);
  expect(valuesAt("breaker_state", 3 * minute)).toEqual([0, 1]);
  expect(valuesAt("breaker_state", 6 * minute)).toEqual([0, 0]);
});

test("a counter never falls, grows at its rate, and by a jump at once", () => {
  for (const { values } of [...of("rows_dropped_total"), ...of("steady_total"), ...of("restarts_total")])
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(valuesAt("rows_dropped_total", 0)).toEqual([0]);
  expect(valuesAt("rows_dropped_total", 10 * minute)[0]).toBeCloseTo(600, -1);
  const [before = 0] = valuesAt("steady_total", 0);
  expect(((valuesAt("steady_total", 10 * minute)[0] ?? 0) - before) / 600).toBeCloseTo(3, 0);
  expect(valuesAt("restarts_total", 10 * minute)).toEqual([1, 0]);
  expect(of("restarts_total").map(({ labels }) => labels)).toEqual([
    { __name__: "restarts_total", pod: "desk-1" },
    { __name__: "restarts_total", pod: "desk-2" },
  ]);
});

test("lines of nobody's come at their rate, more of them when they are raised, filled in anew", () => {
  const told = world.lines(around(-minute, 2 * minute)).filter(({ labels }) => labels.job === "access_logs");
  const within = (from: number, to: number, status: RegExp) =>
    told.filter(({ micros, text }) => micros >= (zero + from) * 1e3 && micros < (zero + to) * 1e3 && status.test(text));
  expect(within(-minute, 0, /"status":200/).length).toBeCloseTo(120, -1);
  expect(within(-minute, 0, / 429$/)).toEqual([]);
  expect(within(0, minute, / 429$/)).toHaveLength(600);
  expect(within(minute, 2 * minute, / 429$/)).toEqual([]);
  const [first] = within(-minute, 0, /200/);
  expect(JSON.parse(first?.text ?? "")).toMatchObject({ status: 200, ip: expect.stringMatching(/^203\.0\.113\.\d+$/) });
});

test("windows compose for what no request makes", () => {
  const cut = fc.tuple(fc.integer({ min: -5 * minute, max: 5 * minute }), fc.integer({ min: 1, max: 2 * minute }));
  fc.assert(
    fc.property(cut, fc.double({ min: 0, max: 1, noNaN: true }), ([from, length], share) => {
      const window = around(from, from + length);
      const middle = toInstant(Math.round(window.from + share * length));
      const halves = [
        { from: window.from, to: middle },
        { from: middle, to: window.to },
      ];
      expect(halves.flatMap(world.lines)).toEqual(world.lines(window));
      const samples = (asked: Window): string[] =>
        [depth, breaker, dropped, restarts, steady]
          .flatMap(({ name }) => of(name, asked))
          .flatMap(({ labels, at, values }) => at.map((t, i) => JSON.stringify([labels, t, values[i]])));
      expect(halves.flatMap(samples).toSorted()).toEqual(samples(window).toSorted());
    }),
    { numRuns: 20 },
  );
});

test("a service may ship no lines, or no spans", () => {
  const [request] = world.requests(around(minute, 2 * minute));
  if (!request) throw new Error("nobody came");
  expect(world.linesOf(request).some(({ text }) => text.includes("nobody reads this"))).toBe(false);
  const tellers = world.traceOf(request).flatMap(({ resource }) => resource.attributes.slice(0, 1));
  expect(tellers).not.toContainEqual({ key: "service.name", value: { stringValue: "desk" } });
});

test("a line carries its fields, and an id as the world spells it", () => {
  const lines = world
    .requests(around(-minute, 0))
    .flatMap((request) => world.linesOf(request).map(({ text }) => ({ request, text })));
  const sold = lines.find(({ text }) => text.includes("ticket_sold"));
  expect(JSON.parse(sold?.text ?? "")).toMatchObject({
    event: "ticket_sold",
    seat: expect.stringMatching(/^\d+$/),
    traceID: expect.stringMatching(/^tk-[0-9a-v]{20}$/),
  });
  expect(world.request(sold?.request.traceId ?? "")?.startMicros).toBe(sold?.request.startMicros);
});

const spellings: readonly (readonly [string, Ids])[] = [
  ["hex", hexIds],
  ["UUID", uuidIds],
  ["short", shortIds()],
  ["prefixed", shortIds("req_")],
];
test.each(spellings)("ids read back to their place whatever their spelling, and only with their seed: %s", (_, ids) => {
  const places = fc.record({
    second: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    index: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  });
  fc.assert(
    fc.property(fc.integer(), places, (seed, place) => {
      const id = ids.print(seed, place);
      expect(ids.isSpelled(id)).toBe(true);
      expect(ids.parse(seed, id)).toEqual(place);
      expect(ids.parse(seed + 1, id)).toBeUndefined();
    }),
  );
});

test("places are numbers, choices or digits, the same for the same bits", () => {
  const text = "{user} {a:3-5} {b:x|y} {c:hex12} {unknown}";
  expect(fillPlaces(text, { user: "u1" }, 7)).toMatch(/^u1 [345] [xy] [0-9a-f]{12} \{unknown\}$/);
  expect(fillPlaces(text, {}, 7)).toBe(fillPlaces(text, {}, 7));
});

test("the file of rules is told whole, fired or not", async () => {
  const now = shift(zero, 5 * minute);
  const answer = await prometheusServer(world, () => now)(new Request("http://x/api/v1/rules"));
  expect(await answer.json()).toMatchObject({
    data: {
      groups: [
        {
          rules: [
            { name: "QueueIsFull", state: "firing", alerts: [{ labels: { queue: "tickets", severity: "page" } }] },
            { name: "NeverFired", state: "inactive", alerts: [] },
          ],
        },
      ],
    },
  });
});
