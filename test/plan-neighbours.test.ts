import { describe, expect, test } from "vitest";
import type { Answer, Question } from "@/lib/evidence";
import type { Lead } from "@/lib/lead";
import type { NeighbourSetting } from "@/lib/setting";
import type { Labels } from "@/lib/signal/labels";
import { at, drawnLead, traceAnswer } from "@/test/draw";
import { environment, everything, purposes, type Walk, walk } from "@/test/installation";

const now = at("14:18:05");
const gateway = traceAnswer("gateway POST /checkout 0-900 [server]\n  order CreateOrder 5-800 [server]");
const serviceLead: Lead = {
  ...drawnLead,
  reading: {
    kind: "service",
    from: "as pasted",
    spelling: "order",
    service: { name: "order", namespace: null },
    at: at("14:03:00"),
  },
};

function walked(edges: readonly Labels[], neighbours: readonly NeighbourSetting[] = [], lead = drawnLead): Walk {
  const answer: Answer = {
    kind: "series",
    series: edges.map((labels) => ({
      labels: { signal: "service-graph", ...labels },
      start: now,
      step: 0,
      values: [9],
    })),
  };
  const names = ["gateway", "order", ...edges.flatMap(({ client, server }) => [client ?? "", server ?? ""]), "mailer"];
  return walk({
    lead,
    environments: [environment(everything, { neighbours })],
    world: {
      trace: ({ upstream }) => (upstream === "shop/tempo" ? gateway : undefined),
      families: [...new Set(names)].map((job) => ({ __name__: "http_requests_total", job })),
      answer: ({ purpose }) => (purpose.kind === "neighbours" && edges.length > 0 ? answer : undefined),
    },
    now,
  });
}
const beside = ({ asked }: Walk): Question[] =>
  asked.filter(({ purpose }) => "beside" in purpose && purpose.beside === true);
const namesIn = (questions: readonly Question[]): string[] => [
  ...new Set(
    questions.flatMap(({ purpose }) =>
      purpose.kind === "red" ? purpose.services.map(({ service }) => service.name) : [],
    ),
  ),
];

describe("those beside the path", () => {
  const edges = [
    { client: "order", server: "payment", connection_type: "messaging_system" },
    { client: "web", server: "order" },
    { client: "order", server: "stock" },
    { client: "gateway", server: "order" },
    { client: "payment", server: "bank" },
  ];
  test("of a trace, who reads its queues is asked for rate, errors and what runs full, once; calls of others are not its own", () => {
    const walk = walked(edges);
    expect(namesIn(beside(walk)).sort()).toEqual(["payment"]);
    expect(purposes(beside(walk))).toContain("saturation");
    expect(walk.asked.filter(({ purpose }) => purpose.kind === "neighbours")).toHaveLength(1);
    expect(walk.plan.identities.map(({ service }) => service.name)).toContain("payment");
  });

  test("of a service, whom it calls and who calls it are asked", () => {
    const walk = walked(edges, [], serviceLead);
    expect(namesIn(beside(walk)).sort()).toEqual(["gateway", "payment", "stock", "web"]);
  });

  test("nothing more is asked where nobody is known", () => {
    const none = walked([]);
    const own = walked([{ client: "gateway", server: "order" }]);
    expect(beside(none)).toEqual([]);
    expect(own.asked.map(({ id }) => id)).toEqual(none.asked.map(({ id }) => id));
  });

  test("of many, the called before the callers, and the rest by name", () => {
    const called = ["a", "b", "c", "d", "e"].map((server) => ({ client: "order", server }));
    const callers = ["v", "w", "x"].map((client) => ({ client, server: "order" }));
    const walk = walked([...callers, ...called], [], serviceLead);
    expect(namesIn(beside(walk)).sort()).toEqual(["a", "b", "c", "d", "e", "v"]);
    expect(walk.plan.unasked.map(({ text }) => text)).toContain("Not asked for 2 more neighbours of this path: w, x.");
  });

  test("one that the configuration names is asked, and said where nothing here is called so", () => {
    const configured = [
      { service: "order", calls: "mailer", through: "mails" },
      { service: "order", calls: "nobody", through: null },
    ];
    const walk = walked([], configured);
    expect(namesIn(beside(walk))).toEqual(["mailer"]);
    expect(walk.plan.unasked.map(({ text }) => text)).toContain(
      "The configuration says that order calls nobody, but no metrics and no span here name nobody.",
    );
    expect(walk.plan.unasked.map(({ text }) => text).join()).not.toContain("calls mailer");
  });

  test("a loop in the configuration ends", () => {
    const loop = [
      { service: "order", calls: "mailer", through: null },
      { service: "mailer", calls: "order", through: null },
      { service: "order", calls: "order", through: null },
    ];
    expect(namesIn(beside(walked([], loop)))).toEqual(["mailer"]);
  });

  test("a public host is shown and not asked for", () => {
    const { asked } = walked([{ client: "order", server: "user", connection_type: "virtual_node" }]);
    expect(asked.filter(({ purpose }) => "beside" in purpose)).toEqual([]);
  });

  test("around a service alone as well", () => {
    const walk = walked([{ client: "order", server: "payment" }], [], serviceLead);
    expect(namesIn(beside(walk))).toContain("payment");
  });

  test("in any order of answers the same is asked", () => {
    const edges = [
      { client: "order", server: "payment" },
      { client: "web", server: "gateway" },
    ];
    const last = (open: readonly Question[]): number => open.length - 1;
    const run = (pick: (open: readonly Question[]) => number): string[] => {
      const { plan } = walk({
        lead: drawnLead,
        environments: [environment(everything)],
        world: {
          trace: ({ upstream }) => (upstream === "shop/tempo" ? gateway : undefined),
          families: ["gateway", "order", "payment", "web"].map((job) => ({ __name__: "http_requests_total", job })),
          answer: ({ purpose }) =>
            purpose.kind === "neighbours"
              ? {
                  kind: "series",
                  series: edges.map((labels) => ({
                    ...{ labels: { signal: "service-graph", ...labels }, start: now, step: 0, values: [9] },
                  })),
                }
              : undefined,
        },
        now,
        pick,
      });
      return plan.questions.map(({ id }) => id).sort();
    };
    expect(run(last)).toEqual(run(() => 0));
  });
});
