import { describe, expect, test } from "vitest";
import { besideEvidence, besideNeighbours } from "@/components/gallery/beside";
import { states } from "@/components/gallery/states";
import { linkOf, pathView, reachWords, toldWords, wayWords } from "@/components/panels/service-path-rows";
import type { Evidence } from "@/lib/evidence";
import { explain } from "@/lib/findings";
import { serviceKey } from "@/lib/signal/service";
import { at, drawnLead, drawnWindow, evidenceOf, redOf, serviceFrom } from "@/test/draw";

const { evidence, environment } = states.beside();
const printed = (known: readonly Evidence[]): string[] =>
  pathView(known, environment, null).groups.flatMap(({ title, edges }) =>
    edges.map(
      (edge) => `${title}: ${serviceKey(edge.from)} ${wayWords(edge)} ${serviceKey(edge.to)} (${toldWords(edge)})`,
    ),
  );

test("callers, the path itself, and whom it calls, each with how it is told", () => {
  expect(printed(evidence)).toEqual([
    "Who calls it: web calls gateway (metrics)",
    "On the path: gateway calls order (spans, metrics)",
    "On the path: order calls cart (spans)",
    "On the path: order calls payment (spans)",
    "On the path: order calls stock (spans)",
    "Whom it calls: payment calls api.bank.example (metrics)",
    "Whom it calls: payment calls vault (spans, metrics)",
    "Whom it calls: order through mails mail-worker (configuration)",
  ]);
});

test("without a trace the services that were asked for are the path", () => {
  const known = [redOf("rate", { order: "9x180" }), besideEvidence];
  const view = pathView(known, environment && { ...environment, neighbours: besideNeighbours }, null);
  expect(view.services.map(({ name }) => name)).toEqual(["order"]);
  expect(view.groups.map(({ title }) => title)).toEqual(["Who calls it", "Whom it calls"]);
});

test("a service of which only what runs full is told is a path, too; one beside it is none", () => {
  const full = (place: { readonly beside?: true }): Evidence =>
    evidenceOf(
      { kind: "series", series: [] },
      {
        kind: "saturation",
        ...place,
        parts: {},
        services: [{ service: serviceFrom("order"), where: {} }],
        interval: 15_000,
      },
    );
  const view = (known: readonly Evidence[]) => pathView(known, environment, null);
  expect(view([full({})]).groups.map(({ title }) => title)).toContain("Whom it calls");
  expect(view([full({ beside: true })]).services).toEqual([]);
});

describe("how far it reaches", () => {
  const known = [
    redOf("rate", { order: "10x180" }),
    redOf("errors", { order: "0x121 2x59" }),
    besideEvidence,
    evidenceOf(
      {
        kind: "series",
        series: [
          {
            labels: { counted: "failures", job: "order", route: "/pay" },
            start: at("14:18:00"),
            step: 0,
            values: [600],
          },
          {
            labels: { counted: "failures", job: "order", route: "/cart" },
            start: at("14:18:00"),
            step: 0,
            values: [0],
          },
          {
            labels: { counted: "requests", job: "order", route: "/list" },
            start: at("14:18:00"),
            step: 0,
            values: [9],
          },
        ],
      },
      {
        kind: "breakdown",
        services: [{ service: serviceFrom("order"), where: { job: "order" } }],
        dimensions: [{ name: "route", labels: ["route"] }],
      },
    ),
  ];

  test("failures since the onset, their routes and who called", () => {
    const { onset } = explain(drawnLead, known, drawnWindow.to, drawnWindow);
    const { reach } = pathView(known, null, onset);
    expect(reach?.failed).toBe(59 * 2 * 15);
    expect(reach && reachWords(reach)).toBe(
      "1,770 requests to order failed since the onset: on /pay; it is called by gateway.",
    );
  });

  test("nothing is said where no onset is known", () => {
    expect(pathView(known, null, null).reach).toBeNull();
  });
});

test.each([
  ["shop/payment", "/investigate?environment=shop&lead=service:shop/payment"],
  ["invaders.consumer", "/investigate?environment=shop&lead=service:invaders.consumer"],
  ["a b", null],
  ["<b>", null],
])("%s leads to %s", (name, link) => {
  expect(linkOf(serviceFrom(name), "shop", null)).toBe(link);
});
