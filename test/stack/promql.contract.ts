/** The embedded Prometheus against the real one, both told the same world: it cannot lie where these agree. */
import { afterAll, describe, expect, test } from "vitest";
import { prometheusServer } from "@/lib/demo/servers/prometheus";
import { minute, second, shift, toInstant, toUnixSeconds } from "@/lib/signal/time";
import { casesOf } from "@/test/cases/cases";
import { type Ask, askAt, compared, told } from "@/test/stack/agreement";
import { stackWorld } from "@/test/stack/start";

const zero = toInstant(Number(process.env.STACK_ZERO));
const until = toInstant(Number(process.env.STACK_FED_UNTIL));
const real = askAt(process.env.THROUGHLINE_PROMETHEUS_URL ?? "");
const server = prometheusServer(stackWorld(zero), () => until);
const embedded: Ask = async (path, parameters) =>
  told(
    await server(
      new Request(`http://embedded${path}`, {
        method: "POST",
        body: new URLSearchParams(parameters.map(([name, value]) => [name, value])),
      }),
    ),
  );

const seconds = (at: number): string => String(toUnixSeconds(toInstant(at)));
const step = 15 * second;
const window: readonly (readonly [string, string])[] = [
  ["start", seconds(Math.floor((until - 45 * minute) / step) * step)],
  ["end", seconds(until)],
  ["step", "15"],
];
/** Shortly behind the turn old pods have just gone, new ones have just come. */
const instants = [until, shift(zero, -40 * second)];

let queries = 0;
let samples = 0;
const agree = async (
  path: string,
  parameters: readonly (readonly [string, string])[],
  ordered = false,
): Promise<void> => {
  const comparison = compared(await real(path, parameters), await embedded(path, parameters), ordered);
  expect(comparison.differences).toEqual([]);
  samples += comparison.samples;
};

describe("the same query has the same answer", () => {
  for (const { input, expected: how, at } of casesOf("promql-agreement.txt", "escaped"))
    test(`${at} ${input}`, async () => {
      if (how !== "range")
        for (const instant of instants)
          await agree(
            "/api/v1/query",
            [
              ["query", input],
              ["time", seconds(instant)],
            ],
            how === "ordered",
          );
      if (how === "both" || how === "range") await agree("/api/v1/query_range", [["query", input], ...window], true);
      queries += 1;
    });

  afterAll(() => {
    console.log(`agreement: ${queries} queries, ${samples.toLocaleString("en")} samples`);
  });
});

