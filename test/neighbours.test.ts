import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer, Evidence } from "@/lib/evidence";
import { neighboursOf, topicsOf } from "@/lib/neighbours";
import { hostOf } from "@/lib/neighbours-host";
import { isValid } from "@/lib/query/promql";
import { neighbourQuestions } from "@/lib/recipes/neighbours";
import { neighbourParts } from "@/lib/recipes/neighbours-table";
import type { NeighbourSetting } from "@/lib/setting";
import { type Edge, spellingOf } from "@/lib/signal/edge";
import { type Service, serviceKey } from "@/lib/signal/service";
import { at, drawnWindow, evidenceOf, serviceFrom, traceAnswer } from "@/test/draw";
import { environment } from "@/test/installation";
import { drawnPrometheus } from "@/test/recipes/drawn-metrics";

const now = drawnWindow.to;
const traced = (text: string): Evidence => evidenceOf(traceAnswer(text), { kind: "trace-by-id" });

/** What a Prometheus that holds these series answers for services of these names. */
function counted(names: string, text: string, topics: readonly string[] = []): Evidence {
  const [question] = neighbourQuestions(
    {
      ...{ environment: environment(["prometheus"]), evidence: [], startedAt: now, now, trace: null, cites: [] },
      ...{ focus: { from: at("14:03:12"), to: at("14:03:40") }, window: drawnWindow },
      subjects: names.split(" ").map((name) => ({ service: serviceFrom(name), kubernetesNamespace: null })),
    },
    topics,
  );
  if (!question) throw new Error("no question");
  return { ...evidenceOf(drawnPrometheus(text)(question), question.purpose), question };
}

/** `gateway -> order call 900/90 [trace, metrics]` */
const print = ({ from, to, via, through, told, requests, failed, outside }: Edge): string =>
  [
    `${serviceKey(from)} -> ${serviceKey(to)} ${via}${through === null ? "" : ` ${through}`}`,
    ...(requests === null ? [] : [`${requests}/${failed}`]),
    `[${told.join(", ")}]${outside ? " outside" : ""}`,
  ].join(" ");
const edgesOf = (evidence: readonly Evidence[], configured: readonly NeighbourSetting[] = [], path = ""): string[] =>
  neighboursOf(evidence, configured, path === "" ? [] : path.split(" ").map(serviceFrom)).map(print);

describe("spans tell", () => {
  test.each([
    [
      "a parent in another service",
      "gateway GET / 0-90 [server]\n  gateway GET order 1-80 [client]\n    order Create 5-70 [server]",
      ["gateway -> order call [trace]"],
    ],
    [
      "who reads what another has put into a queue",
      "bot publish 0-9 [producer] {messaging.destination.name=flashes}\n  worker process 20-30 [consumer]",
      ["bot -> worker queue flashes [trace]"],
    ],
    [
      "a client that nobody answered, by the name of the service",
      "gateway GET / 0-90\n  gateway POST 1-80 [client] {peer.service=vault, server.address=10.0.0.1}",
      ["gateway -> vault call [trace]"],
    ],
    [
      "a client that nobody answered, by its address",
      "gateway GET / 0-90\n  gateway POST 1-80 [client] {server.address=stock.shop.svc.cluster.local}",
      ["gateway -> stock call [trace]"],
    ],
    [
      "an address elsewhere, as such",
      "gateway GET / 0-90\n  gateway POST 1-80 [client] {server.address=api.stripe.com}",
      ["gateway -> api.stripe.com call [trace] outside"],
    ],
    ["nothing of an address that names nobody", "a GET / 0-9\n  a POST 1-8 [client] {server.address=10.2.3.4}", []],
    [
      "nothing of a broker",
      "a GET / 0-9\n  a send 1-8 [producer] {messaging.destination.name=x, server.address=kafka}",
      [],
    ],
  ])("%s", (_, drawn, edges) => {
    expect(edgesOf([traced(drawn)])).toEqual(edges);
  });

  test("a link to a span of another service is a queue", () => {
    const answer = traceAnswer(
      "bot publish 0-9 [producer] {messaging.destination.name=flashes}\nworker poll 20-30 [consumer]",
    );
    const links = [{ row: 1, traceId: answer.trace.id, spanId: answer.trace.spanId[0] ?? "", attributes: {} }];
    const linked = evidenceOf({ ...answer, details: { ...answer.details, links } }, { kind: "trace-by-id" });
    expect(edgesOf([linked])).toEqual(["bot -> worker queue flashes [trace]"]);
  });
});

describe("metrics tell", () => {
  test.each([
    [
      "Tempo's service graph, up and down, with failures",
      "order",
      `traces_service_graph_request_total{client="gateway",server="order"}          + 20x90
       traces_service_graph_request_failed_total{client="gateway",server="order"}   + 0x60 2x30
       traces_service_graph_request_total{client="order",server="payment"}          + 10x90
       traces_service_graph_request_total{client="cart",server="stock"}             + 10x90`,
      ["gateway -> order call 1800/61 [metrics]", "order -> payment call 900/0 [metrics]"],
    ],
    [
      "a messaging system between the two",
      "bot",
      'traces_service_graph_request_total{client="bot",server="worker",connection_type="messaging_system"} + 1x90',
      ["bot -> worker queue 90/0 [metrics]"],
    ],
    [
      "Istio, each request once",
      "order",
      `istio_requests_total{reporter="source",source_workload="order",destination_workload="payment",destination_service_name="payment",response_code="200"}      + 5x90
       istio_requests_total{reporter="destination",source_workload="order",destination_workload="payment",destination_service_name="payment",response_code="200"} + 5x90
       istio_requests_total{reporter="destination",source_workload="gateway",destination_workload="order",destination_service_name="order",response_code="503"}   + 1x90
       istio_requests_total{reporter="source",source_workload="unknown",destination_workload="order",destination_service_name="order",response_code="503"}        + 1x90`,
      ["gateway -> order call 90/90 [metrics]", "order -> payment call 450/0 [metrics]"],
    ],
    [
      "clients of HTTP, by their job and the address",
      "order",
      `http_client_request_duration_seconds_count{job="shop/order",server_address="payment.shop.svc",error_type="500",http_response_status_code="500"} + 1x90
       http_client_request_duration_seconds_count{job="shop/order",server_address="payment.shop.svc",error_type="404",http_response_status_code="404"} + 1x90
       http_client_request_duration_seconds_count{job="gateway",server_address="order"} + 4x90`,
      ["order -> payment call 180/90 [metrics]", "gateway -> order call 360/0 [metrics]"],
    ],
    [
      "clients of gRPC, by their target",
      "order",
      'grpc_client_attempt_duration_seconds_count{job="order",grpc_target="dns:///payment:9000",grpc_status="OK"} + 1x90',
      ["order -> payment call 90/0 [metrics]"],
    ],
  ])("%s", (_, names, text, edges) => {
    expect(edgesOf([counted(names, text)], [], names)).toEqual(edges);
  });

  test("who reads the topic that a span wrote", () => {
    const trace = traced("bot publish 0-9 [producer] {messaging.destination.name=flashes}");
    expect(topicsOf([trace])).toEqual(["flashes"]);
    const lag = counted(
      "bot",
      `kafka_consumergroup_lag{consumergroup="image-worker-group",topic="flashes",partition="0"} 4x90
       kafka_consumergroup_lag{consumergroup="mailer",topic="mails",partition="0"} 4x90`,
      topicsOf([trace]),
    );
    expect(edgesOf([trace, lag])).toEqual(["bot -> image-worker queue flashes [metrics]"]);
  });
});

describe("what several tell is one edge", () => {
  const trace = traced(
    "invaders.bot publish 0-9 [producer] {messaging.destination.name=flashes}\n  invaders.consumer process 20-30 [consumer]",
  );
  const graph = counted(
    "invaders.bot",
    'traces_service_graph_request_total{client="invaders_bot",server="invaders-consumer",connection_type="messaging_system"} + 1x90',
  );
  const configured = [{ service: "invaders-bot", calls: "invaders_consumer", through: "flashes" }];

  test("however its ends are spelt", () => {
    expect(edgesOf([trace, graph], configured)).toEqual([
      "invaders.bot -> invaders.consumer queue flashes 90/0 [trace, metrics, configuration]",
    ]);
  });

  test("configuration alone is enough, and loops and names of nobody are harmless", () => {
    const all = [
      { service: "a", calls: "b", through: null },
      { service: "b", calls: "a", through: null },
      { service: "a", calls: "a", through: null },
      { service: "nobody", calls: "a", through: "q" },
    ];
    expect(edgesOf([], all, "a b")).toEqual([
      "a -> b call [configuration]",
      "b -> a call [configuration]",
      "nobody -> a queue q [configuration]",
    ]);
  });

  test("two services of one name in two namespaces stay two", () => {
    const all = [
      { service: "shop/api", calls: "payment", through: null },
      { service: "blog/api", calls: "payment", through: null },
    ];
    expect(edgesOf([], all, "payment")).toHaveLength(2);
  });

  test("in any order of arrival", () => {
    const told = edgesOf([trace, graph], configured);
    fc.assert(
      fc.property(fc.shuffledSubarray([trace, graph], { minLength: 2 }), (known) => {
        expect(edgesOf(known, configured)).toEqual(told);
      }),
      { numRuns: 4 },
    );
  });
});

test.each([
  ["payment", "payment", false],
  ["payment:8080", "payment", false],
  ["payment.shop.svc.cluster.local:443", "payment", false],
  ["consumer.railway.internal", "consumer", false],
  ["dns:///payment:443", "payment", false],
  ["https://api.stripe.com/v1", "api.stripe.com", true],
])("the address %s is of %s", (address, name, outside) => {
  expect(hostOf(address)).toEqual({ service: { name, namespace: null }, outside });
});
test.each(["", "localhost:80", "10.0.0.1", "[::1]:80", "fe80::1", "unix:/run/x.sock"])(
  "the address %j names nobody",
  (address) => {
    expect(hostOf(address)).toBeNull();
  },
);

test("whatever a service is called, the question is one query", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (name, topic) => {
      const subjects = [{ service: { name, namespace: null }, kubernetesNamespace: null }];
      const facts = {
        environment: environment(["prometheus"]),
        evidence: [],
        startedAt: now,
        now,
        trace: null,
        cites: [],
      };
      const [question] = neighbourQuestions({ ...facts, focus: drawnWindow, window: drawnWindow, subjects }, [topic]);
      expect(question && isValid(question.text)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("an answer that names what is in no table tells nothing", () => {
  const answer: Answer = {
    kind: "series",
    series: [{ labels: { signal: "else", client: "a", server: "b" }, start: now, step: 0, values: [1] }],
  };
  expect(edgesOf([evidenceOf(answer, { kind: "neighbours", parts: neighbourParts })])).toEqual([]);
});

test("spelling compares names whatever separates their parts", () => {
  const service: Service = serviceFrom("invaders.consumer");
  expect(spellingOf(service.name)).toBe(spellingOf("Invaders_Consumer"));
});