describe("so have the other endpoints", () => {
  /** Whole documents; labels are listed in different orders by both. */
  const documents = async (path: string, parameters: readonly (readonly [string, string])[]): Promise<void> => {
    const plain = (body: unknown): unknown => {
      if (typeof body !== "object" || body === null || !("data" in body) || !Array.isArray(body.data)) return body;
      return { ...body, data: body.data.map((each) => JSON.stringify(each)).sort() };
    };
    const [a, b] = [await real(path, parameters), await embedded(path, parameters)];
    expect([b.status, b.type, plain(b.body)]).toEqual([a.status, a.type, plain(a.body)]);
  };
  const bounds: readonly (readonly [string, string])[] = [
    ["start", seconds(until - 60 * minute)],
    ["end", seconds(until)],
  ];

  const asked: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ["/api/v1/series", [["match[]", "up"], ...bounds]],
    [
      "/api/v1/series",
      [["match[]", 'http_requests_total{service="cart"}'], ["match[]", "payment_build_info"], ...bounds],
    ],
    ["/api/v1/series", [["match[]", "nothing"], ...bounds]],
    ["/api/v1/series", bounds],
    ["/api/v1/series", [["match[]", "{}"]]],
    ["/api/v1/series", [["match[]", '{a=~".*"}']]],
    ["/api/v1/series", [["match[]", "up{"]]],
    ["/api/v1/labels", bounds],
    ["/api/v1/labels", [["match[]", "up"], ...bounds]],
    ["/api/v1/labels", [["limit", "2"], ...bounds]],
    ["/api/v1/labels", [["limit", "-2"]]],
    [
      "/api/v1/query_exemplars",
      [["query", 'http_server_request_duration_seconds_bucket{job="shop/gateway"}'], ...bounds],
    ],
    [
      "/api/v1/query_exemplars",
      [["query", "histogram_quantile(0.9, sum by (le) (rate(traces_spanmetrics_latency_bucket[5m])))"], ...bounds],
    ],
    ["/api/v1/query_exemplars", [["query", "nothing"], ...bounds]],
    ["/api/v1/query_exemplars", [["query", "1"]]],
    ["/api/v1/query_exemplars", [["query", "rate(x[1m]"]]],
    [
      "/api/v1/query_exemplars",
      [
        ["query", "up"],
        ["start", "5"],
        ["end", "4"],
      ],
    ],
    ["/api/v1/query", [["query", ""]]],
    [
      "/api/v1/query",
      [
        ["query", "1"],
        ["time", "abc"],
      ],
    ],
    [
      "/api/v1/query",
      [
        ["query", "1"],
        ["time", "5"],
        ["timeout", "1ns"],
      ],
    ],
    [
      "/api/v1/query",
      [
        ["query", "1"],
        ["time", "5"],
        ["limit", "many"],
      ],
    ],
    [
      "/api/v1/query",
      [
        ["query", "1"],
        ["time", "2026-11-21T10:00:00.5Z"],
      ],
    ],
    ["/api/v1/query_range", [["query", "1"]]],
    [
      "/api/v1/query_range",
      [
        ["query", "1"],
        ["start", "5"],
        ["end", "4"],
        ["step", "1"],
      ],
    ],
    [
      "/api/v1/query_range",
      [
        ["query", "1"],
        ["start", "5"],
        ["end", "6"],
        ["step", "0"],
      ],
    ],
    [
      "/api/v1/query_range",
      [
        ["query", "1"],
        ["start", "5"],
        ["end", "6"],
      ],
    ],
    [
      "/api/v1/query_range",
      [
        ["query", "1"],
        ["start", "0"],
        ["end", "11001"],
        ["step", "1"],
      ],
    ],
    ["/api/v1/query_range", [["query", "up"], ...window, ["limit", "1"]]],
    ["/api/v1/query_range", [["query", "up"], ...window, ["limit", "0"]]],
    [
      "/api/v1/query",
      [
        ["query", "up[1m]"],
        ["time", seconds(until)],
        ["limit", "1"],
      ],
    ],
    [
      "/api/v1/query",
      [
        ["query", "up[1m]"],
        ["time", seconds(until)],
        ["limit", "100"],
      ],
    ],
    ["/api/v1/format_query", [["query", 'sum by (a,b) (rate(x{b="c", a!~"d"}[90s] offset 1h)) / 2 > bool 1e9']]],
    [
      "/api/v1/format_query",
      [
        [
          "query",
          "sum by (a,b,c,d)(rate(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{b='c'}[90s])) / on(e) group_left() topk(3, bbbbbbbbbbbbbb @ 5)",
        ],
      ],
    ],
    ["/api/v1/format_query", [["query", '-a^2 + {"x.y"} and absent(a[5m:1m] offset -1h30m)']]],
    ["/api/v1/nothing", []],
  ];
  for (const [path, parameters] of asked)
    test(`${path} ${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`, () =>
      documents(path, parameters));

  test("values of a label, those of names in other scripts too", async () => {
    const get = (base: string, path: string): Promise<Response> =>
      base === "" ? server(new Request(`http://embedded${path}`)) : fetch(`${base}${path}`);
    for (const name of ["job", "__name__", "le", "nothing", "U__job", "http_route"]) {
      const path = `/api/v1/label/${name}/values?${new URLSearchParams(bounds.map(([key, value]) => [key, value]))}`;
      const a = await told(await get(process.env.THROUGHLINE_PROMETHEUS_URL ?? "", path));
      expect(await told(await get("", path))).toEqual(a);
    }
  });
});
